// Blocks that stand for several of their kind, one after the other; not what one of them expands to (blocks/).
import { z } from 'zod'
import type { ParameterValues } from '../../graph/document'
import type { Pair } from '../../shapes/window'
import type { BlockGraph } from '../define'
import { BlockBuilder, blockInput } from './blockBuilder'
import { summariseFilters } from './convolutions'
import { summariseWindow } from './windows'

/** The deepest network for CIFAR of the residual paper has 200 blocks in a stage. */
const mostRepeats = 256

/** How many of a block stand one after the other. */
export function repeatParameter() {
  return z.int().min(1).max(mostRepeats).default(1).meta({
    title: 'Repeat',
    help: 'This many blocks one after the other: block1, block2, ... Only the first has the stride and changes the channels.',
  })
}

/**
 * `block1`, `block2`, ... of one type, each behind the one before it.
 * @param later what the second and all further ones have instead of the parameters of the first
 */
export function expandRepeated(
  type: string,
  params: ParameterValues & { readonly repeat: number },
  later: ParameterValues,
): BlockGraph {
  const chain = new BlockBuilder()
  let last = blockInput
  for (let number = 1; number <= params.repeat; number++) {
    const own = number === 1 ? {} : later
    last = chain.add(`block${number}`, type, { ...params, ...own, repeat: 1 }, last)
  }
  return chain.build(last)
}

/** `3x3 · 64 · stride 2 · x3`: what matters of a block of convolutions. */
export function summariseStage(own: {
  readonly kernel: Pair
  readonly filters: number
  readonly stride: Pair
  readonly repeat: number
}): string {
  const { kernel, filters, stride, repeat } = own
  const convolution = summariseFilters(filters, kernel, summariseWindow({ kernel, stride, dilation: [1, 1] }))
  return repeat === 1 ? convolution : `${convolution} · x${repeat}`
}
