// Groups of layers that many blocks write: convolutions with batch norm and activation; not the blocks (blocks/).
import { z } from 'zod'
import type { ParameterValues } from '../../graph/document'
import type { Pair, Sides } from '../../shapes/window'
import type { BlockSource } from '../define'
import type { BlockBuilder } from './blockBuilder'

/** Padding with which a window of stride 1 keeps the extents, at the same sides whatever the stride: (F - 1)/2. */
export function centredPadding([height, width]: Pair): Sides {
  return [
    Math.floor((height - 1) / 2),
    Math.floor((width - 1) / 2),
    Math.ceil((height - 1) / 2),
    Math.ceil((width - 1) / 2),
  ]
}

/** The parameters of a convolution inside a block, without what has its usual value. */
export function convolutionParams(own: {
  readonly filters: number
  readonly kernel: Pair
  readonly stride?: Pair
  readonly groups?: number
  readonly bias?: boolean
}): ParameterValues {
  const { filters, kernel, stride = [1, 1], groups = 1, bias = false } = own
  return {
    filters,
    kernel: [...kernel],
    ...windowParams(kernel, stride),
    ...(groups === 1 ? {} : { groups }),
    ...(bias ? {} : { bias }),
  }
}

/** Stride and padding of a window inside a block, where they differ from the usual. */
export function windowParams(kernel: Pair, stride: Pair): ParameterValues {
  const padding = centredPadding(kernel)
  return {
    ...(stride[0] === 1 && stride[1] === 1 ? {} : { stride: [...stride] }),
    ...(padding.some((side) => side > 0) ? { padding: [...padding] } : {}),
  }
}

/** Whether a stride leaves height and width as they are. */
export function keepsExtents(stride: Pair): boolean {
  return stride[0] === 1 && stride[1] === 1
}

/** What blocks can have as activations. */
export const blockActivations = ['relu', 'relu6', 'swish', 'hardSwish'] as const
export type BlockActivation = (typeof blockActivations)[number]

/** The activation between the layers of a block. */
export function activationParameter(fallback: BlockActivation) {
  return z.enum(blockActivations).default(fallback).meta({
    title: 'Activation',
    help: 'relu: max(0, x). relu6: the same, at most 6. swish: x times its sigmoid. hardSwish: swish from straight lines.',
  })
}

/** A depthwise convolution without bias. */
export function addDepthwise(
  block: BlockBuilder,
  id: string,
  { kernel, stride }: { readonly kernel: Pair; readonly stride: Pair },
  source: BlockSource,
): BlockSource {
  return block.add(id, 'depthwiseConv2d', { kernel: [...kernel], ...windowParams(kernel, stride), bias: false }, source)
}

/** Puts an activation behind a source. */
export function addActivation(
  block: BlockBuilder,
  id: string,
  activation: BlockActivation,
  source: BlockSource,
): BlockSource {
  return activation === 'relu6' ? block.add(id, 'relu', { limit: 6 }, source) : block.add(id, activation, {}, source)
}

/**
 * A convolution, its batch norm and its activation, each behind the one before it.
 * @param ids names relative to the block; layers without a name are left out
 */
export function addConvolution(
  block: BlockBuilder,
  ids: { readonly conv: string; readonly norm?: string; readonly activation?: string },
  own: Parameters<typeof convolutionParams>[0] & { readonly activation?: BlockActivation },
  source: BlockSource,
): BlockSource {
  let last = block.add(ids.conv, 'conv2d', convolutionParams(own), source)
  if (ids.norm !== undefined) last = block.add(ids.norm, 'batchNorm', {}, last)
  if (ids.activation !== undefined) last = addActivation(block, ids.activation, own.activation ?? 'relu', last)
  return last
}
