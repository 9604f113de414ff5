// Ready-made architectures as cards, with what they cost; each opens as a new document.
import { printCount, printShort } from '../../../../shared/graph/printNumbers'
import { NativeSelect, Text, TextInput, UnstyledButton } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { architectures, type Architecture, type PublishedError } from '../../../../shared/lectures/architectures/index'
import { drawSchematic, type SchematicBar } from '../../../../shared/lectures/architectures/architectureSchematic'
import { analysisOf } from '../../../session/document/derived'
import { openLoose } from '../../../session/document/documentFlows'
import { showFailure } from '../../../kernel/failures/showFailure'
import {
  checkWish,
  groupArchitectures,
  optionsOf,
  searchArchitectures,
  type GalleryCard,
  type GalleryWish,
} from './galleryGroups'
import classes from './gallery.module.css'

interface Costs {
  readonly parameters: number
  readonly macs: number
  /** The image on the card. */
  readonly bars: readonly SchematicBar[]
}

const known = new Map<string, Costs>()

function countCosts(architecture: Architecture): Costs {
  const kept = known.get(architecture.id)
  if (kept) return kept
  const document = architecture.build()
  const analysis = analysisOf(document)
  const costs = { parameters: analysis.parameters.total, macs: analysis.macs, bars: drawSchematic(document) }
  known.set(architecture.id, costs)
  return costs
}

/** Counts one architecture after the other between frames, so that the page is there at once. */
function useCosts(): ReadonlyMap<string, Costs> {
  const [costs, setCosts] = useState<ReadonlyMap<string, Costs>>(new Map(known))
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const countNext = (): void => {
      const next = architectures.find(({ id }) => !known.has(id))
      if (!next) return
      countCosts(next)
      setCosts(new Map(known))
      timer = setTimeout(countNext, 0)
    }
    timer = setTimeout(countNext, 50)
    return () => clearTimeout(timer)
  }, [])
  return costs
}

/** Height of the strip, gaps between bars and the width of one unit, in px of the strip's own measure. */
const strip = { height: 26, gap: 2, unit: 0.9 } as const

/** The parts of a network as bars: as high as their feature maps, as wide as they have features. */
function Strip({ bars }: { readonly bars: readonly SchematicBar[] }) {
  const starts = bars.map((_, index) =>
    bars.slice(0, index).reduce((sum, { width }) => sum + width * strip.unit + strip.gap, 0),
  )
  const last = bars.at(-1)
  const total = last ? (starts.at(-1) ?? 0) + last.width * strip.unit : 1
  return (
    <svg
      className={classes.strip}
      aria-hidden
      viewBox={`0 0 ${total} ${strip.height}`}
      preserveAspectRatio="none"
      style={{ maxWidth: `${total}px` }}
    >
      {bars.map(({ category, height, width }, index) => (
        <rect
          key={index}
          x={starts[index]}
          y={(strip.height * (1 - height)) / 2}
          width={width * strip.unit}
          height={strip.height * height}
          rx={1}
          fill={`var(--nl-cat-${category})`}
        />
      ))}
    </svg>
  )
}

/** `23.9%`: the share of images for which the first class was wrong, or the first five. */
function printError({ top1, top5 }: PublishedError): string {
  return top1 === undefined ? `${Number((top5 ?? 0).toPrecision(3))}% top-5` : `${Number(top1.toPrecision(3))}%`
}

function explainError({ top1, top5, dataset, source }: PublishedError): string {
  const shares = [...(top1 === undefined ? [] : [`top-1 ${top1}%`]), ...(top5 === undefined ? [] : [`top-5 ${top5}%`])]
  return `Published error on ${dataset}: ${shares.join(', ')} (${source})`
}

function OpenArchitecture({
  architecture,
  costs,
  wish,
}: {
  readonly architecture: Architecture
  readonly costs: Costs | undefined
  readonly wish: GalleryWish
}) {
  const { title, year, input, classes: classCount, reference, note, publishedError } = architecture
  const open = (): void => {
    try {
      openLoose(architecture.build(optionsOf(architecture, wish)))
    } catch (error) {
      showFailure('The network was not opened', error)
    }
  }
  return (
    <UnstyledButton className={classes.open} onClick={open} title={note ? `${reference}. ${note}` : reference}>
      <Strip bars={costs?.bars ?? []} />
      <span className={classes.cardTitle}>
        {title} <span className={classes.year}>{year}</span>
      </span>
      <dl className={classes.facts}>
        <div title={costs && `${printCount(costs.parameters)} parameters`}>
          <dt>Parameters</dt>
          <dd>{costs ? printShort(costs.parameters) : '...'}</dd>
        </div>
        <div title={costs && `${printCount(costs.macs)} multiply-accumulates for one image`}>
          <dt>MACs</dt>
          <dd>{costs ? printShort(costs.macs) : '...'}</dd>
        </div>
        <div>
          <dt>Input</dt>
          <dd>{input.join('x')}</dd>
        </div>
        <div>
          <dt>Classes</dt>
          <dd>{classCount}</dd>
        </div>
        {publishedError && (
          <div title={explainError(publishedError)}>
            <dt>Error</dt>
            <dd>{printError(publishedError)}</dd>
          </div>
        )}
      </dl>
    </UnstyledButton>
  )
}

interface CardProps {
  /** One network and its variants. */
  readonly variants: GalleryCard
  readonly costs: ReadonlyMap<string, Costs>
  readonly wish: GalleryWish
}

/** One network with what it costs; a press opens it, and where there are variants one of them is chosen below. */
function Card({ variants, costs, wish }: CardProps) {
  const [chosen, setChosen] = useState<string | null>(null)
  const architecture = variants.find(({ id }) => id === chosen) ?? variants[0]
  return (
    <div className={classes.card}>
      <OpenArchitecture architecture={architecture} costs={costs.get(architecture.id)} wish={wish} />
      {variants.length > 1 && (
        <NativeSelect
          size="xs"
          aria-label={`Variant of ${variants[0].title}`}
          value={architecture.id}
          data={variants.map(({ id, title }) => ({ value: id, label: title }))}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
      )}
    </div>
  )
}

interface WishFieldsProps {
  readonly search: string
  readonly wish: GalleryWish
  readonly onSearch: (search: string) => void
  readonly onWish: (wish: GalleryWish) => void
}

/** Search, and what networks are built for: each network's own size and classes where the fields are empty. */
function WishFields({ search, wish, onSearch, onWish }: WishFieldsProps) {
  const findings = checkWish(wish)
  return (
    <div className={classes.wish}>
      <TextInput
        size="xs"
        type="search"
        aria-label="Search architectures"
        placeholder="Search architectures"
        leftSection={<IconSearch size={14} />}
        value={search}
        onChange={(event) => onSearch(event.currentTarget.value)}
      />
      <TextInput
        size="xs"
        aria-label="Image size for new networks"
        title="Height and width of the images, such as 32 or 224x160; empty: as published"
        placeholder="Size as published"
        value={wish.size}
        error={findings.size}
        onChange={(event) => onWish({ ...wish, size: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        aria-label="Number of classes for new networks"
        title="Outputs of the last layer; empty: as published"
        placeholder="Classes as published"
        value={wish.classes}
        error={findings.classes}
        onChange={(event) => onWish({ ...wish, classes: event.currentTarget.value })}
      />
    </div>
  )
}

/** All architectures, by family. */
export function Gallery() {
  const costs = useCosts()
  const [search, setSearch] = useState('')
  const [wish, setWish] = useState<GalleryWish>({ size: '', classes: '' })
  const groups = groupArchitectures(searchArchitectures(architectures, search))
  return (
    <section aria-labelledby="gallery">
      <Text component="h2" id="gallery" className={classes.heading}>
        Start from an architecture
      </Text>
      <WishFields search={search} wish={wish} onSearch={setSearch} onWish={setWish} />
      {groups.length === 0 && <p className={classes.nothing}>No architecture is called like that.</p>}
      {groups.map((group) => (
        <div key={group.title} className={classes.family}>
          <Text component="h3" className={classes.heading}>
            {group.title}
          </Text>
          <div className={classes.cards}>
            {group.cards.map((card) => (
              <Card key={card[0].id} variants={card} costs={costs} wish={wish} />
            ))}
          </div>
        </div>
      ))}
    </section>
  )
}
