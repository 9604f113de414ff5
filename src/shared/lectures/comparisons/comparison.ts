// What a comparison is: two networks side by side and the claim of a lecture; not the comparisons (one file each) nor their list (index.ts).
import type { NetworkDocument } from '../../graph/document'

/** A number that the two sides are compared by. */
export type Measure = 'parameters' | 'macs' | 'activationBytes' | 'layers' | 'receptiveField' | 'output'

/** One of the two networks. */
export interface ComparedNetwork {
  /** `One 7×7`. */
  readonly title: string
  readonly build: () => NetworkDocument
}

/** Two networks for one task, and what a lecture says of them. */
export interface Comparison {
  /** The name in addresses and on the command line: `kernels`. */
  readonly id: string
  readonly title: string
  /** What the lecture says, in one or two sentences. */
  readonly claim: string
  readonly source: string
  /** The arithmetic of the claim, a line each: `49·C² = 49·64² = 200,704`. */
  readonly arithmetic: readonly string[]
  /** Where a lecture's own figure does not follow, or what the comparison leaves out. */
  readonly note?: string
  /** The measures that matter, the deciding one first. */
  readonly measures: readonly Measure[]
  readonly left: ComparedNetwork
  readonly right: ComparedNetwork
}
