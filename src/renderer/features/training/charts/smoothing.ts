// Smoothing of a curve by an exponential moving average without its start-up bias; not drawing it.

/**
 * The exponential moving average `m_t = beta m_(t-1) + (1 - beta) x_t`, divided by `1 - beta^t` as in Adam, so that the
 * first values are not drawn towards 0. Values that are not finite leave the average as it is and stay as they are.
 * @param values one value per step
 * @param beta the share that the past keeps, in [0, 1); 0 gives the values themselves
 * @see https://arxiv.org/abs/1412.6980 section 3
 */
export function smoothColumn(values: ArrayLike<number>, beta: number): Float64Array {
  const smoother = new Smoother(beta)
  smoother.extend(values)
  return smoother.values
}

/** The same average of a column that grows: each call works on the new values alone. */
export class Smoother {
  private buffer = new Float64Array(1024)
  private count = 0
  private mean = 0
  private weight = 0

  constructor(readonly beta: number) {}

  /** What is smoothed so far; valid until the next change. */
  get values(): Float64Array {
    return this.buffer.subarray(0, this.count)
  }

  /** Takes the values from the last call's end on; `all` begins with what was given before. */
  extend(all: ArrayLike<number>): void {
    if (all.length > this.buffer.length) {
      const grown = new Float64Array(Math.max(all.length, 2 * this.buffer.length))
      grown.set(this.values)
      this.buffer = grown
    }
    for (let index = this.count; index < all.length; index++) {
      const value = all[index] ?? Number.NaN
      if (Number.isFinite(value)) {
        this.mean = this.beta * this.mean + (1 - this.beta) * value
        this.weight = this.beta * this.weight + (1 - this.beta)
        this.buffer[index] = this.mean / this.weight
      } else {
        this.buffer[index] = value
      }
    }
    this.count = all.length
  }
}
