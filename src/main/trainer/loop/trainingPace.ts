// How fast training goes, from the clock: images per second, waiting, time left; nothing here reaches metrics.jsonl.

/** Milliseconds since any fixed instant. */
export type Clock = () => number

/** Images and the time they took. */
class Throughput {
  private all = { images: 0, ms: 0 }
  private prepared = { images: 0, ms: 0 }

  add(images: number, ms: number, isPreparing: boolean): void {
    const sum = (to: { images: number; ms: number }) => ({ images: to.images + images, ms: to.ms + ms })
    this.all = sum(this.all)
    if (!isPreparing) this.prepared = sum(this.prepared)
  }

  /** Without the steps in which the engine prepares, where there are others; 0 before the first. */
  get imagesPerSecond(): number {
    const { images, ms } = this.prepared.images > 0 ? this.prepared : this.all
    return ms > 0 ? (images * 1000) / ms : 0
  }
}

/** Measures one training process. */
export class TrainingPace {
  private startedMs: number
  private readonly batchSizes = new Set<number>()
  private steps = 0
  private throughput = new Throughput()
  private epochStartMs: number
  private epochThroughput = new Throughput()
  private epochWaitMs = 0

  constructor(private readonly clock: Clock) {
    this.startedMs = clock()
    this.epochStartMs = this.startedMs
  }

  /**
   * Counts one step. In the first of each batch size the engine prepares its graph.
   * @param waitMs time until its images were there
   * @param computeMs time of the step itself
   */
  addStep(images: number, waitMs: number, computeMs: number): void {
    const isPreparing = !this.batchSizes.has(images)
    this.batchSizes.add(images)
    this.steps++
    this.throughput.add(images, waitMs + computeMs, isPreparing)
    this.epochThroughput.add(images, waitMs + computeMs, isPreparing)
    this.epochWaitMs += waitMs
  }

  /** Takes a pause out of all times. */
  leaveOut(ms: number): void {
    this.startedMs += ms
    this.epochStartMs += ms
  }

  /** Wall time of this process so far, pauses left out. */
  get seconds(): number {
    return (this.clock() - this.startedMs) / 1000
  }

  /** Over the steps of this process, waiting included; preparation, evaluation and checkpoints not. */
  get imagesPerSecond(): number {
    return this.throughput.imagesPerSecond
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
      imagesPerSecond: this.epochThroughput.imagesPerSecond,
    }
    this.epochStartMs = now
    this.epochThroughput = new Throughput()
    this.epochWaitMs = 0
    return numbers
  }
}
