// Numbers that are no numbers: which weights hold them, and how that is said; not what to do about it.
import type { TensorMap } from '../onnx/tensor'

/** How many tensors a sentence names. */
const mostNamed = 5

/** How many values of a list are NaN, and how many infinite. */
export function countNotFinite(values: ArrayLike<number>): { readonly notNumbers: number; readonly infinite: number } {
  let [notNumbers, infinite] = [0, 0]
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0
    if (Number.isFinite(value)) continue
    if (Number.isNaN(value)) notNumbers++
    else infinite++
  }
  return { notNumbers, infinite }
}

/** `3 NaN, 1 infinite`; undefined where all values are finite. */
export function describeNotFinite(values: ArrayLike<number>): string | undefined {
  const { notNumbers, infinite } = countNotFinite(values)
  const parts = [...(notNumbers > 0 ? [`${notNumbers} NaN`] : []), ...(infinite > 0 ? [`${infinite} infinite`] : [])]
  return parts.length > 0 ? parts.join(', ') : undefined
}

/** A sentence that names the weights with values that are not finite; undefined where there are none. */
export function describeBrokenWeights(weights: TensorMap): string | undefined {
  const broken = Array.from(weights, ([name, { data }]) => [name, describeNotFinite(data)] as const).flatMap(
    ([name, found]) => (found === undefined ? [] : [`"${name}" (${found})`]),
  )
  if (broken.length === 0) return undefined
  const rest = broken.length > mostNamed ? ` and ${broken.length - mostNamed} more` : ''
  return `Weights hold values that are not finite: ${broken.slice(0, mostNamed).join(', ')}${rest}. What is computed with them is no answer.`
}
