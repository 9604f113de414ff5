// The gradient table: one rule for every differentiable operator; the rules are in rules/, by family.
import type { OnnxNode } from '../onnx/model'
import type { GradientRule, GradientTable } from './rule'
import { activationRules } from './rules/activations'
import { averagePoolingRules } from './rules/averagePooling'
import { batchNormalizationRules } from './rules/batchNormalization'
import { convolutionRules } from './rules/convolution/rules'
import { elementwiseRules } from './rules/elementwise'
import { functionRules } from './rules/functions'
import { maxPoolingRules } from './rules/maxPooling'
import { movementRules } from './rules/movement'
import { normalisationRules } from './rules/normalisation'
import { productRules } from './rules/products'
import { reductionRules } from './rules/reductions'
import { resizeRules } from './rules/resize'
import { softmaxRules } from './rules/softmax'

/** The rule of each operator of ONNX's own domain; the type fails where one is missing. */
export const gradientTable: GradientTable = {
  ...convolutionRules,
  ...productRules,
  ...maxPoolingRules,
  ...averagePoolingRules,
  ...batchNormalizationRules,
  ...normalisationRules,
  ...elementwiseRules,
  ...activationRules,
  ...functionRules,
  ...softmaxRules,
  ...movementRules,
  ...reductionRules,
  ...resizeRules,
}

const rules: ReadonlyMap<string, GradientRule> = new Map(Object.entries(gradientTable))

/** The rule of a node, or undefined where its operator has no gradient or is not of ONNX's own domain. */
export function findGradientRule(node: OnnxNode): GradientRule | undefined {
  return node.domain === '' ? rules.get(node.opType) : undefined
}
