// How many steps an optimiser has taken with each weight, where layers are unfrozen on the way; not the optimisers (optimizers.ts).
import type { Tensor, TensorMap } from '../onnx/tensor'
import { slotNames, stepScalars } from './optimizers'
import type { Optimizer } from './recipe'

/** Name among a weight's slots; only weights that were frozen at first have it. */
const slotName = 'stepsBehind'

export interface StepsBefore {
  readonly optimizer: Optimizer
  /** Slots of the steps before, by path and slot. */
  readonly slots: TensorMap | undefined
  /** Steps that the optimiser has taken with the weights that it has had from the start. */
  readonly stepsTaken: number
}

/**
 * How many steps fewer than the run has taken a weight: 0, but for one that was frozen at first. Its slots begin at zero,
 * so that the corrections of Adam must count its own steps, as PyTorch does.
 * @see Kingma and Ba, 2015, algorithm 1
 */
export function stepsBehind(path: string, { optimizer, slots, stepsTaken }: StepsBefore): number {
  // No other scalar than the learning rate depends on the step.
  if (stepScalars(optimizer).length === 1 || stepsTaken === 0) return 0
  const written = slots?.get(`${path}#${slotName}`)?.data[0]
  if (written !== undefined) return written
  return slotNames(optimizer).some((slot) => slots?.has(`${path}#${slot}`)) ? 0 : stepsTaken
}

/** The slot that remembers it; undefined where there is nothing to remember. */
export function writeStepsBehind(path: string, behind: number): readonly [string, Tensor] | undefined {
  return behind === 0 ? undefined : [`${path}#${slotName}`, { dims: [1], data: Float32Array.of(behind) }]
}
