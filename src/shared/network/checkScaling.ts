// Whether an input scaling fits the channels of a network's input; not applying it (lower.ts, the engines).
import type { InputScaling } from '../graph/document'
import type { Issue } from '../graph/errors'
import { errorIssue, errorOf } from '../graph/issue'
import { printShape, type Shape } from '../graph/shape'

/**
 * Checks that mean and deviation have one value, or one per channel, and that no deviation is 0 or less.
 * @returns issues of code `layer.shape`
 */
export function checkScaling(scaling: InputScaling, input: Shape): readonly Issue[] {
  const channels = input[0] ?? 1
  const issues: Issue[] = []
  for (const key of ['mean', 'deviation'] as const) {
    const { length } = scaling[key]
    if (length === 1 || length === channels) continue
    const message = `The scaling has ${length} values of "${key}", the input ${printShape(input)} has ${channels} channels.`
    const hint = channels === 1 ? 'Give one value.' : `Give one value or ${channels}.`
    issues.push(
      errorIssue('layer.shape', message, { path: `scaling.${key}`, expected: channels, received: length, hint }),
    )
  }
  const wrong = scaling.deviation.findIndex((value) => !(value > 0))
  if (wrong >= 0) {
    const received = scaling.deviation[wrong]
    const message = `The scaling divides by the deviation ${received}.`
    const hint = 'A deviation is greater than 0.'
    issues.push(errorIssue('layer.shape', message, { path: `scaling.deviation[${wrong}]`, received, hint }))
  }
  return issues
}

/**
 * A scaling with as many means as deviations: one of each, or one per channel.
 * @throws NetloomError `layer.shape` where it does not fit the input
 */
export function requireScaling(scaling: InputScaling, input: Shape): InputScaling {
  const error = errorOf(checkScaling(scaling, input))
  if (error) throw error
  const length = Math.max(scaling.mean.length, scaling.deviation.length)
  const widen = (values: readonly number[], fallback: number): number[] =>
    Array.from({ length }, (_, index) => values[index] ?? values[0] ?? fallback)
  return { mean: widen(scaling.mean, 0), deviation: widen(scaling.deviation, 1) }
}
