// What was chosen on the convolution stage and where its window stands; what follows from it is computed in useStage.ts.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import {
  fixedKernels,
  lectureExamples,
  printMatrix,
  type LectureExample,
} from '../../../../shared/network/explanation/matrices'
import type { LayerWindow } from '../../../../shared/network/explanation/layerWindow'
import type { Pair, Sides } from '../../../../shared/shapes/window'
import type { Plane, StageImage } from '../../../kernel/images/imageValues'
import type { TrainedLayer } from './stage'

export type OperationName = 'kernel' | 'max' | 'average' | 'trained'

/** What a trained network needs to be asked. */
export interface TrainedChoice {
  /** A run folder or a document with weights; null while none is chosen. */
  readonly model: string | null
  readonly layer: string | null
  /** The output channel. */
  readonly channel: number
}

export interface StageState {
  readonly source: 'matrix' | 'image'
  /** The matrix as it is typed. */
  readonly matrixText: string
  readonly image: StageImage | null
  readonly plane: Plane
  readonly operation: OperationName
  /** The id of a fixed kernel, or `typed`. */
  readonly kernelId: string
  readonly kernelText: string
  readonly bias: number
  readonly poolSize: Pair
  readonly stride: Pair
  readonly dilation: Pair
  readonly pads: Sides
  readonly trained: TrainedChoice
  readonly trainedLayer: TrainedLayer | null
  /** The input channel whose patch is shown, for filters of several. */
  readonly shownChannel: number
  /** The cell of the output that the window fills, row by row. */
  readonly position: number
  readonly isPlaying: boolean
  /** Positions per second. */
  readonly speed: number
  /** Whether cells that the window has not reached yet are shown too. */
  readonly isWhole: boolean
  /** Whether values outside 0 ... 255 are cut off, as a screen does; else the whole range is stretched to black and white. */
  readonly isClipped: boolean
  readonly tab: 'step' | 'all'
}

function matrixFields(example: LectureExample): Partial<StageState> {
  const { input, kernel, window } = example
  const common = {
    source: 'matrix' as const,
    matrixText: printMatrix(input),
    stride: window.stride,
    dilation: window.dilation,
    pads: window.pads,
    bias: 0,
    position: 0,
    isPlaying: false,
  }
  return 'pooling' in kernel
    ? { ...common, operation: kernel.pooling, poolSize: window.kernel }
    : { ...common, operation: 'kernel', kernelId: 'typed', kernelText: printMatrix(kernel) }
}

const [firstExample] = lectureExamples
const [firstKernel] = fixedKernels

export const stageStore = createStore<StageState>()(() => ({
  source: 'matrix',
  matrixText: '0',
  image: null,
  plane: 'grey',
  operation: 'kernel',
  kernelId: firstKernel?.id ?? 'typed',
  kernelText: printMatrix(firstKernel?.matrix ?? [[1]]),
  bias: 0,
  poolSize: [2, 2],
  stride: [1, 1],
  dilation: [1, 1],
  pads: [0, 0, 0, 0],
  trained: { model: null, layer: null, channel: 0 },
  trainedLayer: null,
  shownChannel: 0,
  position: 0,
  isPlaying: false,
  speed: 4,
  isWhole: false,
  isClipped: true,
  tab: 'step',
  ...(firstExample && matrixFields(firstExample)),
}))

/** A part of what was chosen, followed while the component is mounted. */
export function useStageStore<T>(selector: (state: StageState) => T): T {
  return useStore(stageStore, selector)
}

/** Changes what is shown; the window goes back to its first place. */
export function choose(change: Partial<StageState>): void {
  stageStore.setState({ position: 0, isPlaying: false, ...change })
}

/** Takes a worked example of a lecture with all its numbers. */
export function chooseExample(id: string): void {
  const example = lectureExamples.find((each) => each.id === id)
  if (example) choose(matrixFields(example))
}

/** Takes a fixed kernel; its size replaces the present one. */
export function chooseKernel(id: string): void {
  const kernel = fixedKernels.find((each) => each.id === id)
  choose(kernel ? { kernelId: id, kernelText: printMatrix(kernel.matrix), bias: 0 } : { kernelId: 'typed' })
}

/** Takes a matrix or an image; an image does not keep the kernel and the strides of a matrix example. */
export function chooseSource(source: StageState['source']): void {
  const { kernelText, operation } = stageStore.getState()
  const isExample = lectureExamples.some(({ kernel }) => !('pooling' in kernel) && printMatrix(kernel) === kernelText)
  if (source === 'image' && operation === 'kernel' && isExample) {
    chooseKernel('sharpen')
    choose({ stride: [1, 1], dilation: [1, 1], pads: [0, 0, 0, 0] })
  }
  choose({ source })
}

/** Begins with the window of a layer of the network, on an image. */
export function beginWithLayer(id: string, { placed, operation }: LayerWindow): void {
  const [rows, columns] = placed.axes
  const pair = (key: 'kernel' | 'stride' | 'dilation'): Pair => [rows[key], columns[key]]
  choose({
    source: 'image',
    operation: operation === 'convolution' ? 'kernel' : operation,
    stride: pair('stride'),
    dilation: pair('dilation'),
    pads: placed.pads,
    tab: 'step',
    trained: { ...stageStore.getState().trained, layer: id, channel: 0 },
    ...(operation !== 'convolution' && { poolSize: pair('kernel') }),
  })
}
