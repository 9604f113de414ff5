// The readers of all blocks: those of the first tier look first, at all of the network; what they take is gone for the next.
import type { BlockReader } from '../foldView'
import { readConvBnRelu } from './convBnRelu'
import { readResidual } from './residual'

/** Large blocks before small ones. */
export const readerTiers: readonly (readonly BlockReader[])[] = [[readResidual], [readConvBnRelu]]
