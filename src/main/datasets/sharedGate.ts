// A gate for asynchronous work: many may pass together, or one alone.

export class SharedGate {
  private passing = 0
  private readonly idle: (() => void)[] = []
  private last: Promise<unknown> = Promise.resolve()
  private aloneCount = 0

  /** Runs work together with others, not while some other has the gate alone. */
  async share<T>(work: () => Promise<T>): Promise<T> {
    while (this.aloneCount > 0) await this.last
    this.passing++
    try {
      return await work()
    } finally {
      this.passing--
      if (this.passing === 0) for (const wake of this.idle.splice(0)) wake()
    }
  }

  /** Runs work when all that passes has passed, one after another. Such work must not ask for the gate again. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    this.aloneCount++
    const run = async (): Promise<T> => {
      try {
        if (this.passing > 0) {
          await new Promise<void>((resolve) => {
            this.idle.push(resolve)
          })
        }
        return await work()
      } finally {
        this.aloneCount--
      }
    }
    const result = this.last.then(run)
    this.last = result.catch(() => {})
    return result
  }
}
