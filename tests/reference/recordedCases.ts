// The cases of gradients.json, operators and losses apart, and what the name of a loss means; for tests only.
import { readFileSync } from 'node:fs'
import type { Loss } from '../../src/shared/training/recipe'
import type { OperatorCase, RecordedTensor } from './operatorCase'

export interface LossCase {
  readonly name: string
  readonly op: 'loss'
  readonly logits: RecordedTensor
  readonly labels: readonly number[]
  readonly loss: number
  readonly grad: RecordedTensor
}

export function isLoss(recorded: OperatorCase | LossCase): recorded is LossCase {
  return recorded.op === 'loss'
}

export function readRecordedCases(file: string): {
  readonly operators: readonly OperatorCase[]
  readonly losses: readonly LossCase[]
} {
  // The file is a recorded fixture; its form is what the tests read.
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: (OperatorCase | LossCase)[] }
  return {
    operators: cases.flatMap((recorded) => (isLoss(recorded) ? [] : [recorded])),
    losses: cases.filter(isLoss),
  }
}

/** The loss behind a recorded name. */
export function lossOf(name: string): Loss {
  if (name.includes('hinge')) return { type: 'hinge', margin: 1 }
  if (name.includes('squared')) return { type: 'mse' }
  const smoothing = /label smoothing ([\d.]+)/u.exec(name)
  return { type: 'cross-entropy', labelSmoothing: Number(smoothing?.[1] ?? 0) }
}
