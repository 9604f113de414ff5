// Times two sides in turns, so that both meet the same weather on the machine, and takes medians; not what they compute.

/** One side of a comparison. */
export interface Side {
  /** Takes `steps` steps. @returns the seconds they took */
  run(steps: number): Promise<number>
}

export interface MeasureOptions {
  /** Turns of each side. */
  readonly rounds: number
  /** About how long one turn lasts, in seconds. */
  readonly turnSeconds: number
  /** Waits between turns until the threads of the last one sleep. */
  pause(): Promise<void>
}

export interface Measurement {
  /** Median over the rounds, in seconds per step. */
  readonly secondsPerStep: number
  readonly otherSecondsPerStep: number | null
  /** Speed over the other's speed: median, smallest and largest over the rounds. */
  readonly ratio: { readonly median: number; readonly low: number; readonly high: number } | null
}

/** The middle value; of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((first, second) => first - second)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
  return (lower + upper) / 2
}

const warmUpSteps = 3
const mostStepsPerTurn = 5000

/** Warms a side up and finds the steps that fill a turn. */
async function warmUp(side: Side, turnSeconds: number): Promise<number> {
  await side.run(warmUpSteps)
  const perStep = (await side.run(warmUpSteps)) / warmUpSteps
  return Math.min(mostStepsPerTurn, Math.max(1, Math.round(turnSeconds / perStep)))
}

/**
 * Measures `ours` against `other`, which goes first in every second round.
 * A ratio is taken within a round, where both ran next to each other, and only then the median.
 */
export async function measure(ours: Side, other: Side | null, options: MeasureOptions): Promise<Measurement> {
  const ourSteps = await warmUp(ours, options.turnSeconds)
  const otherSteps = other ? await warmUp(other, options.turnSeconds) : 0
  const ourTimes: number[] = []
  const otherTimes: number[] = []
  const takeTurn = async (side: Side, steps: number, times: number[]): Promise<void> => {
    await options.pause()
    times.push((await side.run(steps)) / steps)
  }
  for (let round = 0; round < options.rounds; round++) {
    const otherFirst = round % 2 === 1
    if (other && otherFirst) await takeTurn(other, otherSteps, otherTimes)
    await takeTurn(ours, ourSteps, ourTimes)
    if (other && !otherFirst) await takeTurn(other, otherSteps, otherTimes)
  }
  const ratios = otherTimes.map((time, round) => time / (ourTimes[round] ?? Number.NaN))
  return {
    secondsPerStep: median(ourTimes),
    otherSecondsPerStep: other ? median(otherTimes) : null,
    ratio: other ? { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) } : null,
  }
}
