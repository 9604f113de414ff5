// The stage that follows from the choices, and the walking of its window; not the choices (stageStore.ts).
import { useEffect, useMemo, useRef } from 'react'
import { parseMatrix, toFeatureMaps, toFilter } from '../../../../shared/network/explanation/matrices'
import type { Window2d } from '../../../../shared/shapes/window'
import { messageOf } from '../../../kernel/core/client'
import { selectPlane } from '../../../kernel/images/imageValues'
import { buildStage, buildTrainedStage, type Stage } from './stage'
import { stageStore, useStageStore, type StageState } from './stageStore'

/** The stage, or why there is none; both null while something is still to be chosen. */
export interface StageOutcome {
  readonly stage: Stage | null
  readonly error: string | null
}

type Ingredients = Pick<
  StageState,
  | 'source'
  | 'matrixText'
  | 'image'
  | 'plane'
  | 'operation'
  | 'kernelText'
  | 'bias'
  | 'poolSize'
  | 'stride'
  | 'dilation'
  | 'pads'
  | 'trained'
  | 'trainedLayer'
>

/** @throws NetloomError for a matrix that is none, or a window that does not fit */
function makeStage(given: Ingredients): Stage | null {
  const { operation, trained, trainedLayer, source, image, plane, stride, dilation, pads } = given
  if (operation === 'trained') return trainedLayer && buildTrainedStage(trainedLayer, trained.channel)
  if (source === 'image' && !image) return null
  const input =
    source === 'image' && image ? selectPlane(image.maps, plane) : toFeatureMaps(parseMatrix(given.matrixText))
  if (operation === 'kernel') {
    const filter = toFilter(parseMatrix(given.kernelText), given.bias)
    const window: Window2d = { kernel: [filter.height, filter.width], stride, dilation, pads }
    return buildStage(input, { kind: 'convolution', filter, firstChannel: 0 }, window)
  }
  const window: Window2d = { kernel: given.poolSize, stride, dilation: [1, 1], pads }
  return buildStage(input, { kind: 'pooling', pooling: operation, channel: 0, countsPadding: false }, window)
}

/** The stage of the present choices. */
export function useStage(): StageOutcome {
  const source = useStageStore((state) => state.source)
  const matrixText = useStageStore((state) => state.matrixText)
  const image = useStageStore((state) => state.image)
  const plane = useStageStore((state) => state.plane)
  const operation = useStageStore((state) => state.operation)
  const kernelText = useStageStore((state) => state.kernelText)
  const bias = useStageStore((state) => state.bias)
  const poolSize = useStageStore((state) => state.poolSize)
  const stride = useStageStore((state) => state.stride)
  const dilation = useStageStore((state) => state.dilation)
  const pads = useStageStore((state) => state.pads)
  const trained = useStageStore((state) => state.trained)
  const trainedLayer = useStageStore((state) => state.trainedLayer)
  return useMemo(() => {
    const given = {
      source,
      matrixText,
      image,
      plane,
      operation,
      kernelText,
      bias,
      poolSize,
      stride,
      dilation,
      pads,
      trained,
      trainedLayer,
    }
    try {
      return { stage: makeStage(given), error: null }
    } catch (error) {
      return { stage: null, error: messageOf(error) }
    }
  }, [
    source,
    matrixText,
    image,
    plane,
    operation,
    kernelText,
    bias,
    poolSize,
    stride,
    dilation,
    pads,
    trained,
    trainedLayer,
  ])
}

/** Moves the window by so many positions, and stops playing. */
export function moveBy(stage: Stage, positions: number): void {
  const last = stage.placed.rows * stage.placed.columns - 1
  const { position } = stageStore.getState()
  stageStore.setState({ position: Math.min(Math.max(position + positions, 0), last), isPlaying: false })
}

/** Begins to play, from the start where the end was reached, or pauses. */
export function togglePlaying(stage: Stage): void {
  const last = stage.placed.rows * stage.placed.columns - 1
  const { isPlaying, position } = stageStore.getState()
  stageStore.setState({ isPlaying: !isPlaying, position: !isPlaying && position >= last ? 0 : position })
}

/** Walks the window while it plays: so many positions per second, several in one frame where it is fast. */
export function usePlayer(stage: Stage | null): void {
  const isPlaying = useStageStore((state) => state.isPlaying)
  const owed = useRef(0)
  useEffect(() => {
    if (!isPlaying || !stage) return undefined
    const last = stage.placed.rows * stage.placed.columns - 1
    let before = performance.now()
    let frame = 0
    owed.current = 0
    const walk = (now: number): void => {
      owed.current += ((now - before) / 1000) * stageStore.getState().speed
      before = now
      const steps = Math.floor(owed.current)
      owed.current -= steps
      const position = Math.min(stageStore.getState().position + steps, last)
      stageStore.setState({ position, isPlaying: position < last })
      if (position < last) frame = requestAnimationFrame(walk)
    }
    frame = requestAnimationFrame(walk)
    return () => cancelAnimationFrame(frame)
  }, [isPlaying, stage])
}
