// What a dataset is, whatever it was read from: classes, splits, findings; not reading it (main/datasets).

export const splitNames = ['train', 'val', 'test'] as const
export type SplitName = (typeof splitNames)[number]

export interface SplitSummary {
  readonly count: number
  /** Images of each class, in class order. */
  readonly perClass: readonly number[]
}

export interface UnreadableFile {
  readonly file: string
  readonly reason: string
}

/** The same image in several classes. */
export interface Contradiction {
  /** Whether the bytes are the same; else only what one sees. */
  readonly isExact: boolean
  readonly images: readonly { readonly file: string; readonly class: string }[]
}

/** What `netloom data` shows. */
export interface DatasetDescription {
  /** The reference as it was given. */
  readonly reference: string
  readonly kind: 'builtin' | 'idx' | 'cifar' | 'folder' | 'csv'
  /** Why it was taken for this kind, as a sentence. */
  readonly recognisedBecause: string
  readonly classes: readonly string[]
  /** 1: all images are grey; 3: colour. */
  readonly channels: 1 | 3
  readonly splits: { readonly [Name in SplitName]?: SplitSummary }
  /** How the splits came about, as a sentence. */
  readonly splitRule: string
  /** Sizes and how many images have them, most frequent first. */
  readonly sizes: readonly { readonly width: number; readonly height: number; readonly count: number }[]
  readonly unreadable: readonly UnreadableFile[]
  /** Images with the same bytes, or that look the same, in different classes: at least one of their labels is wrong. */
  readonly contradictions: readonly Contradiction[]
  /** Images with the same bytes in different splits. */
  readonly duplicatesAcrossSplits: readonly (readonly string[])[]
  /** Changes when the images, their order or their classes change. */
  readonly fingerprint: string
  /** What else a person should know of it, as sentences: ignored files, folders left out, a sample taken. */
  readonly notes?: readonly string[]
}

export const resizePolicies = ['stretch', 'crop', 'letterbox'] as const
export type ResizePolicy = (typeof resizePolicies)[number]

/** The form in which a network wants its images. */
export interface ImageFormat {
  readonly channels: 1 | 3
  readonly height: number
  readonly width: number
  readonly resize: ResizePolicy
}
