// A gate that lets work pass while what all of it needs fits into a number of bytes; not measuring what it needs.

/** Lets work pass as long as its bytes fit beside those of the work under way; what is larger than all passes alone. */
export class MemoryGate {
  private taken = 0
  private readonly waiting: { readonly bytes: number; readonly pass: () => void }[] = []

  constructor(private readonly capacity: number) {}

  /** Runs work when there is room for it, in the order of asking. */
  async run<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.waiting.length > 0 || !this.fits(bytes)) {
      await new Promise<void>((pass) => {
        this.waiting.push({ bytes, pass })
      })
    } else this.taken += bytes
    try {
      return await work()
    } finally {
      this.taken -= bytes
      this.letPass()
    }
  }

  private fits(bytes: number): boolean {
    return this.taken === 0 || this.taken + bytes <= this.capacity
  }

  private letPass(): void {
    for (let next = this.waiting[0]; next && this.fits(next.bytes); next = this.waiting[0]) {
      this.waiting.shift()
      this.taken += next.bytes
      next.pass()
    }
  }
}
