// What residual blocks share: parameters, the three forms of shortcut, the addition; not their main paths (blocks/).
import { z } from 'zod'
import type { ParameterValues } from '../../graph/document'
import { printPair } from '../../shapes/printWindow'
import type { BlockSource } from '../define'
import type { BlockBuilder } from './blockBuilder'
import { addConvolution, keepsExtents } from './blockLayers'
import { layerError, printSource, requireFeatureMap, type Located } from './located'
import { strideParameter } from './parameters'
import { repeatParameter } from './repeat'

/** The parameters of every residual block. */
export const residualParameters = {
  stride: strideParameter(),
  shortcut: z
    .enum(['auto', 'identity', 'projection', 'padded'])
    .default('auto')
    .meta({
      title: 'Shortcut',
      help:
        'auto: the input itself, behind a 1x1 convolution where the shape changes (option B of the paper). padded: channels ' +
        'of zeros instead of that convolution (A). projection: a 1x1 convolution always (C). identity: never.',
    }),
  order: z.enum(['post', 'pre']).default('post').meta({
    title: 'Activation order',
    help: 'post: batch norm and ReLU after each convolution and after the addition. pre: before each convolution.',
  }),
  reduction: z.int().min(0).max(1024).default(0).meta({
    title: 'Squeeze',
    help: 'Squeeze-and-excitation before the addition: channels divided by this number in between; 0: without.',
  }),
  batchNorm: z.boolean().default(true).meta({
    title: 'Batch norm',
    help: 'Batch normalisation with each convolution; without it convolutions have a bias, as where norms were folded into them.',
  }),
  repeat: repeatParameter(),
}

const residualTable = z.object(residualParameters)
export type ResidualParams = z.output<typeof residualTable>

/** A residual block while it is written. */
export interface ResidualFrame {
  readonly title: string
  readonly context: Located
  readonly params: ResidualParams
  readonly block: BlockBuilder
  /** Channels behind the addition. */
  readonly filters: number
  /** The input of the block. */
  readonly input: BlockSource
}

/** What the main path and the shortcut begin with. */
export interface ResidualStart {
  readonly main: BlockSource
  /** A projection takes the activated input in a block of the order `pre`. */
  readonly projected: BlockSource
}

/** Whether the shape behind the block is another one than before it. */
function changesShape({ title, context, params, filters }: ResidualFrame): boolean {
  return requireFeatureMap(title, context).channels !== filters || !keepsExtents(params.stride)
}

/** The names of a convolution's norm and what it has in its place: a bias. */
export function normOf(params: ResidualParams, norm: string): { readonly norm?: string } {
  return params.batchNorm ? { norm } : {}
}

/** Batch norm and ReLU in front of a block of the order `pre`. @see He et al. 2016, arXiv:1603.05027, figure 4e */
export function startResidual({ block, params, input }: ResidualFrame): ResidualStart {
  if (params.order === 'post') return { main: input, projected: input }
  const normed = params.batchNorm ? block.add('bn1', 'batchNorm', {}, input) : input
  const start = block.add('relu1', 'relu', {}, normed)
  return { main: start, projected: start }
}

/** Squeeze-and-excitation, the shortcut, the addition, and the ReLU of the order `post`. */
export function finishResidual(
  frame: ResidualFrame,
  start: ResidualStart,
  main: BlockSource,
  relu: string,
): BlockSource {
  const { block, params } = frame
  const weighed =
    params.reduction === 0 ? main : block.add('se', 'squeezeExcitation', { reduction: params.reduction }, main)
  const sum = block.add('add', 'add', {}, weighed, addShortcut(frame, start))
  return params.order === 'post' ? block.add(relu, 'relu', {}, sum) : sum
}

/** @see He et al. 2015, arXiv:1512.03385, section 3.3 and table 3 */
function addShortcut(frame: ResidualFrame, { projected }: ResidualStart): BlockSource {
  const { params, block, filters, input } = frame
  const changes = changesShape(frame)
  switch (params.shortcut) {
    case 'identity':
      if (changes) throw needsShortcut(frame)
      return input
    case 'auto':
      return changes ? addProjection(block, filters, params, projected) : input
    case 'projection':
      return addProjection(block, filters, params, projected)
    case 'padded':
      return changes ? addPadding(frame) : input
    default:
      return params.shortcut satisfies never
  }
}

function addProjection(
  block: BlockBuilder,
  filters: number,
  { stride, order, batchNorm }: Pick<ResidualParams, 'stride' | 'order' | 'batchNorm'>,
  source: BlockSource,
): BlockSource {
  const ids = { conv: 'shortcut/conv', ...(order === 'post' && batchNorm ? { norm: 'shortcut/bn' } : {}) }
  return addConvolution(block, ids, { filters, kernel: [1, 1], stride, bias: !batchNorm }, source)
}

/** Every other pixel, and channels of zeros before and after. */
function addPadding({ title, context, params, block, filters, input }: ResidualFrame): BlockSource {
  const { channels } = requireFeatureMap(title, context)
  if (filters < channels) {
    throw layerError(
      title,
      context,
      'layer.shape',
      `a padded shortcut cannot give ${filters} channels from ${channels} ${printSource(context)}.`,
      { expected: `at least ${channels}`, received: filters, hint: 'Use the shortcut "auto" or more filters.' },
    )
  }
  const { stride } = params
  const picked = keepsExtents(stride)
    ? input
    : block.add('shortcut/subsample', 'averagePool2d', { kernel: 1, stride: [...stride] }, input)
  const front = Math.floor((filters - channels) / 2)
  const channelsParam: ParameterValues = { channels: [front, filters - channels - front] }
  return filters === channels ? picked : block.add('shortcut/pad', 'zeroPad2d', channelsParam, picked)
}

function needsShortcut({ title, context, params, filters }: ResidualFrame) {
  const { channels } = requireFeatureMap(title, context)
  return layerError(
    title,
    context,
    'layer.shape',
    `its shortcut is the input itself ${printSource(context)}, but the block gives ${filters} channels at stride ` +
      `${printPair(params.stride)}.`,
    { expected: channels, received: filters, hint: 'Use the shortcut "auto", or keep the channels and stride 1.' },
  )
}
