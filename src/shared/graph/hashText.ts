// A short name for a text, for telling versions apart; not proof against somebody who looks for two texts of one name.

/** Odd factors with well mixed bits, one per lane. */
const factors = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f] as const

/** The last mixing of a lane: every bit of it comes to depend on every other. */
function finish(lane: number, length: number): string {
  let mixed = lane ^ length
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return ((mixed ^ (mixed >>> 15)) >>> 0).toString(16).padStart(8, '0')
}

/** 32 hexadecimal digits; the same for the same text, on every machine. */
export function hashText(text: string): string {
  const lanes: number[] = [...factors]
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    for (let lane = 0; lane < lanes.length; lane++) {
      const mixed = Math.imul((lanes[lane] ?? 0) ^ code, factors[lane] ?? 1)
      // Rotated by another count in every lane, so that the lanes are no copies of each other.
      const turn = 5 + 6 * lane
      lanes[lane] = (mixed << turn) | (mixed >>> (32 - turn))
    }
  }
  return lanes.map((lane) => finish(lane, text.length)).join('')
}
