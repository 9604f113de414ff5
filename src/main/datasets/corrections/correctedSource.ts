// A dataset as its corrections make it, before it is split: labels, classes and images that are left out; not keeping the corrections.
import { applyCorrections } from '../../../shared/datasets/corrections'
import { countOf } from '../../../shared/graph/printNumbers'
import { readCorrections } from './correctionFile'
import type { DatasetSource, ImagePool } from '../datasetSource'
import { openSource } from '../recognise'

/** The images of a pool that are kept, by their places in it. */
function keepImages(pool: ImagePool, kept: readonly number[], labels: Int32Array): ImagePool {
  const { images } = pool
  const at = (index: number): number => kept[index] ?? -1
  return {
    ...pool,
    labels,
    images:
      images.form === 'files'
        ? { form: 'files', paths: kept.map((place) => images.paths[place] ?? '') }
        : { ...images, imageAt: (index) => images.imageAt(at(index)) },
    nameAt: (index) => pool.nameAt(at(index)),
    fileAt: (index) => pool.fileAt(at(index)),
  }
}

/**
 * Opens a dataset with what a person has corrected in it; without corrections it is what lies there.
 * @throws NetloomError as openSource and readCorrections
 */
export async function openCorrected(reference: string): Promise<DatasetSource> {
  const source = await openSource(reference)
  const corrections = await readCorrections(reference)
  if (corrections.length === 0) return source
  const { pools } = source
  const files = pools.flatMap((pool) => Array.from(pool.labels, (_, index) => pool.fileAt(index)))
  const labels = pools.flatMap((pool) => [...pool.labels])
  const corrected = applyCorrections(
    { classes: source.classes, labels, fileAt: (index) => files[index] ?? '' },
    corrections,
  )
  let first = 0
  const mended = pools.map((pool) => {
    const own = corrected.labels.subarray(first, first + pool.labels.length)
    first += pool.labels.length
    const kept = Array.from(own.keys()).filter((index) => (own[index] ?? -1) >= 0)
    return keepImages(
      pool,
      kept,
      own.filter((label) => label >= 0),
    )
  })
  const { leftOut, relabelled, missing, classes } = corrected
  const done = [
    ...(leftOut > 0 ? [`${countOf(leftOut, 'image')} left out`] : []),
    ...(relabelled > 0 ? [`${countOf(relabelled, 'image')} with another class`] : []),
  ]
  const gone =
    missing.length > 0
      ? [`${countOf(missing.length, 'corrected image')} cannot be found any more, such as ${missing[0]}.`]
      : []
  return {
    ...source,
    classes,
    pools: mended,
    notes: [...(done.length > 0 ? [`By your corrections: ${done.join(', ')}.`] : []), ...gone, ...source.notes],
  }
}
