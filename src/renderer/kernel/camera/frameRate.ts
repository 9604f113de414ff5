// How many frames a second are done, over the last two seconds; not doing them.

const windowMs = 2000

/** Counts frames by when they were done. */
export class FrameRate {
  private done: number[] = []

  /** Notes a frame. @param nowMs of a clock that never goes back @returns frames per second; null before the second one */
  note(nowMs: number): number | null {
    this.done.push(nowMs)
    const kept = this.done.filter((at) => at >= nowMs - windowMs)
    // Of slow work the last two are kept, however long ago.
    this.done = kept.length >= 2 ? kept : this.done.slice(-2)
    const [first = nowMs] = this.done
    return nowMs > first ? (1000 * (this.done.length - 1)) / (nowMs - first) : null
  }
}
