// What a folding rule sees of one node with constant inputs; not the rules themselves.
import { isComputed } from '../dataTypes'
import type { OnnxTensor } from '../model'
import type { ShapeContext, ValueType } from '../shapeRules/shapeContext'

/** One node, the types of its outputs and the constants behind its inputs. */
export interface Evaluation {
  readonly context: ShapeContext
  readonly outputs: readonly ValueType[]
  /** The first output's type. */
  readonly output: ValueType
  /** The constant behind input `index`. */
  readonly input: (index: number) => OnnxTensor
}

/** Gives one tensor per output, or undefined where the values cannot be computed here. */
export type Evaluator = (evaluation: Evaluation) => readonly OnnxTensor[] | undefined

export type EvaluatorTable = Readonly<Record<string, Evaluator>>

/** Whether values of a type are patterns, text or never computed with, which arithmetic leaves to the runtime. */
export function isOpaque({ dataType }: ValueType): boolean {
  return !isComputed(dataType) || dataType === 'string' || dataType === 'float16' || dataType === 'bfloat16'
}
