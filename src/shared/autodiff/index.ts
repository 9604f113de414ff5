// The gradient table: one rule for every differentiable operator; the rules are in rules/, by family.
import type { OnnxNode } from '../onnx/model'
import type { GradientRule, GradientTable } from './rule'
import { activationRules } from './rules/activationGradients'
import { averagePoolingRules } from './rules/averagePoolingGradients'
import { batchNormalizationRules } from './rules/batchNormalizationGradients'
import { convolutionRules } from './rules/convolution/convolutionGradients'
import { einsumRules } from './rules/einsumGradients'
import { elementwiseRules } from './rules/elementwiseGradients'
import { functionRules } from './rules/functionGradients'
import { indexingRules } from './rules/indexingGradients'
import { maxPoolingRules } from './rules/maxPoolingGradients'
import { movementRules } from './rules/movementGradients'
import { normalisationRules } from './rules/normalisationGradients'
import { normPoolingRules } from './rules/normPoolingGradients'
import { paddingRules } from './rules/paddingGradients'
import { productRules } from './rules/productGradients'
import { reductionRules } from './rules/reductionGradients'
import { resizeRules } from './rules/resizeGradients'
import { softmaxRules } from './rules/softmaxGradients'

/** The rule of each operator of ONNX's own domain; the type fails where one is missing. */
export const gradientTable: GradientTable = {
  ...convolutionRules,
  ...productRules,
  ...einsumRules,
  ...maxPoolingRules,
  ...averagePoolingRules,
  ...normPoolingRules,
  ...batchNormalizationRules,
  ...normalisationRules,
  ...elementwiseRules,
  ...activationRules,
  ...functionRules,
  ...softmaxRules,
  ...movementRules,
  ...paddingRules,
  ...indexingRules,
  ...reductionRules,
  ...resizeRules,
}

const rules: ReadonlyMap<string, GradientRule> = new Map(Object.entries(gradientTable))

/** The rule of a node, or undefined where its operator has no gradient or is not of ONNX's own domain. */
export function findGradientRule(node: OnnxNode): GradientRule | undefined {
  return node.domain === '' ? rules.get(node.opType) : undefined
}
