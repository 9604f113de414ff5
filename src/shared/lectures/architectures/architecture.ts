// What a ready-made architecture is; not the architectures themselves (one file each) and not their list (index.ts).
import type { NetworkDocument } from '../../graph/document'

/** Channels, height and width of an image. */
export type ImageShape = readonly [channels: number, height: number, width: number]

export interface ArchitectureOptions {
  /** The image that enters; the architecture's own where left out. */
  readonly input?: ImageShape
  /** Outputs of the last layer; the architecture's own where left out. */
  readonly classes?: number
}

/** How often a published, trained network was wrong. */
export interface PublishedError {
  /** In %: the right class was not the first, or not among the first five. */
  readonly top1?: number
  readonly top5?: number
  /** `ImageNet 2012`, `CIFAR-10`, `MNIST`. */
  readonly dataset: string
  /** Where the numbers stand, and under which conditions they were measured. */
  readonly source: string
}

/** A published network as a function that returns its document. The last layer gives logits, one per class. */
export interface Architecture {
  /** The name on the command line: `lenet5`. */
  readonly id: string
  readonly title: string
  /** Year of publication. */
  readonly year: number
  /** The image for which it was published. */
  readonly input: ImageShape
  readonly classes: number
  /** The paper, or the code where no paper has this form. */
  readonly reference: string
  readonly publishedError?: PublishedError
  /** Where a printed figure and what the layers add up to differ, or what this form leaves out. */
  readonly note?: string
  build(options?: ArchitectureOptions): NetworkDocument
}
