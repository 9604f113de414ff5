// Shapes and types of ONNX values, operator by operator, for graphs whose inputs have fixed shapes; the rules are in shapeRules/.
import { NetloomError } from '../graph/errors'
import type { OnnxNode, OnnxTensor } from './model'
import { arrangementRules } from './shapeRules/arrangementShapes'
import { blockedRules, compositeRules } from './shapeRules/compositeShapes'
import { constantRules } from './shapeRules/constantShapes'
import { ShapeContext, type ShapeRule, type ValueType } from './shapeRules/shapeContext'
import { convolutionRules, resolveConvolution, resolvePooling, resolveTransposed } from './shapeRules/convolutionShapes'
import { elementwiseRules } from './shapeRules/elementwiseShapes'
import { indexingRules } from './shapeRules/indexingShapes'
import { matrixRules } from './shapeRules/matrixShapes'
import { normalisationRules } from './shapeRules/normalisationShapes'
import { quantisedRules } from './shapeRules/quantisedShapes'
import { reductionRules } from './shapeRules/reductionShapes'
import type { Window } from './shapeRules/windowShapes'

export type { ValueType } from './shapeRules/shapeContext'
export type { Window } from './shapeRules/windowShapes'

/** Every operator with a shape rule; FusedConv, FusedMatMul and Gelu also under com.microsoft. */
export const shapeRules = {
  ...constantRules,
  ...elementwiseRules,
  ...convolutionRules,
  ...normalisationRules,
  ...matrixRules,
  ...arrangementRules,
  ...indexingRules,
  ...reductionRules,
  ...compositeRules,
  ...quantisedRules,
  ...blockedRules,
}

const rulesByName: ReadonlyMap<string, ShapeRule> = new Map(Object.entries<ShapeRule>(shapeRules))
const domains = new Set(['', 'ai.onnx', 'com.microsoft', 'com.microsoft.nchwc', 'netloom'])

function findShapeRule({ domain, opType }: OnnxNode): ShapeRule | undefined {
  return domains.has(domain) ? rulesByName.get(opType) : undefined
}

/** Whether the shapes of a node follow from a rule here. */
export function hasShapeRule(node: OnnxNode): boolean {
  return findShapeRule(node) !== undefined
}

/**
 * Infers the types of a node's outputs, in order: by the operator's rule, else as the node states them.
 * @throws NetloomError `onnx.shape` where shapes do not fit, `onnx.unsupported` for an operator without a rule or a shape
 * that the graph computes from its inputs' values
 */
export function inferNode(
  node: OnnxNode,
  typeOf: (value: string) => ValueType | undefined,
  constantOf: (value: string) => OnnxTensor | undefined,
): readonly ValueType[] {
  const rule = findShapeRule(node)
  const context = new ShapeContext(node, typeOf, constantOf)
  if (!rule && node.stated) {
    const batch = context.extent(0, 0)
    return node.stated.map(({ dataType, dims }) => ({ dataType, dims: [batch, ...dims] }))
  }
  if (!rule) {
    const operator = node.domain === '' ? node.opType : `${node.domain}.${node.opType}`
    throw new NetloomError('onnx.unsupported', `${context.title}: the operator ${operator} is not supported.`, {
      nodeId: node.name,
      received: operator,
    })
  }
  return rule(context)
}

/**
 * The window of a Conv, FusedConv, ConvTranspose, MaxPool, AveragePool or LpPool node with auto_pad and defaults resolved.
 * @throws NetloomError `onnx.shape` where it does not fit its input
 */
export function windowOf(node: OnnxNode, typeOf: (value: string) => ValueType | undefined): Window {
  const context = new ShapeContext(node, typeOf, () => undefined)
  if (node.opType === 'ConvTranspose') return resolveTransposed(context)
  if (node.opType.endsWith('Conv')) return resolveConvolution(context)
  return resolvePooling(context)
}
