// One split as a row of pictures, wherever each of them lies; not decoding them.
import type { PictureExtents } from '../../shared/datasets/resize'
import type { PicturePool } from './datasetSource'

/** A picture before decoding: an array [C, H, W] or a file. */
export type LocatedPicture =
  | { readonly form: 'array'; readonly pixels: Uint8Array; readonly extents: PictureExtents }
  | { readonly form: 'file'; readonly path: string }

/** The pictures of one split, numbered from 0. */
export class SplitPictures {
  /** Class of each picture: [N]. */
  readonly labels: Int32Array
  private readonly firsts: readonly number[]

  /** @param members indices into the concatenation of all pools */
  constructor(
    private readonly pools: readonly PicturePool[],
    private readonly members: Uint32Array,
  ) {
    let next = 0
    this.firsts = pools.map((pool) => {
      const first = next
      next += pool.labels.length
      return first
    })
    this.labels = Int32Array.from(members, (member) => {
      const { pool, index } = this.find(member)
      return pool?.labels[index] ?? 0
    })
  }

  get count(): number {
    return this.members.length
  }

  private find(member: number): { pool: PicturePool | undefined; index: number } {
    let at = this.firsts.length - 1
    while (at > 0 && member < (this.firsts[at] ?? 0)) at--
    return { pool: this.pools[at], index: member - (this.firsts[at] ?? 0) }
  }

  private findPicture(index: number): { pool: PicturePool; index: number } {
    const found = this.find(this.members[index] ?? -1)
    if (!found.pool || index < 0 || index >= this.count) throw new RangeError(`picture ${index} of ${this.count}`)
    return { pool: found.pool, index: found.index }
  }

  /** Name of a picture inside its split. */
  nameAt(index: number): string {
    const found = this.findPicture(index)
    return found.pool.nameAt(found.index)
  }

  /** Name of a picture in the whole dataset, for messages. */
  fileAt(index: number): string {
    const found = this.findPicture(index)
    return found.pool.fileAt(found.index)
  }

  locate(index: number): LocatedPicture {
    const { pool, index: inPool } = this.findPicture(index)
    const { pictures } = pool
    return pictures.form === 'arrays'
      ? { form: 'array', pixels: pictures.pictureAt(inPool), extents: pictures.extents }
      : { form: 'file', path: pictures.paths[inPool] ?? '' }
  }

  /** Pictures of the split by the size they have in memory; files are not counted, their size is not known. */
  countArraySizes(): Map<string, { width: number; height: number; channels: 1 | 3; count: number }> {
    const sizes = new Map<string, { width: number; height: number; channels: 1 | 3; count: number }>()
    for (const member of this.members) {
      const { pool } = this.find(member)
      if (pool?.pictures.form !== 'arrays') continue
      const { width, height, channels } = pool.pictures.extents
      const key = `${width}x${height}x${channels}`
      const before = sizes.get(key)
      if (before) before.count++
      else sizes.set(key, { width, height, channels, count: 1 })
    }
    return sizes
  }
}
