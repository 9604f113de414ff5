// The readers of all blocks: those of the first tier look first, at all of the network; what they take is gone for the next.
import type { BlockReader } from '../foldView'
import { readDenseBlock, readFire, readInception } from './branchReader'
import { readConvBnRelu } from './convBnReluReader'
import { readDepthwiseSeparable, readInvertedResidual, readSqueezeExcitation } from './mobileReader'
import { readResidual } from './residualReader'
import { readTransition, readVggBlock } from './stageReader'

/** Large blocks before small ones. */
export const readerTiers: readonly (readonly BlockReader[])[] = [
  [readResidual, readInception, readFire, readDenseBlock, readInvertedResidual],
  [readDepthwiseSeparable, readTransition, readVggBlock, readSqueezeExcitation],
  [readConvBnRelu],
]
