// An Einsum as products and sums: ONNX Runtime's WebGPU kernel fails for some equations and is wrong for others; not its gradient.
import type { GraphBuilder } from '../onnx/builder'
import { parseEinsum } from '../onnx/einsum'
import type { OnnxNode } from '../onnx/model'

/** A value with a letter for each of its axes, none of them twice. */
interface Term {
  readonly value: string
  readonly letters: readonly string[]
}

const has = ({ letters }: Term) => {
  const known = new Set(letters)
  return (letter: string): boolean => known.has(letter)
}

/** Sums over the axes of letters that nothing needs. */
function summed(builder: GraphBuilder, term: Term, isNeeded: (letter: string) => boolean): Term {
  const axes = term.letters.flatMap((letter, axis) => (isNeeded(letter) ? [] : [axis]))
  if (axes.length === 0) return term
  const value = builder.add('ReduceSum', [term.value, builder.ints(axes)], { keepdims: 0 })
  return { value, letters: term.letters.filter(isNeeded) }
}

/** The value with its axes in an order, and axes of extent 1 for the letters that it lacks. */
function arranged(builder: GraphBuilder, { value, letters }: Term, order: readonly string[]): string {
  const perm = order.flatMap((letter) => (letters.includes(letter) ? [letters.indexOf(letter)] : []))
  const isSame = perm.every((from, to) => from === to)
  const turned = isSame ? value : builder.add('Transpose', [value], { perm })
  const missing = order.flatMap((letter, axis) => (letters.includes(letter) ? [] : [axis]))
  return missing.length === 0 ? turned : builder.add('Unsqueeze', [turned, builder.ints(missing)])
}

/** Stands for a row or column that a factor does not have. */
const none = ''

/** The product of two terms, summed over the letters that nothing needs. */
function multiplied(builder: GraphBuilder, a: Term, b: Term, isNeeded: (letter: string) => boolean): Term {
  const [inA, inB] = [has(a), has(b)]
  const left = summed(builder, a, (letter) => isNeeded(letter) || inB(letter))
  const right = summed(builder, b, (letter) => isNeeded(letter) || inA(letter))
  const all = [...new Set([...left.letters, ...right.letters])]
  const over = all.filter((letter) => !isNeeded(letter))
  const [inner] = over
  if (inner === undefined || over.length > 1) {
    const value = builder.add('Mul', [arranged(builder, left, all), arranged(builder, right, all)])
    return summed(builder, { value, letters: all }, isNeeded)
  }
  const row = left.letters.findLast((letter) => !inB(letter)) ?? none
  const column = right.letters.findLast((letter) => !inA(letter)) ?? none
  const batch = all.filter((letter) => ![inner, row, column].includes(letter))
  const factors = [arranged(builder, left, [...batch, row, inner]), arranged(builder, right, [...batch, inner, column])]
  const letters = [...batch, row, column]
  return summed(builder, { value: builder.add('MatMul', factors), letters }, (letter) => letter !== none)
}

/** Writes an Einsum whose shapes are known with products and sums. @returns false where it cannot be */
export function writeEinsum(node: OnnxNode, builder: GraphBuilder): boolean {
  const equation = node.attributes['equation']
  if (equation?.type !== 'string' || !node.inputs.every((input) => builder.hasType(input))) return false
  const shapes = node.inputs.map((input) => builder.shapeOf(input))
  const parsed = parseEinsum(equation.value, shapes)
  if (typeof parsed === 'string') return false
  const { operands, result } = parsed
  // A diagonal is taken where a letter stands twice in one term.
  if (operands.some((letters) => new Set(letters).size < letters.length)) return false
  const terms = node.inputs.map((value, index): Term => ({ value, letters: operands[index] ?? [] }))
  const [first = { value: '', letters: [] }, ...others] = terms
  const product = others.reduce((before, next, index) => {
    const later = new Set([...result, ...others.slice(index + 1).flatMap(({ letters }) => letters)])
    return multiplied(builder, before, next, (letter) => later.has(letter))
  }, first)
  const wanted = new Set(result)
  const whole = summed(builder, product, (letter) => wanted.has(letter))
  builder.add('Identity', [arranged(builder, whole, result)], {}, { outputs: node.outputs })
  return true
}
