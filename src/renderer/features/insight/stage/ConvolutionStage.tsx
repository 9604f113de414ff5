// The convolution stage: choices at the left, input and output with the window, what happens below it, and the player.
import { Alert, Modal, SegmentedControl, Tabs, Text } from '@mantine/core'
import { useElementSize, useViewportSize } from '@mantine/hooks'
import { useEffect, useMemo } from 'react'
import { windowOf } from '../../../../shared/network/explanation/layerWindow'
import { queryClient } from '../../../kernel/queries/queryClient'
import { runListQuery } from '../../../kernel/queries/runList'
import { inferenceOf } from '../../../session/document/derived'
import { documentStore } from '../../../session/document/documentStore'
import classes from '../insight.module.css'
import { closeArithmetic } from '../../../session/view/arithmeticStore'
import { KernelGallery } from './KernelGallery'
import { MapCanvas } from './MapCanvas'
import { channelOf, rangeOf, type ValueRange } from './mapImage'
import { PatchGrids, widestReadable } from './PatchGrids'
import { stepStage, type Stage, type StageStep } from './stage'
import { StagePlayer } from './StagePlayer'
import { StageSettings } from './StageSettings'
import { beginWithLayer, choose, stageStore, useStageStore } from './stageStore'
import { moveBy, togglePlaying, usePlayer, useStage } from './useStage'

const pixelRange: ValueRange = [0, 255]

/** Which channel of the input is shown. */
function shownChannelOf({ operation }: Stage, shown: number): number {
  if (operation.kind === 'pooling') return operation.channel
  return operation.firstChannel + Math.min(shown, operation.filter.channels - 1)
}

function tapsOf(step: StageStep, shown: number) {
  if (step.kind === 'pooling') return step.taps
  return step.channels[Math.min(shown, step.channels.length - 1)]?.taps ?? []
}

/** How values become shades: pixels as pixels, everything else over its own range. */
function useRanges(stage: Stage, channel: number): { readonly input: ValueRange; readonly output: ValueRange } {
  const isPixels = useStageStore((state) => state.source === 'image' && state.operation !== 'trained')
  const isClipped = useStageStore((state) => state.isClipped)
  return useMemo(
    () => ({
      input: isPixels ? pixelRange : rangeOf(channelOf(stage.input, channel)),
      output: isPixels && isClipped ? pixelRange : rangeOf(stage.output.values),
    }),
    [stage, channel, isPixels, isClipped],
  )
}

/** Whether the stage's own sum is what the engine computed. */
function EngineCheck({ stage, position }: { readonly stage: Stage; readonly position: number }) {
  const engine = stage.engineOutput?.[position]
  const own = stage.output.values[position]
  if (engine === undefined || own === undefined) return null
  const agrees = Math.abs(engine - own) <= 1e-4 * Math.max(1, Math.abs(engine))
  return (
    <p className={classes.note}>
      ONNX Runtime gives {engine.toPrecision(5)} for this cell:{' '}
      {agrees ? 'the same' : `not the same, ${own.toPrecision(5)}`}.
    </p>
  )
}

/** Pixels of the window's height that neither the maps nor the patch take: title, tabs, captions, player, gaps. */
const besideMaps = 330

/** About the height of the patch's grids, whose rows grow with the window (insight.module.css). */
function patchHeight({ placed }: Stage, viewportWidth: number): number {
  const [rows, columns] = placed.window.kernel
  const row = columns <= widestReadable ? Math.min(42, Math.max(28, 0.022 * viewportWidth)) : 18
  return rows * (row + 1)
}

function Maps({ stage }: { readonly stage: Stage }) {
  const position = useStageStore((state) => state.position)
  const shown = useStageStore((state) => state.shownChannel)
  const isWhole = useStageStore((state) => state.isWhole)
  const isPixels = useStageStore((state) => state.source === 'image' && state.operation !== 'trained')
  const isClipped = useStageStore((state) => state.isClipped)
  const { ref, width } = useElementSize()
  const { height, width: viewportWidth } = useViewportSize()
  const { rows, columns, window } = stage.placed
  const place = Math.min(position, rows * columns - 1)
  const [row, column] = [Math.floor(place / columns), place % columns]
  const step = useMemo(() => stepStage(stage, row, column), [stage, row, column])
  const channel = shownChannelOf(stage, shown)
  const ranges = useRanges(stage, channel)
  const marked = useMemo(() => [{ row, column }], [row, column])
  const size = Math.max(160, Math.min((width - 32) / 2, height - besideMaps - patchHeight(stage, viewportWidth)))
  const pick = (pickedRow: number, pickedColumn: number): void => {
    const down = Math.min(Math.max(pickedRow, 0), rows - 1)
    const across = Math.min(Math.max(pickedColumn, 0), columns - 1)
    stageStore.setState({ position: down * columns + across, isPlaying: false })
  }
  return (
    <div ref={ref} className={classes.stageMain}>
      <div className={classes.maps}>
        <figure>
          <figcaption>
            Input{' '}
            <span>
              {stage.input.height}×{stage.input.width}
            </span>
            {window.pads.some((pad) => pad > 0) && <span>padding hatched</span>}
          </figcaption>
          <MapCanvas
            label={`Input, ${stage.input.height} by ${stage.input.width}, window at row ${row + 1}, column ${column + 1}`}
            maps={stage.input}
            channel={channel}
            range={ranges.input}
            pads={window.pads}
            marked={tapsOf(step, shown)}
            hasOutline
            size={size}
            onPick={(down, across) =>
              pick(
                Math.round((down + window.pads[0] - (window.kernel[0] - 1) / 2) / window.stride[0]),
                Math.round((across + window.pads[1] - (window.kernel[1] - 1) / 2) / window.stride[1]),
              )
            }
          />
        </figure>
        <figure>
          <figcaption>
            Output{' '}
            <span>
              {rows}×{columns}
            </span>
            {isPixels && (
              <SegmentedControl
                className={classes.inlineChoice}
                aria-label="Shades of the output"
                data={[
                  { value: 'clipped', label: '0 to 255' },
                  { value: 'stretched', label: 'Whole range' },
                ]}
                value={isClipped ? 'clipped' : 'stretched'}
                onChange={(value) => stageStore.setState({ isClipped: value === 'clipped' })}
              />
            )}
          </figcaption>
          <MapCanvas
            label={`Output, ${rows} by ${columns}, cell at row ${row + 1}, column ${column + 1}`}
            maps={stage.output}
            channel={0}
            range={ranges.output}
            reached={isWhole ? undefined : place + 1}
            marked={marked}
            size={size}
            onPick={pick}
          />
        </figure>
      </div>
      <PatchGrids stage={stage} step={step} range={ranges.input} />
      <EngineCheck stage={stage} position={place} />
    </div>
  )
}

/** What one key does; true where it did something. */
function walkByKey(stage: Stage, key: string): boolean {
  const { columns, rows } = stage.placed
  const moves: Readonly<Record<string, () => void>> = {
    ArrowRight: () => moveBy(stage, 1),
    ArrowLeft: () => moveBy(stage, -1),
    ArrowDown: () => moveBy(stage, columns),
    ArrowUp: () => moveBy(stage, -columns),
    Home: () => moveBy(stage, -rows * columns),
    End: () => moveBy(stage, rows * columns),
    ' ': () => togglePlaying(stage),
  }
  moves[key]?.()
  return moves[key] !== undefined
}

/** Whether an element has its own use for arrows and the space bar. */
function hasOwnKeys(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return true
  if (target.closest('input, textarea, select, [role="slider"], [role="listbox"], [role="tab"]')) return true
  return key === ' ' && target.closest('button') !== null
}

function StageBody() {
  const { stage, error } = useStage()
  const isTrained = useStageStore((state) => state.operation === 'trained')
  usePlayer(stage)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!stage || event.ctrlKey || event.metaKey || event.altKey || hasOwnKeys(event.target, event.key)) return
      if (walkByKey(stage, event.key)) event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [stage])
  return (
    <div className={classes.stage}>
      <StageSettings />
      <div className={classes.stageRight}>
        {error !== null && (
          <Alert color="red" title="The window cannot move">
            {error}
          </Alert>
        )}
        {stage && <Maps stage={stage} />}
        {!stage && error === null && (
          <Text c="dimmed" p="xl">
            {isTrained ? 'Choose a trained network, a layer and an image.' : 'Choose an image.'}
          </Text>
        )}
        {stage && <StagePlayer stage={stage} />}
      </div>
    </div>
  )
}

/** Shows the layer as it was trained, where this network has a run with weights; else it stays as it is. */
function preferTrained(layer: string): void {
  const { name } = documentStore.getState().document
  queryClient.fetchQuery(runListQuery).then(
    (runs) => {
      const run = runs.find(({ architecture, epochs }) => architecture === name && epochs > 0)
      const isStillBegun = stageStore.getState().trained.layer === layer && stageStore.getState().position === 0
      if (run && isStillBegun) choose({ operation: 'trained', trained: { model: run.id, layer, channel: 0 } })
    },
    // Without a list of runs the fixed kernels are there.
    () => undefined,
  )
}

/** The window of the stage, begun with a layer of the document where one is given. */
export function ConvolutionStage({ layer }: { readonly layer: string | null }) {
  const tab = useStageStore((state) => state.tab)
  useEffect(() => {
    const inference = inferenceOf(documentStore.getState().document)
    const found = layer === null ? undefined : [...inference.layers.values()].find(({ node }) => node.id === layer)
    const window = found && windowOf(found)
    if (found && window) {
      beginWithLayer(found.node.id, window)
      preferTrained(found.node.id)
    }
    return () => stageStore.setState({ isPlaying: false })
  }, [layer])
  return (
    <Modal
      opened
      fullScreen
      title={layer === null ? 'Convolution stage' : `Convolution stage: ${layer}`}
      classNames={{ body: classes.stageBody, content: classes.stageContent }}
      onClose={closeArithmetic}
    >
      <Tabs
        value={tab}
        onChange={(value) => choose({ tab: value === 'all' ? 'all' : 'step' })}
        keepMounted={false}
        classNames={{ root: classes.stageTabs, panel: classes.stagePanel }}
      >
        <Tabs.List aria-label="Views of the stage">
          <Tabs.Tab value="step">Step through</Tabs.Tab>
          <Tabs.Tab value="all">All kernels side by side</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="step">
          <StageBody />
        </Tabs.Panel>
        <Tabs.Panel value="all">
          <KernelGallery />
        </Tabs.Panel>
      </Tabs>
    </Modal>
  )
}
