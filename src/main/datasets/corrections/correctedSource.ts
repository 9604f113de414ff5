// A dataset with what its corrections make of it, before it is split: labels, classes, chosen splits, images that are left out; not keeping the corrections.
import { applyCorrections, type CorrectedLabels } from '../../../shared/datasets/corrections'
import { countOf } from '../../../shared/graph/printNumbers'
import type { SplitName } from '../../../shared/datasets/dataset'
import type { DatasetSource, ImagePool } from '../datasetSource'
import { openSource } from '../recognise'
import { readCorrections } from './correctionFile'

/** A dataset as it is after its corrections. */
export interface CorrectedSource extends DatasetSource {
  /** Images whose findings a person has looked at and found right, by their names in the whole dataset. */
  readonly kept?: ReadonlySet<string>
  /** The classes as they lie on disk, where they were corrected. */
  readonly storedClasses?: readonly string[]
}

/** The pools with corrected labels; all images stay in their places, so that those that are left out move no other. */
function correctPools(pools: readonly ImagePool[], { labels, splits }: CorrectedLabels): readonly ImagePool[] {
  let first = 0
  return pools.map((pool) => {
    const from = first
    first += pool.labels.length
    const chosenSplits = new Map<number, SplitName>()
    for (const [place, split] of splits) if (place >= from && place < first) chosenSplits.set(place - from, split)
    return { ...pool, labels: labels.slice(from, first), storedLabels: pool.labels, chosenSplits }
  })
}

/** What was corrected, as sentences. */
function noteCorrections({ leftOut, relabelled, splits, missing }: CorrectedLabels): readonly string[] {
  const done = [
    ...(leftOut > 0 ? [`${countOf(leftOut, 'image')} left out`] : []),
    ...(relabelled > 0 ? [`${countOf(relabelled, 'image')} with another class`] : []),
    ...(splits.size > 0 ? [`${countOf(splits.size, 'image')} put into a split`] : []),
  ]
  const gone = `${countOf(missing.length, 'corrected image')} cannot be found any more, such as ${missing[0]}.`
  return [
    ...(done.length > 0 ? [`By your corrections: ${done.join(', ')}.`] : []),
    ...(missing.length > 0 ? [gone] : []),
  ]
}

/**
 * Opens a dataset with what a person has corrected in it; without corrections it is what lies there.
 * Labels of images that are left out are -1.
 * @throws NetloomError as openSource and readCorrections
 */
export async function openCorrected(reference: string): Promise<CorrectedSource> {
  const source = await openSource(reference)
  const corrections = await readCorrections(reference)
  if (corrections.length === 0) return source
  const { pools } = source
  const files = pools.flatMap((pool) => Array.from(pool.labels, (_, index) => pool.fileAt(index)))
  const labels = Int32Array.from(pools.flatMap((pool) => [...pool.labels]))
  const corrected = applyCorrections(
    { classes: source.classes, labels, fileAt: (index) => files[index] ?? '' },
    corrections,
  )
  // Files that a list names and that are not there: left out, they are told no more.
  const absent = new Set(source.unreadable.map(({ file }) => file))
  const leftOut = new Set(corrections.flatMap((each) => (each.kind === 'leaveOut' ? each.files : [])))
  const missing = corrected.missing.filter((file) => !absent.has(file))
  return {
    ...source,
    classes: corrected.classes,
    storedClasses: source.classes,
    pools: correctPools(pools, corrected),
    unreadable: source.unreadable.filter(({ file }) => !leftOut.has(file)),
    notes: [...noteCorrections({ ...corrected, missing }), ...source.notes],
    kept: corrected.kept,
  }
}
