// The type that an input of a kept ONNX operator has by what stands beside it: a document holds shapes, not types.
import type { DataType } from '../../onnx/model'
import type { Operand } from './onnxOperands'

const logical: ReadonlySet<string> = new Set(['And', 'Or', 'Xor', 'Not'])

/** Operators whose inputs all have one type; for Where those behind the condition. */
const ofOneType: ReadonlySet<string> = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Mod',
  'BitShift',
  'Max',
  'Min',
  'Sum',
  'Mean',
  'Equal',
  'Greater',
  'Less',
  'GreaterOrEqual',
  'LessOrEqual',
  'Where',
  'Concat',
])

/** float32, unless the operator is of truth values or a constant beside the input is of another type. */
export function typeOfInput(
  {
    opType,
    domain,
    operands,
  }: { readonly opType: string; readonly domain: string; readonly operands: readonly Operand[] },
  index: number,
): DataType {
  if (domain !== '') return 'float32'
  if (logical.has(opType) || (opType === 'Where' && index === 0)) return 'bool'
  if (!ofOneType.has(opType)) return 'float32'
  const beside = operands.slice(opType === 'Where' ? 1 : 0).find(({ kind }) => kind === 'constant')
  return beside?.kind === 'constant' ? beside.tensor.dataType : 'float32'
}
