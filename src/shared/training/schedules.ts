// The learning rate of every step: warm-up and the five schedules as pure functions; not the optimiser that uses it.
import type { Recipe, Schedule } from './recipe'

/** What a schedule remembers between epochs; plain JSON, kept in checkpoints. Only `plateau` uses it. */
export interface ScheduleState {
  /** The lowest loss of an epoch so far; null before the first. */
  readonly lowestLoss: number | null
  /** Epochs since the loss last fell. */
  readonly epochsWithoutFall: number
  /** What `plateau` has multiplied the learning rate by so far, in (0, 1]. */
  readonly scale: number
}

export const initialScheduleState: ScheduleState = { lowestLoss: null, epochsWithoutFall: 0, scale: 1 }

/** Where training stands. */
export interface SchedulePosition {
  /** Steps already taken: 0 for the first step. */
  readonly step: number
  /** Epochs already finished: 0 in the first epoch. */
  readonly epoch: number
  /** Steps of the whole run. */
  readonly totalSteps: number
}

export type LearningRateRecipe = Pick<Recipe, 'learningRate' | 'schedule' | 'warmupSteps'>

/** What the schedule multiplies the learning rate by, without warm-up; in [0, 1] for falling schedules. */
function scheduleFactor(recipe: LearningRateRecipe, position: SchedulePosition, state: ScheduleState): number {
  const schedule = recipe.schedule
  switch (schedule.type) {
    case 'constant':
      return 1
    case 'step':
      return schedule.factor ** Math.floor(position.epoch / schedule.everyEpochs)
    case 'plateau':
      return state.scale
    case 'exponential':
      return schedule.factor ** position.epoch
    case 'cosine': {
      const steps = Math.max(1, position.totalSteps - recipe.warmupSteps)
      const done = Math.min(1, Math.max(0, position.step - recipe.warmupSteps) / steps)
      return 0.5 * (1 + Math.cos(Math.PI * done))
    }
    default:
      return schedule satisfies never
  }
}

/**
 * The learning rate of the step at `position`.
 * Warm-up multiplies by `(step + 1) / warmupSteps` until that is 1; the cosine begins when warm-up has ended.
 * @see Goyal et al. 2017, arXiv:1706.02677, section 2.2 (warm-up); He et al. 2018, arXiv:1812.01187, equation 1 (cosine)
 */
export function learningRateAt(recipe: LearningRateRecipe, position: SchedulePosition, state: ScheduleState): number {
  const warmup = recipe.warmupSteps > 0 ? Math.min(1, (position.step + 1) / recipe.warmupSteps) : 1
  return recipe.learningRate * warmup * scheduleFactor(recipe, position, state)
}

/**
 * The state after an epoch.
 * @see torch.optim.lr_scheduler.ReduceLROnPlateau, threshold_mode "rel"
 * @param loss mean validation loss of the epoch; the training loss where there is no validation split
 */
export function advanceSchedule(schedule: Schedule, state: ScheduleState, loss: number): ScheduleState {
  if (schedule.type !== 'plateau') return state
  // Relative, so that it means the same for any loss.
  const hasFallen = state.lowestLoss === null || loss < state.lowestLoss * (1 - schedule.threshold)
  if (hasFallen) return { ...state, lowestLoss: loss, epochsWithoutFall: 0 }
  const epochsWithoutFall = state.epochsWithoutFall + 1
  if (epochsWithoutFall < schedule.patience) return { ...state, epochsWithoutFall }
  return { ...state, epochsWithoutFall: 0, scale: state.scale * schedule.factor }
}
