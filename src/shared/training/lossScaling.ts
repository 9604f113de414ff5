// Loss scaling of mixed precision: its part of the training graph, and how the scale goes from step to step; not the casts (targets/mixedPrecision.ts).
import type { Tensor, TensorMap } from '../onnx/tensor'
import { NetloomError } from '../graph/errors'
import type { GraphBuilder } from '../onnx/builder'

/** What is kept from step to step, and in checkpoints. */
export interface LossScale {
  /** What the loss is multiplied by, so that small gradients do not vanish in float16; a power of two. */
  readonly scale: number
  /** Steps since the scale last changed. */
  readonly goodSteps: number
  /** Steps that were left out because a gradient was no finite number. */
  readonly skippedSteps: number
}

const largestScale = 2 ** 16
/** Good steps after which the scale is doubled. */
const patience = 2000

/** At the start of a run. */
export const initialLossScale: LossScale = { scale: 2 ** 14, goodSteps: 0, skippedSteps: 0 }

/**
 * The scale after a step: half of it where a gradient was no finite number, twice after 2,000 good steps, 65,536 at most.
 * @throws NetloomError `training.diverged` where gradients overflow without any scaling
 * @see Micikevicius et al., Mixed Precision Training, 2018, section 3.2
 */
export function nextLossScale({ scale, goodSteps, skippedSteps }: LossScale, isFinite: boolean): LossScale {
  if (isFinite) {
    const isDue = goodSteps + 1 >= patience
    return {
      scale: isDue ? Math.min(largestScale, 2 * scale) : scale,
      goodSteps: isDue ? 0 : goodSteps + 1,
      skippedSteps,
    }
  }
  if (scale <= 1)
    throw new NetloomError('training.diverged', 'The gradients are too large for float16 even without loss scaling.', {
      expected: 'gradients below 65,504',
      received: 'an infinite gradient',
      hint: 'Train without mixed precision, or with a smaller learning rate.',
    })
  return { scale: scale / 2, goodSteps: 0, skippedSteps: skippedSteps + 1 }
}

/** Name among the optimiser slots. */
const slotName = 'mixedPrecision#lossScale'

/** The slot that holds a scale: [3]. */
export function writeLossScale({ scale, goodSteps, skippedSteps }: LossScale): readonly [string, Tensor] {
  return [slotName, { dims: [3], data: Float32Array.of(scale, goodSteps, skippedSteps) }]
}

/** The scale among an earlier run's slots, or that of the start. */
export function readLossScale(slots: TensorMap | undefined): LossScale {
  const [scale, goodSteps, skippedSteps] = slots?.get(slotName)?.data ?? []
  if (scale === undefined || goodSteps === undefined || skippedSteps === undefined) return initialLossScale
  return { scale, goodSteps, skippedSteps }
}

/** Below float32's largest number, 3.4e38; infinities and NaN are not. */
const largestSum = 1e38

/**
 * Adds a truth value: whether all numbers of some float32 values are finite. Sums of magnitudes are compared, as graphics
 * processors may drop NaN from a maximum and may take x - x for 0.
 */
export function addIsFinite(builder: GraphBuilder, values: readonly string[]): string {
  const sums = values.map((value) =>
    builder.add('ReduceSum', [builder.add('Abs', [value])], { keepdims: 0 }, { name: 'magnitude' }),
  )
  const total = sums.reduce((sum, next) => builder.add('Add', [sum, next]))
  return builder.add('Less', [total, builder.scalar(largestSum)], {}, { name: 'isFinite' })
}
