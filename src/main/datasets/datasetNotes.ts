// Sentences on what a person should know of a dataset before training on it: similar classes, copies, classes without images.
import { leadersAmong } from '../../shared/datasets/assignSplits'
import type { DatasetDescription } from '../../shared/datasets/dataset'
import type { DatasetSource } from './datasetSource'

/** A sentence on classes that a person may have meant as one; none where there are none. */
export function noteSimilarClasses(classes: readonly string[]): readonly string[] {
  const spelt = new Map<string, string[]>()
  for (const name of classes) {
    const key = name.normalize('NFKC').trim().toLowerCase()
    spelt.set(key, [...(spelt.get(key) ?? []), name])
  }
  const groups = [...spelt.values()].filter((names) => names.length > 1)
  const shown = groups.slice(0, 5).map((names) => names.map((name) => `"${name}"`).join(' and '))
  return groups.length === 0
    ? []
    : [`Classes that differ in upper and lower case only are different classes: ${shown.join('; ')}.`]
}

/** How many groups of copies a note names. */
const namedGroups = 3

/** Sentences on copies among the images that are not left out by hand: contradicting labels first. */
export function noteCopies(source: DatasetSource, among: Int32Array, isLeftOut: boolean): readonly string[] {
  const files: string[] = []
  const labels: number[] = []
  for (const pool of source.pools)
    pool.labels.forEach((label, index) => {
      labels.push(label)
      files.push(pool.fileAt(index))
    })
  const first = leadersAmong(among, Int32Array.from(labels))
  const copies = files.flatMap((_, index) => (first[index] === index ? [] : [index]))
  const contradicted = copies.filter((index) => labels[first[index] ?? 0] !== labels[index])
  const named = contradicted.slice(0, namedGroups).map((index) => `${files[first[index] ?? 0]} = ${files[index]}`)
  if (copies.length === 0) return []
  return [
    ...(contradicted.length > 0
      ? [
          `${contradicted.length} ${contradicted.length === 1 ? 'image stands' : 'images stand'} in two classes with the same content, so a label is wrong${isLeftOut ? '; they are left out' : ''}: ${named.join('; ')}${contradicted.length > named.length ? '; ...' : ''}.`,
        ]
      : []),
    `${copies.length} ${copies.length === 1 ? 'image is a copy' : 'images are copies'} of others; ${isLeftOut ? 'they are left out' : 'copies are kept in one split'}.`,
  ]
}

/** A sentence for each of val and test that lacks classes because they have too few images; none where all are there. */
export function noteMissingClasses({ splits }: DatasetDescription, classes: readonly string[]): readonly string[] {
  return (['val', 'test'] as const).flatMap((name) => {
    const split = splits[name]
    const missing = classes.filter(
      (_, label) => (splits.train?.perClass[label] ?? 0) > 0 && split?.perClass[label] === 0,
    )
    if (!split || missing.length === 0) return []
    const shown = `${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', ...' : ''}`
    return [`The ${name} split has no images of ${shown}: there are too few of them to share.`]
  })
}
