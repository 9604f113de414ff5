// One split as a row of images, wherever each of them lies; not decoding them.
import type { ImageExtents } from '../../shared/datasets/resize'
import type { ImagePool } from './datasetSource'

/** An image before decoding: an array [C, H, W] or a file. */
export type LocatedImage =
  | { readonly form: 'array'; readonly pixels: Uint8Array; readonly extents: ImageExtents }
  | { readonly form: 'file'; readonly path: string }

/** The images of one split, numbered from 0. */
export class SplitImages {
  /** Class of each image: [N]. */
  readonly labels: Int32Array
  private readonly firsts: readonly number[]

  /** @param members indices into the concatenation of all pools */
  constructor(
    private readonly pools: readonly ImagePool[],
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

  private find(member: number): { pool: ImagePool | undefined; index: number } {
    let at = this.firsts.length - 1
    while (at > 0 && member < (this.firsts[at] ?? 0)) at--
    return { pool: this.pools[at], index: member - (this.firsts[at] ?? 0) }
  }

  private findImage(index: number): { pool: ImagePool; index: number } {
    const found = this.find(this.members[index] ?? -1)
    if (!found.pool || index < 0 || index >= this.count) throw new RangeError(`image ${index} of ${this.count}`)
    return { pool: found.pool, index: found.index }
  }

  /** Name of an image inside its split. */
  nameAt(index: number): string {
    const found = this.findImage(index)
    return found.pool.nameAt(found.index)
  }

  /** Name of an image in the whole dataset, for messages. */
  fileAt(index: number): string {
    const found = this.findImage(index)
    return found.pool.fileAt(found.index)
  }

  locate(index: number): LocatedImage {
    const { pool, index: inPool } = this.findImage(index)
    const { images } = pool
    return images.form === 'arrays'
      ? { form: 'array', pixels: images.imageAt(inPool), extents: images.extents }
      : { form: 'file', path: images.paths[inPool] ?? '' }
  }

  /** Images of the split by the size they have in memory; files are not counted, their size is not known. */
  countArraySizes(): Map<string, { width: number; height: number; channels: 1 | 3; count: number }> {
    const sizes = new Map<string, { width: number; height: number; channels: 1 | 3; count: number }>()
    for (const member of this.members) {
      const { pool } = this.find(member)
      if (pool?.images.form !== 'arrays') continue
      const { width, height, channels } = pool.images.extents
      const key = `${width}x${height}x${channels}`
      const before = sizes.get(key)
      if (before) before.count++
      else sizes.set(key, { width, height, channels, count: 1 })
    }
    return sizes
  }
}
