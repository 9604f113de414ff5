// What a ready-made architecture is; not the architectures themselves (one file each) and not their list (index.ts).
import type { NetworkDocument } from '../graph/document'

/** Channels, height and width of a picture. */
export type PictureShape = readonly [channels: number, height: number, width: number]

export interface ArchitectureOptions {
  /** The picture that enters; the architecture's own where left out. */
  readonly input?: PictureShape
  /** Outputs of the last layer; the architecture's own where left out. */
  readonly classes?: number
}

/** A published network as a function that returns its document. The last layer gives logits, one per class. */
export interface Architecture {
  /** The name on the command line: `lenet5`. */
  readonly id: string
  readonly title: string
  /** Year of publication. */
  readonly year: number
  /** The picture for which it was published. */
  readonly input: PictureShape
  readonly classes: number
  build(options?: ArchitectureOptions): NetworkDocument
}
