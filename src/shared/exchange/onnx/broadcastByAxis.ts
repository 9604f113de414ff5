// Operators of operator set 6, which say by attributes how they broadcast, as the newer ones align their operands; not other forms (modernise.ts).
import type { ValueType } from '../../onnx/inferShapes'
import type { OnnxNode, OnnxTensor } from '../../onnx/model'

/** The first operator set that aligns operands at their last axes. */
export const firstAligned = 7

const byAxis: ReadonlySet<string> = new Set('Add Sub Mul Div Pow And Or Xor Equal Greater Less PRelu'.split(' '))

interface Surroundings {
  readonly typeOf: (value: string) => ValueType | undefined
  readonly addConstant: (name: string, tensor: OnnxTensor) => void
}

/**
 * A node whose second operand has as many axes behind its own as the first one has.
 * @see ONNX Add-6: `broadcast` and `axis`, where the first axis of the second operand stands; PRelu-6: one slope per channel
 */
export function alignOperands(node: OnnxNode, { typeOf, addConstant }: Surroundings): readonly OnnxNode[] {
  if (node.domain !== '' || !byAxis.has(node.opType)) return [node]
  const { axis: stated, broadcast: _, ...attributes } = node.attributes
  const plain: OnnxNode = { ...node, attributes }
  const [first = '', second = ''] = node.inputs
  const [rank = 0, width = 0] = [first, second].map((name) => typeOf(name)?.dims.length ?? 0)
  const isPerChannel = node.opType === 'PRelu' && width === 1 && (typeOf(second)?.dims[0] ?? 1) > 1
  const written = stated?.type === 'int' ? stated.value : isPerChannel ? 1 : rank - width
  const behind = rank - width - (written < 0 ? written + rank : written)
  if (behind <= 0 || width === 0) return [plain]
  const [output = ''] = node.outputs
  const [axes, aligned] = [`${output}/axes`, `${output}/aligned`]
  const numbers = Array.from({ length: behind }, (_each, index) => width + index)
  addConstant(axes, { dataType: 'int64', dims: [behind], data: BigInt64Array.from(numbers, BigInt) })
  const widen = { opType: 'Unsqueeze', domain: '', name: '', inputs: [second, axes], outputs: [aligned] }
  return [
    { ...widen, attributes: {} },
    { ...plain, inputs: [first, aligned] },
  ]
}
