// The short way to state a case of one operator; the lists are in the files beside this one.
import type { AttributeInput, GraphBuilder } from '../../../src/shared/onnx/builder'
import type { NumericCase } from '../checkNumerically'

export interface OperatorNumericCase extends NumericCase {
  readonly op: string
}

export interface NodeOptions {
  readonly attributes?: Record<string, AttributeInput>
  /** Constant inputs after the float ones; '' leaves one out. */
  readonly constants?: (builder: GraphBuilder) => readonly string[]
  readonly outputs?: number
  readonly values?: NumericCase['values']
  readonly wanted?: readonly number[]
  readonly tolerance?: number
}

/** A graph of one node: float inputs of these shapes, then constants. */
export function node(
  op: string,
  title: string,
  inputs: readonly (readonly number[])[],
  { attributes = {}, constants, outputs = 1, ...rest }: NodeOptions = {},
): OperatorNumericCase {
  return {
    op,
    title: `${op} ${title}`,
    inputs,
    build: (builder, names) => builder.addMany(op, outputs, [...names, ...(constants?.(builder) ?? [])], attributes),
    ...rest,
  }
}

/** `count` values from `low` to `high`, evenly apart, in a fixed mixed order. */
export function between(low: number, high: number): (index: number, count: number) => number[] {
  return (_, count) =>
    Array.from({ length: count }, (_value, index) => low + ((((index * 7919) % count) + 0.5) / count) * (high - low))
}
