// How many cells of a kernel are computed at once; not what is computed.
import { range } from '../../emit'

/** Elements of one operand: 64 MiB of float32: half of what every WebGPU device binds to a shader. */
const mostElements = 1 << 24

/** The cells of a kernel in groups of equal size whose elements fit one operand. @param elements of one cell */
export function groupCells(count: number, elements: number): readonly (readonly number[])[] {
  const most = Math.max(1, Math.floor(mostElements / elements))
  const groups = Math.ceil(count / most)
  const each = Math.ceil(count / groups)
  return range(groups).map((group) => range(count).slice(group * each, (group + 1) * each))
}
