// Reproducible random numbers: a stream depends only on its seed and its labels; not on time, order or machine.

/** Mixes 32 bits so that near inputs give far outputs (the finaliser of MurmurHash3). */
function mix(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

function hashLabel(seed: number, label: string | number): number {
  let h = mix(seed ^ 0x9e3779b9)
  const text = String(label)
  for (let i = 0; i < text.length; i++) h = mix(Math.imul(h, 31) + text.charCodeAt(i))
  return h
}

/**
 * A stream of random numbers (xoshiro128**; Blackman and Vigna, 2018, doi:10.1145/3460772).
 * Two streams of the same seed and labels give the same numbers on every machine.
 */
export class RandomStream {
  private a: number
  private b: number
  private c: number
  private d: number
  private spareNormal: number | undefined

  /** @param labels what the numbers are for, e.g. `new RandomStream(seed, 'shuffle', epoch)` */
  constructor(seed: number, ...labels: readonly (string | number)[]) {
    let h = mix(seed)
    for (const label of labels) h = hashLabel(h, label)
    this.a = mix(h + 1)
    this.b = mix(h + 2)
    this.c = mix(h + 3)
    this.d = mix(h + 4) | 1
  }

  /** A whole number in [0, 2^32). */
  nextUint32(): number {
    const product = Math.imul(this.b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const shifted = this.b << 9
    this.c ^= this.a
    this.d ^= this.b
    this.b ^= this.c
    this.a ^= this.d
    this.c ^= shifted
    this.d = (this.d << 11) | (this.d >>> 21)
    return result
  }

  /** A number in [0, 1), with 32 random bits. */
  uniform(): number {
    return this.nextUint32() / 4294967296
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform()
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    return Math.floor(this.uniform() * count)
  }

  /** A number of the standard normal distribution (Box and Muller, 1958). */
  normal(): number {
    if (this.spareNormal !== undefined) {
      const spare = this.spareNormal
      this.spareNormal = undefined
      return spare
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    const angle = 2 * Math.PI * this.uniform()
    this.spareNormal = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  /** The whole numbers 0 ... count - 1 in random order (Fisher and Yates). */
  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, index) => index)
    for (let i = count - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const kept = order[i] ?? 0
      order[i] = order[j] ?? 0
      order[j] = kept
    }
    return order
  }
}
