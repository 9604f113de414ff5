// The list of all composite blocks; what each expands to stands in its own file.
import type { BlockDefinition } from '../define'
import { convBnRelu } from './convBnRelu'
import { denseBlock } from './denseBlock'
import { depthwiseSeparable } from './depthwiseSeparable'
import { fire } from './fire'
import { inception } from './inception'
import { invertedResidual } from './invertedResidual'
import { plainBlock } from './plainBlock'
import { residualBasic } from './residualBasic'
import { residualBottleneck } from './residualBottleneck'
import { squeezeExcitation } from './squeezeExcitation'
import { transition } from './transition'
import { vggBlock } from './vggBlock'

/** Every block, in the order of the palette. */
export const blockDefinitions: readonly BlockDefinition[] = [
  convBnRelu,
  vggBlock,
  plainBlock,
  residualBasic,
  residualBottleneck,
  squeezeExcitation,
  inception,
  depthwiseSeparable,
  invertedResidual,
  denseBlock,
  transition,
  fire,
]
