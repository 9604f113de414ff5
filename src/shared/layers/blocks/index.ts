// The list of all composite blocks; what each expands to stands in its own file.
import type { BlockDefinition } from '../define'
import { convBnRelu } from './convBnRelu'
import { plainBlock } from './plainBlock'
import { residualBasic } from './residualBasic'
import { residualBottleneck } from './residualBottleneck'
import { squeezeExcitation } from './squeezeExcitation'

/** Every block, in the order of the palette. */
export const blockDefinitions: readonly BlockDefinition[] = [
  convBnRelu,
  plainBlock,
  residualBasic,
  residualBottleneck,
  squeezeExcitation,
]
