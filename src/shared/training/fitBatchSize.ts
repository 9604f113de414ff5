// A batch size for a small training split, where nobody chose one; not whether a chosen one is refused.

/** The usual batch size, or where the split has fewer images the power of two that gives at least two steps an epoch. */
export function fitBatchSize(usual: number, trainCount: number): number {
  return usual <= trainCount ? usual : 2 ** Math.floor(Math.log2(Math.max(1, trainCount / 2)))
}
