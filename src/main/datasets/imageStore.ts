// Decoded images of one split: all in memory, or decoded again whenever they are asked for.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ImageFormat, UnreadableFile } from '../../shared/datasets/dataset'
import { identityTransform, type ImageTransform } from '../../shared/datasets/imageTransform'
import { ImageResizer } from '../../shared/datasets/resize'
import { NetloomError } from '../../shared/graph/errors'
import { decodeImageFile } from './decodeImage'
import { forEachAtOnce } from '../process/parallel'
import { printCount } from '../../shared/graph/printNumbers'
import type { SplitImages } from './splitImages'

/** A decoded image, and which one of the split it is: another than was asked for where that one is unreadable. */
export interface DecodedImage {
  /** [C, H, W], not to be written to. */
  readonly pixels: Uint8Array
  readonly index: number
}

export interface ImageStore {
  /** Class of each image: [N]. */
  readonly labels: Int32Array
  /** Name of each image inside its split. */
  readonly names: readonly string[]
  imageAt(index: number, signal?: AbortSignal): DecodedImage | Promise<DecodedImage>
}

/** Number of bytes of one decoded image. */
export function imageBytes({ channels, height, width }: ImageFormat): number {
  return channels * height * width
}

/** Decodes single images of a split into a format, and places them as the dataset's options want. */
export class SplitDecoder {
  private readonly resizers = new Map<string, ImageResizer>()

  constructor(
    readonly split: SplitImages,
    private readonly format: ImageFormat,
    private readonly transform: ImageTransform = identityTransform,
  ) {}

  /** @throws NetloomError `dataset.unreadable`; its message is the reason alone */
  async decode(index: number, signal?: AbortSignal): Promise<Uint8Array> {
    return this.transform.place(await this.decodePlain(index, signal), index)
  }

  private async decodePlain(index: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const image = this.split.locate(index)
    if (image.form === 'file') return decodeImageFile(image.path, this.format, signal)
    const { channels, height, width } = image.extents
    const key = `${channels}x${height}x${width}`
    let resizer = this.resizers.get(key)
    if (!resizer) {
      resizer = new ImageResizer(image.extents, this.format)
      this.resizers.set(key, resizer)
    }
    return resizer.resize(image.pixels)
  }
}

/** The reason why an image is unreadable; any other error is thrown on. */
function unreadableReason(error: unknown): string {
  if (error instanceof NetloomError && error.code === 'dataset.unreadable') return error.message
  throw error
}

function nothingReadable(split: SplitImages, first: UnreadableFile | undefined): NetloomError {
  return new NetloomError(
    'dataset.empty',
    `None of ${printCount(split.count)} images can be decoded; the first is "${first?.file}": ${first?.reason}.`,
    { path: first?.file, hint: 'Check the files.' },
  )
}

/** Splits whose images all lie decoded in memory; unreadable ones are gone. */
export class MemoryStore implements ImageStore {
  private constructor(
    readonly labels: Int32Array,
    readonly names: readonly string[],
    private readonly pixels: Uint8Array,
    private readonly size: number,
  ) {}

  /**
   * Decodes a whole split, several images at once.
   * @param onDecoded called after each image
   * @throws NetloomError `dataset.empty` when no image of the split can be decoded
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
        pixels.set(await decoder.decode(index, signal), index * size)
      } catch (error) {
        reasons.set(index, unreadableReason(error))
      }
      onDecoded()
      // Images in memory decode without waiting for anything; messages must come through all the same.
      if (index % 256 === 0) await nextTurn()
    })
    const bad = [...reasons].toSorted(([a], [b]) => a - b)
    const files = bad.map(([index, reason]) => ({ file: split.fileAt(index), reason }))
    for (const file of files) report(file)
    if (split.count > 0 && bad.length === split.count) throw nothingReadable(split, files[0])
    return MemoryStore.keep(split, pixels, size, reasons)
  }

  /** Closes the gaps that unreadable images leave. */
  private static keep(
    split: SplitImages,
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

  imageAt(index: number): DecodedImage {
    return { pixels: this.pixels.subarray(index * this.size, (index + 1) * this.size), index }
  }
}

/** Decoded images of a split, kept as they come. */
class KeptImages {
  private readonly pixels: Uint8Array
  private readonly isKept: Uint8Array

  constructor(
    count: number,
    private readonly size: number,
  ) {
    this.pixels = new Uint8Array(count * size)
    this.isKept = new Uint8Array(count)
  }

  get(index: number): Uint8Array | undefined {
    return this.isKept[index] === 1 ? this.pixels.subarray(index * this.size, (index + 1) * this.size) : undefined
  }

  set(index: number, pixels: Uint8Array): void {
    this.pixels.set(pixels, index * this.size)
    this.isKept[index] = 1
  }
}

/** Splits whose images are decoded when they are asked for: at first, or each time where they are too large for memory. */
export class StreamingStore implements ImageStore {
  readonly labels: Int32Array
  readonly names: readonly string[]
  private readonly unreadable = new Map<number, UnreadableFile>()
  private readonly kept: KeptImages | undefined

  /** @param keptSize bytes of an image where all are kept once they are decoded; left out: none is */
  constructor(
    private readonly decoder: SplitDecoder,
    private readonly report: (file: UnreadableFile) => void,
    keptSize?: number,
  ) {
    const { split } = decoder
    this.labels = split.labels
    this.names = Array.from({ length: split.count }, (_, index) => split.nameAt(index))
    this.kept = keptSize === undefined ? undefined : new KeptImages(split.count, keptSize)
  }

  /**
   * Decodes an image, or in its place the next readable one in the order of the split: which one depends on the
   * files alone.
   * @throws NetloomError `dataset.empty` when no image of the split can be decoded
   */
  async imageAt(wanted: number, signal?: AbortSignal): Promise<DecodedImage> {
    const { split } = this.decoder
    for (let offset = 0; offset < split.count; offset++) {
      const index = (wanted + offset) % split.count
      if (this.unreadable.has(index)) continue
      try {
        return { pixels: this.kept?.get(index) ?? (await this.decode(index, signal)), index }
      } catch (error) {
        this.note(index, unreadableReason(error))
      }
    }
    throw nothingReadable(split, this.unreadable.get(0))
  }

  private async decode(index: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const pixels = await this.decoder.decode(index, signal)
    this.kept?.set(index, pixels)
    return pixels
  }

  private note(index: number, reason: string): void {
    if (this.unreadable.has(index)) return
    const file = { file: this.decoder.split.fileAt(index), reason }
    this.unreadable.set(index, file)
    this.report(file)
  }
}
