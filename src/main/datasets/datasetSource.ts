// What every kind of dataset is opened as: classes and pools of labelled images; not how they are split or decoded.
import type { LabelPool } from '../../shared/datasets/assignSplits'
import type { DatasetDescription, SplitName, UnreadableFile } from '../../shared/datasets/dataset'
import type { ImageExtents } from '../../shared/datasets/resize'

/** Images in memory, or made when asked for; all of one size. */
export interface ArrayImages {
  readonly form: 'arrays'
  readonly extents: ImageExtents
  /** One image: [C, H, W], not to be written to. */
  imageAt(index: number): Uint8Array
}

/** Images in files of any size and kind. */
export interface FileImages {
  readonly form: 'files'
  /** Path of each image, absolute or from the working directory. */
  readonly paths: readonly string[]
}

export interface ImagePool extends LabelPool {
  readonly images: ArrayImages | FileImages
  /** The name of an image inside its split: `bird/0001.jpg`, `test/12`. */
  nameAt(index: number): string
  /** Its name in the whole dataset: `test/bird/0001.jpg`. */
  fileAt(index: number): string
}

export interface DatasetSource {
  readonly kind: DatasetDescription['kind']
  /** Why it was taken for this kind, as a sentence. */
  readonly recognisedBecause: string
  readonly classes: readonly string[]
  /** One pool named `pool`, or any of train, val and test. */
  readonly pools: readonly ImagePool[]
  /** What else a person should know, as sentences. */
  readonly notes: readonly string[]
  /** Images that are known to be unreadable without decoding: files that a manifest names and that are not there. */
  readonly unreadable: readonly UnreadableFile[]
  /** Of an image folder: where its class folders lie, and the folders of its splits. */
  readonly folder?: { readonly directory: string; readonly splits: ReadonlyMap<SplitName, string> }
  /** Of a CSV list: the file. */
  readonly manifest?: string
  /** Bytes that stand for the images themselves in the fingerprint, where they need not be read one by one. */
  readonly identity?: readonly (string | Uint8Array)[]
}

/** Two splits under their own names, or one alone as a pool that is still to be split. */
export function namePools<T extends { readonly name: 'train' | 'val' | 'test' }>(
  parts: readonly T[],
): readonly (Omit<T, 'name'> & { readonly name: 'train' | 'val' | 'test' | 'pool' })[] {
  const [only] = parts
  return parts.length === 1 && only ? [{ ...only, name: 'pool' }] : parts
}
