// The receptive field of one unit on the input image, growing layer by layer; not its recurrences (shared/shapes).
import { printDecimal } from '../../../../shared/graph/printNumbers'
import { Modal, Slider, Text, UnstyledButton } from '@mantine/core'
import { Fragment, useEffect, useMemo, useRef, useState, type PointerEvent } from 'react'
import type { Inference, InferredLayer } from '../../../../shared/network/inferDocument'
import { fieldOf } from '../../../../shared/network/explanation/fieldLines'
import {
  printCovered,
  centreOf,
  nearestPosition,
  placeField,
  type Rectangle,
  type SeenPart,
} from '../../../../shared/network/explanation/fieldRectangle'
import type { ReceptiveField } from '../../../../shared/shapes/receptiveField'
import type { Pair } from '../../../../shared/shapes/window'
import { useAnalysis, useInference } from '../../../session/document/documentStore'
import classes from '../insight.module.css'
import { closeArithmetic } from '../../../session/view/arithmeticStore'
import { ImageChooser } from '../../../session/dataset/ImageChooser'
import { choose, useStageStore } from '../stage/stageStore'

interface FieldLayer {
  readonly layer: InferredLayer
  readonly field: ReceptiveField
  /** Height and width of its feature map. */
  readonly extents: Pair
}

/** Layers with positions, in the order of computation; those inside blocks too. */
function useFieldLayers(): readonly FieldLayer[] {
  const inference = useInference()
  const analysis = useAnalysis()
  return useMemo(() => {
    const rows = new Map(analysis.layers.map((row) => [row.id, row]))
    return Array.from(inference.layers.values()).flatMap((layer) => {
      const field = fieldOf(rows.get(layer.node.id))
      const [, height, width] = layer.outputs[0] ?? []
      return field && height !== undefined && width !== undefined ? [{ layer, field, extents: [height, width] }] : []
    })
  }, [inference, analysis])
}

/** The layer that a node stands for: itself, or the one that ends it. */
function endOf(inference: Inference, id: string): string {
  const node = [...inference.nodes.values()].find((each) => each.node.id === id)
  const end = node && inference.resolve({ node: node.node.id, port: node.outputPorts[0] ?? '' })
  return end?.node ?? id
}

/** What the unit sees, in words. */
function describe({ layer, field }: FieldLayer, position: Pair, { whole, onImage, share }: SeenPart): string {
  const size = field.size.map(printDecimal).join('×')
  const where = `rows ${printCovered(whole.top, whole.height)}, columns ${printCovered(whole.left, whole.width)}`
  const cut = share < 1 ? `; ${Math.round(100 * share)}% of it lies on the image, the rest is padding` : ''
  const seen = onImage.height * onImage.width === 0 ? ' It sees padding only.' : ''
  return `The unit of ${layer.node.id} at row ${position[0] + 1}, column ${position[1] + 1} sees ${size} px: ${where}${cut}.${seen}`
}

function FieldRectangle({
  rectangle,
  name,
}: {
  readonly rectangle: Rectangle
  readonly name: 'whole' | 'seen' | 'before' | 'shade'
}) {
  const { left, top, width, height } = rectangle
  return <rect x={left} y={top} width={width} height={height} className={classes.fieldRectangle} data-kind={name} />
}

interface FieldImageProps {
  readonly href: string | undefined
  readonly extents: Pair
  readonly seen: SeenPart
  /** Fields of the layers before, largest last. */
  readonly before: readonly Rectangle[]
  readonly label: string
  readonly onPick: (point: Pair) => void
}

function FieldImage({ href, extents, seen, before, label, onPick }: FieldImageProps) {
  const [height, width] = extents
  const margin = 0.14 * Math.max(height, width)
  const pick = (event: PointerEvent<SVGSVGElement>): void => {
    if (event.type === 'pointermove' && event.buttons === 0) return
    const svg = event.currentTarget
    const matrix = svg.getScreenCTM()
    if (!matrix) return
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse())
    onPick([Math.min(Math.max(point.y, 0), height), Math.min(Math.max(point.x, 0), width)])
  }
  return (
    <svg
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- drawn here, not a file
      role="img"
      aria-label={label}
      className={classes.fieldImage}
      viewBox={`${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}`}
      onPointerDown={pick}
      onPointerMove={pick}
    >
      <rect width={width} height={height} className={classes.fieldGround} />
      {href !== undefined && <image href={href} width={width} height={height} preserveAspectRatio="none" />}
      {[...new Map(before.map((rectangle) => [Object.values(rectangle).join(), rectangle]))].map(([key, rectangle]) => (
        <Fragment key={key}>
          <FieldRectangle rectangle={rectangle} name="shade" />
          <FieldRectangle rectangle={rectangle} name="before" />
        </Fragment>
      ))}
      <FieldRectangle rectangle={seen.whole} name="whole" />
      <FieldRectangle rectangle={seen.onImage} name="seen" />
    </svg>
  )
}

interface LayerListProps {
  readonly layers: readonly FieldLayer[]
  readonly index: number
  readonly onChoose: (index: number) => void
}

/** All layers with the sizes of their fields: one tab stop, arrows walk deeper and back. */
function LayerList({ layers, index, onChoose }: LayerListProps) {
  useEffect(() => {
    document.getElementById(`nl-field-${index}`)?.scrollIntoView({ block: 'nearest' })
  }, [index])
  return (
    <ul className={classes.fieldList} aria-label="Layers">
      {layers.map(({ layer, field }, place) => (
        <li key={layer.node.id}>
          <UnstyledButton
            id={`nl-field-${place}`}
            tabIndex={place === index ? 0 : -1}
            aria-current={place === index ? 'true' : undefined}
            onClick={() => onChoose(place)}
          >
            <span>{layer.node.id}</span>
            <span>{field.size.map(printDecimal).join('×')}</span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  )
}

/** Where a key leads in the list; undefined for keys that lead nowhere. */
function walk(key: string, index: number, last: number): number | undefined {
  const to: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowRight: index + 1,
    ArrowUp: index - 1,
    ArrowLeft: index - 1,
    Home: 0,
    End: last,
  }
  const wanted = to[key]
  return wanted === undefined ? undefined : Math.min(Math.max(wanted, 0), last)
}

/** Units down and across that an arrow means with Shift. */
const unitSteps: Readonly<Record<string, Pair>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/**
 * The arrows walk the layers from wherever the focus is, except where it has its own use for them; with Shift they go
 * to the neighbouring unit.
 */
function useFieldKeys(
  { index, last }: { readonly index: number; readonly last: number },
  onWalk: (index: number) => void,
  onStep: (step: Pair) => void,
): void {
  const latest = useRef(onStep)
  useEffect(() => {
    latest.current = onStep
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.target instanceof Element && event.target.closest('[role="slider"], input')) return
      const step = event.shiftKey ? unitSteps[event.key] : undefined
      const next = event.shiftKey ? undefined : walk(event.key, index, last)
      if (step) latest.current(step)
      else if (next === undefined) return
      else onWalk(next)
      event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [index, last, onWalk])
}

function FieldBody({ layers, first }: { readonly layers: readonly FieldLayer[]; readonly first: string | null }) {
  const inference = useInference()
  const image = useStageStore((state) => state.image)
  const [extents] = layers.map((each) => each.extents)
  const [index, setIndex] = useState(() => {
    const end = first === null ? '' : endOf(inference, first)
    return Math.max(
      0,
      layers.findIndex(({ layer }) => layer.node.id === end),
    )
  })
  const [point, setPoint] = useState<Pair>([(extents?.[0] ?? 1) / 2, (extents?.[1] ?? 1) / 2])
  const present = layers[Math.min(index, layers.length - 1)]
  useFieldKeys({ index, last: layers.length - 1 }, setIndex, ([down, across]) => {
    if (!present) return
    const { field, extents: map } = present
    const [row, column] = nearestPosition(field, point, map)
    const next = (place: number, step: number, count: number): number => Math.min(Math.max(place + step, 0), count - 1)
    setPoint(centreOf(field, [next(row, down, map[0]), next(column, across, map[1])]))
  })
  if (!present || !extents) return null
  const last = layers.length - 1
  const placed = layers.slice(0, index + 1).map((each) => {
    const position = nearestPosition(each.field, point, each.extents)
    return { position, seen: placeField(each.field, position, extents) }
  })
  const own = placed.at(-1)
  if (!own) return null
  return (
    <div className={classes.stage}>
      <aside className={classes.side} aria-label="Choices">
        <section className={classes.settings} aria-label="Image">
          <h3>Image</h3>
          <ImageChooser image={image} onChoose={(chosen) => choose({ image: chosen })} />
        </section>
        <section className={`${classes.settings} ${classes.fieldLayers}`} aria-label="Layers and their fields">
          <h3>Layers and their fields</h3>
          <LayerList layers={layers} index={index} onChoose={setIndex} />
        </section>
      </aside>
      <div className={classes.stageRight}>
        <FieldImage
          href={image ? `data:image/png;base64,${image.base64}` : undefined}
          extents={extents}
          seen={own.seen}
          before={placed.slice(0, -1).map(({ seen }) => seen.onImage)}
          label={`Receptive field of ${present.layer.node.id} on the image`}
          onPick={setPoint}
        />
        <p className={classes.fieldText} aria-live="polite">
          {describe(present, own.position, own.seen)}
        </p>
        <div className={classes.depthSlider}>
          <span>Depth</span>
          <Slider
            size="sm"
            min={0}
            max={Math.max(last, 1)}
            disabled={last === 0}
            value={index}
            label={(value) => layers[value]?.layer.node.id ?? ''}
            thumbLabel="Depth"
            thumbValueText={present.layer.node.id}
            onChange={(value) => setIndex(Math.min(value, last))}
          />
        </div>
        <p className={classes.note}>
          Press on the image to choose another unit, or press Shift and an arrow. The arrows alone walk the layers.
          Dashed: the whole field, also over the padding; solid: what lies on the image.
        </p>
      </div>
    </div>
  )
}

/** The window of the receptive field, begun with a node of the document where one is given. */
export function FieldDialog({ layer }: { readonly layer: string | null }) {
  const layers = useFieldLayers()
  return (
    <Modal
      opened
      fullScreen
      title="Receptive field"
      classNames={{ body: classes.stageBody, content: classes.stageContent }}
      onClose={closeArithmetic}
    >
      {layers.length === 0 ? (
        <Text c="dimmed">No layer has positions on an image. Add an input of channels, height and width.</Text>
      ) : (
        <FieldBody layers={layers} first={layer} />
      )}
    </Modal>
  )
}
