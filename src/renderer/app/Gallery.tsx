// Ready-made architectures as cards, with what they cost; each opens as a new document.
import { Text, UnstyledButton } from '@mantine/core'
import { useEffect, useState } from 'react'
import { architectures, type Architecture } from '../../shared/architectures/index'
import type { LayerCategory } from '../../shared/layers/define'
import { findLayer } from '../../shared/layers/index'
import { analysisOf } from '../state/derived'
import { openLoose, showFailure } from './documentFlows'
import { printShort, printWhole } from './printCounts'
import classes from './Welcome.module.css'

interface Costs {
  readonly parameters: number
  readonly macs: number
  /** Layers with weights, in order, by category: the picture on the card. */
  readonly strip: readonly LayerCategory[]
  readonly layers: number
}

/** Bars on a card at most; longer networks are thinned out evenly. */
const stripLength = 40
const known = new Map<string, Costs>()

function countCosts(architecture: Architecture): Costs {
  const kept = known.get(architecture.id)
  if (kept) return kept
  const analysis = analysisOf(architecture.build())
  const categories = analysis.layers.flatMap(({ type }) => findLayer(type)?.category ?? [])
  const every = Math.max(1, categories.length / stripLength)
  const strip = Array.from(
    { length: Math.ceil(categories.length / every) },
    (_, index) => categories[Math.floor(index * every)] ?? 'reshape',
  )
  const costs = { parameters: analysis.parameters.total, macs: analysis.macs, strip, layers: analysis.layers.length }
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

function Strip({ strip }: { readonly strip: readonly LayerCategory[] }) {
  return (
    <span className={classes.strip} aria-hidden>
      {strip.map((category, index) => (
        <span key={index} style={{ background: `var(--nl-cat-${category})` }} />
      ))}
    </span>
  )
}

function Card({ architecture, costs }: { readonly architecture: Architecture; readonly costs: Costs | undefined }) {
  const { title, year, input, classes: classCount } = architecture
  const open = (): void => {
    openLoose(architecture.build()).catch((error: unknown) => showFailure('The network was not opened', error))
  }
  return (
    <UnstyledButton className={classes.card} onClick={open}>
      <Strip strip={costs?.strip ?? []} />
      <span className={classes.cardTitle}>
        {title} <span className={classes.year}>{year}</span>
      </span>
      <dl className={classes.facts}>
        <div title={costs && `${printWhole(costs.parameters)} parameters`}>
          <dt>Parameters</dt>
          <dd>{costs ? printShort(costs.parameters) : '...'}</dd>
        </div>
        <div title={costs && `${printWhole(costs.macs)} multiply-accumulates for one picture`}>
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
      </dl>
    </UnstyledButton>
  )
}

/** All architectures. */
export function Gallery() {
  const costs = useCosts()
  return (
    <section aria-labelledby="gallery">
      <Text component="h2" id="gallery" className={classes.heading}>
        Start from an architecture
      </Text>
      <div className={classes.cards}>
        {architectures.map((architecture) => (
          <Card key={architecture.id} architecture={architecture} costs={costs.get(architecture.id)} />
        ))}
      </div>
    </section>
  )
}
