// Decoded pictures of one split: all in memory, or decoded again whenever they are asked for.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PictureFormat, UnreadableFile } from '../../shared/datasets/dataset'
import { identityTransform, type PictureTransform } from '../../shared/datasets/pictureTransform'
import { PictureResizer } from '../../shared/datasets/resize'
import { NetloomError } from '../../shared/graph/errors'
import { decodePictureBytes, readPictureFile } from './decodePicture'
import { forEachAtOnce } from './parallel'
import type { SplitPictures } from './splitPictures'

/** A decoded picture, and which one of the split it is: another than was asked for where that one is unreadable. */
export interface DecodedPicture {
  /** [C, H, W], not to be written to. */
  readonly pixels: Uint8Array
  readonly index: number
}

export interface PictureStore {
  /** Class of each picture: [N]. */
  readonly labels: Int32Array
  /** Name of each picture inside its split. */
  readonly names: readonly string[]
  pictureAt(index: number): DecodedPicture | Promise<DecodedPicture>
}

/** Number of bytes of one decoded picture. */
export function pictureBytes({ channels, height, width }: PictureFormat): number {
  return channels * height * width
}

/** Decodes single pictures of a split into a format, and places them as the dataset's options want. */
export class SplitDecoder {
  private readonly resizers = new Map<string, PictureResizer>()

  constructor(
    readonly split: SplitPictures,
    private readonly format: PictureFormat,
    private readonly transform: PictureTransform = identityTransform,
  ) {}

  /** @throws NetloomError `dataset.unreadable`; its message is the reason alone */
  async decode(index: number): Promise<Uint8Array> {
    return this.transform.place(await this.decodePlain(index), index)
  }

  private async decodePlain(index: number): Promise<Uint8Array> {
    const picture = this.split.locate(index)
    if (picture.form === 'file') return decodePictureBytes(await readPictureFile(picture.path), this.format)
    const { channels, height, width } = picture.extents
    const key = `${channels}x${height}x${width}`
    let resizer = this.resizers.get(key)
    if (!resizer) {
      resizer = new PictureResizer(picture.extents, this.format)
      this.resizers.set(key, resizer)
    }
    return resizer.resize(picture.pixels)
  }
}

/** The reason why a picture is unreadable; any other error is thrown on. */
function unreadableReason(error: unknown): string {
  if (error instanceof NetloomError && error.code === 'dataset.unreadable') return error.message
  throw error
}

function nothingReadable(split: SplitPictures, first: UnreadableFile | undefined): NetloomError {
  return new NetloomError(
    'dataset.empty',
    `None of ${split.count} pictures can be decoded; the first is "${first?.file}": ${first?.reason}.`,
    { path: first?.file, hint: 'Check the files.' },
  )
}

/** Splits whose pictures all lie decoded in memory; unreadable ones are gone. */
export class MemoryStore implements PictureStore {
  private constructor(
    readonly labels: Int32Array,
    readonly names: readonly string[],
    private readonly pixels: Uint8Array,
    private readonly size: number,
  ) {}

  /**
   * Decodes a whole split, several pictures at once.
   * @param onDecoded called after each picture
   * @throws NetloomError `dataset.empty` when no picture of the split can be decoded
   */
  static async decode(
    decoder: SplitDecoder,
    size: number,
    report: (file: UnreadableFile) => void,
    onDecoded: () => void,
    signal?: AbortSignal,
  ): Promise<MemoryStore> {
    const { split } = decoder
    const pixels = new Uint8Array(split.count * size)
    const reasons = new Map<number, string>()
    await forEachAtOnce(split.count, signal, async (index) => {
      try {
        pixels.set(await decoder.decode(index), index * size)
      } catch (error) {
        reasons.set(index, unreadableReason(error))
      }
      onDecoded()
      // Pictures in memory decode without waiting for anything; messages must come through all the same.
      if (index % 256 === 0) await nextTurn()
    })
    const bad = [...reasons].toSorted(([a], [b]) => a - b)
    const files = bad.map(([index, reason]) => ({ file: split.fileAt(index), reason }))
    for (const file of files) report(file)
    if (split.count > 0 && bad.length === split.count) throw nothingReadable(split, files[0])
    return MemoryStore.keep(split, pixels, size, reasons)
  }

  /** Closes the gaps that unreadable pictures leave. */
  private static keep(
    split: SplitPictures,
    pixels: Uint8Array,
    size: number,
    unreadable: ReadonlyMap<number, string>,
  ): MemoryStore {
    const kept: number[] = []
    for (let index = 0; index < split.count; index++) {
      if (unreadable.has(index)) continue
      if (unreadable.size > 0) pixels.copyWithin(kept.length * size, index * size, (index + 1) * size)
      kept.push(index)
    }
    const labels = Int32Array.from(kept, (index) => split.labels[index] ?? 0)
    return new MemoryStore(
      labels,
      kept.map((index) => split.nameAt(index)),
      pixels,
      size,
    )
  }

  pictureAt(index: number): DecodedPicture {
    return { pixels: this.pixels.subarray(index * this.size, (index + 1) * this.size), index }
  }
}

/** Splits that are too large for memory: each picture is decoded when it is asked for. */
export class StreamingStore implements PictureStore {
  readonly labels: Int32Array
  readonly names: readonly string[]
  private readonly unreadable = new Map<number, UnreadableFile>()

  constructor(
    private readonly decoder: SplitDecoder,
    private readonly report: (file: UnreadableFile) => void,
  ) {
    const { split } = decoder
    this.labels = split.labels
    this.names = Array.from({ length: split.count }, (_, index) => split.nameAt(index))
  }

  /**
   * Decodes a picture, or in its place the next readable one in the order of the split: which one depends on the
   * files alone.
   * @throws NetloomError `dataset.empty` when no picture of the split can be decoded
   */
  async pictureAt(wanted: number): Promise<DecodedPicture> {
    const { split } = this.decoder
    for (let offset = 0; offset < split.count; offset++) {
      const index = (wanted + offset) % split.count
      if (this.unreadable.has(index)) continue
      try {
        return { pixels: await this.decoder.decode(index), index }
      } catch (error) {
        this.note(index, unreadableReason(error))
      }
    }
    throw nothingReadable(split, this.unreadable.get(0))
  }

  private note(index: number, reason: string): void {
    if (this.unreadable.has(index)) return
    const file = { file: this.decoder.split.fileAt(index), reason }
    this.unreadable.set(index, file)
    this.report(file)
  }
}
