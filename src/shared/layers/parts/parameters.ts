// Parameters that several layers share, as zod schemas with what the inspector shows; not the layers' own tables.
import { z } from 'zod'
import type { Padding, Pair } from '../../shapes/window'
import type { Initialiser, WeightSpec } from '../define'

/** Whole numbers from `min` to `max` for height and width; a single number stands for both. */
function pairOf(min: number, max: number) {
  const extent = z.int().min(min).max(max)
  return z
    .union([extent, z.tuple([extent, extent])])
    .transform((value): [number, number] => (typeof value === 'number' ? [value, value] : value))
}

const largestExtent = 65_536

/** A number of filters, units or scales: 1 or more. */
export function countParameter(title: string, help: string) {
  return z.int().min(1).max(1_000_000).meta({ title, help, usualMost: 32_768 })
}

const kernelMeta = { title: 'Window', unit: 'px', help: 'Height and width of the window.', usualMost: 31 }

/** Height and width of a window that must be stated. */
export function kernelParameter() {
  return pairOf(1, largestExtent).meta(kernelMeta)
}

/** Height and width of a window with a usual value. */
export function kernelParameterOr(fallback: Pair) {
  return pairOf(1, largestExtent).default([fallback[0], fallback[1]]).meta(kernelMeta)
}

/** Steps of the window down and to the right. */
export function strideParameter(fallback: Pair = [1, 1]) {
  return pairOf(1, largestExtent)
    .default([fallback[0], fallback[1]])
    .meta({ title: 'Stride', unit: 'px', help: 'Steps of the window down and to the right.', usualMost: 32 })
}

/** Distance between the taps of a window. */
export function dilationParameter() {
  return pairOf(1, largestExtent).default([1, 1]).meta({
    title: 'Dilation',
    unit: 'px',
    help: 'Distance between neighbouring taps of the window; 1: no gaps.',
    usualMost: 36,
  })
}

/** Rows and columns that a transposed convolution adds at the end of its output. */
export function outputPaddingParameter() {
  return pairOf(0, largestExtent)
    .default([0, 0])
    .meta({ title: 'Output padding', unit: 'px', help: 'Rows and columns added at the bottom and the right.' })
}

/** Scale factors down and to the right. */
export function scaleParameter() {
  return pairOf(1, 64)
    .default([2, 2])
    .meta({ title: 'Scale', help: 'How many times as high and as wide the output is.' })
}

const side = z.int().min(0).max(largestExtent)

/** Rows and columns added at the four sides, none by default. */
export function sidesParameter() {
  return z
    .tuple([side, side, side, side])
    .default([0, 0, 0, 0])
    .meta({ title: 'Padding', unit: 'px', help: 'Rows and columns of zeros: top, left, bottom, right.' })
}

/** A padding rule or four sides. */
export function paddingParameter(fallback: Extract<Padding, string> = 'valid') {
  return z
    .union([z.enum(['valid', 'same-upper', 'same-lower']), z.tuple([side, side, side, side])])
    .default(fallback)
    .meta({
      title: 'Padding',
      unit: 'px',
      help:
        'valid: none. same: the output has extent / stride, rounded up; an odd row goes to the bottom (upper) or the ' +
        'top (lower). Or four sides: top, left, bottom, right.',
    })
}

/** Whether a bias is added to each output channel. */
export function biasParameter() {
  return z.boolean().default(true).meta({ title: 'Bias', help: 'Adds one learnt number to each output channel.' })
}

/** A small positive number under a root, so that nothing is divided by zero. */
export function epsilonParameter(fallback: number) {
  return z
    .number()
    .positive()
    .max(1)
    .default(fallback)
    .meta({ title: 'Epsilon', help: 'Added to the variance, so that nothing is divided by zero.' })
}

export const initialiserNames = [
  'he-normal',
  'he-uniform',
  'xavier-normal',
  'xavier-uniform',
  'normal',
  'uniform',
  'zeros',
  'ones',
] as const
export type InitialiserName = (typeof initialiserNames)[number]

/** How the weights are drawn before training; He's normal distribution by default. */
export function initialiserParameter() {
  return z
    .enum(initialiserNames)
    .default('he-normal')
    .meta({
      title: 'Initialiser',
      help:
        'How the weights start. he: deviation sqrt(2 / fan-in), for ReLU. xavier: sqrt(2 / (fan-in + fan-out)), for ' +
        'sigmoid and tanh. normal: deviation 0.01. uniform: -0.05 to 0.05.',
    })
}

/**
 * The initialiser behind a name.
 * @param fanIn values that one output sums up
 * @param fanOut outputs that one input value reaches
 * @see He et al. 2015, arXiv:1502.01852, eq. 10; Glorot and Bengio 2010, eq. 12
 */
export function toInitialiser(name: InitialiserName, fanIn: number, fanOut: number): Initialiser {
  switch (name) {
    case 'he-normal':
      return { kind: 'he', distribution: 'normal', fanIn, fanOut }
    case 'he-uniform':
      return { kind: 'he', distribution: 'uniform', fanIn, fanOut }
    case 'xavier-normal':
      return { kind: 'xavier', distribution: 'normal', fanIn, fanOut }
    case 'xavier-uniform':
      return { kind: 'xavier', distribution: 'uniform', fanIn, fanOut }
    case 'normal':
      return { kind: 'normal', mean: 0, deviation: 0.01 }
    case 'uniform':
      return { kind: 'uniform', low: -0.05, high: 0.05 }
    case 'zeros':
      return { kind: 'constant', value: 0 }
    case 'ones':
      return { kind: 'constant', value: 1 }
    default:
      return name satisfies never
  }
}

/** A bias of `count` values: starts at 0, learnt, without weight decay. */
export function biasWeight(count: number): WeightSpec {
  return vectorWeight('bias', [count], 0, true)
}

/** A weight that starts at one value and does not decay: norm scales, biases, statistics. */
export function vectorWeight(name: string, shape: readonly number[], value: number, trainable: boolean): WeightSpec {
  return { name, shape, initialiser: { kind: 'constant', value }, trainable, decays: false }
}
