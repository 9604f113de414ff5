// Computes nodes whose inputs are constants, as shape subgraphs and weights that are written by rule are; not a runtime. The rules are in foldRules/.
import { countDims, isComputed, sizeInBytes } from './dataTypes'
import { arithmeticFolds } from './foldRules/arithmeticFolds'
import type { Evaluator } from './foldRules/foldContext'
import { movementFolds } from './foldRules/movementFolds'
import type { OnnxNode, OnnxTensor } from './model'
import { ShapeContext, type ValueType } from './shapeRules/shapeContext'

/** Results of more bytes than this are left to the runtime: no file holds such a tensor. */
const largestResultBytes = 2 ** 31

/**
 * Computes a node whose inputs are constant (Shape and Size need only the type of theirs).
 * @param outputs the types that `inferNode` gave
 * @returns one tensor per output; undefined where an input is computed, the result too large or the operator is not one of these
 */
export function evaluateNode(
  node: OnnxNode,
  typeOf: (value: string) => ValueType | undefined,
  constantOf: (value: string) => OnnxTensor | undefined,
  outputs: readonly ValueType[],
): readonly OnnxTensor[] | undefined {
  const evaluator = evaluators.get(node.opType)
  const [output] = outputs
  if (!evaluator || !output || !(node.domain === '' || node.domain === 'ai.onnx')) return undefined
  const isLarge = outputs.some(({ dims, dataType }) => sizeInBytes(dataType, countDims(dims)) > largestResultBytes)
  if (isLarge && node.opType !== 'Constant') return undefined
  const inputs = node.inputs.map((name) => (name === '' ? undefined : constantOf(name)))
  const needsValues = !needsOnlyTypes(node)
  if (needsValues && node.inputs.some((name, index) => name !== '' && !inputs[index])) return undefined
  if (needsValues && [...inputs, ...outputs].some((value) => value && !isComputed(value.dataType))) return undefined
  const context = new ShapeContext(node, typeOf, constantOf)
  const input = (index: number): OnnxTensor => inputs[index] ?? context.fail(`input ${index} is missing`)
  return evaluator({ context, outputs, output, input })
}

/** Operators whose result depends on the extents of their input, not on its values. */
export function needsOnlyTypes(node: OnnxNode): boolean {
  return node.opType === 'Shape' || node.opType === 'Size'
}

const evaluators: ReadonlyMap<string, Evaluator> = new Map(
  Object.entries<Evaluator>({ ...movementFolds, ...arithmeticFolds }),
)
