// How fast training goes, from the clock: pictures per second, waiting, time left; nothing here reaches metrics.jsonl.

/** Milliseconds since any fixed instant. */
export type Clock = () => number

/** Measures one training process. */
export class TrainingPace {
  private readonly startedMs: number
  private images = 0
  private steps = 0
  private stepMs = 0
  private epochStartMs: number
  private epochImages = 0
  private epochStepMs = 0
  private epochWaitMs = 0

  constructor(private readonly clock: Clock) {
    this.startedMs = clock()
    this.epochStartMs = this.startedMs
  }

  /**
   * Counts one step.
   * @param waitMs time until its pictures were there
   * @param computeMs time of the step itself
   */
  addStep(images: number, waitMs: number, computeMs: number): void {
    this.images += images
    this.steps++
    this.stepMs += waitMs + computeMs
    this.epochImages += images
    this.epochStepMs += waitMs + computeMs
    this.epochWaitMs += waitMs
  }

  /** Wall time of this process so far. */
  get seconds(): number {
    return (this.clock() - this.startedMs) / 1000
  }

  /** Over all steps of this process, without evaluation and checkpoints; 0 before the first. */
  get imagesPerSecond(): number {
    return this.stepMs > 0 ? (this.images * 1000) / this.stepMs : 0
  }

  /** @param remainingSteps steps to the end of the run @returns null before the first step */
  secondsLeft(remainingSteps: number): number | null {
    return this.steps > 0 ? (this.seconds / this.steps) * remainingSteps : null
  }

  /** The numbers of the epoch that has just ended, and a new one begins. */
  endEpoch(): { seconds: number; waitingSeconds: number; imagesPerSecond: number } {
    const now = this.clock()
    const numbers = {
      seconds: (now - this.epochStartMs) / 1000,
      waitingSeconds: this.epochWaitMs / 1000,
      imagesPerSecond: this.epochStepMs > 0 ? (this.epochImages * 1000) / this.epochStepMs : 0,
    }
    this.epochStartMs = now
    this.epochImages = 0
    this.epochStepMs = 0
    this.epochWaitMs = 0
    return numbers
  }
}
