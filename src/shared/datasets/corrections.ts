// What a person has mended in a dataset without touching its images: images left out, other classes for images, classes merged; applied in order.
import { z } from 'zod'

const files = z.array(z.string().min(1)).min(1)
const className = z.string().trim().min(1).max(200)

/** One change; names of classes are those of the dataset itself, images are named as in the whole dataset. */
export const correctionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('leaveOut'), files }),
  /** A class that there is not yet becomes one. */
  z.object({ kind: z.literal('relabel'), files, to: className }),
  z.object({ kind: z.literal('merge'), classes: z.array(className).min(1), to: className }),
])

/** With the time at which it was made, as ISO 8601 in UTC. */
export const notedCorrectionSchema = z.intersection(correctionSchema, z.object({ at: z.string() }))
export const correctionsSchema = z.object({ version: z.literal(1), entries: z.array(notedCorrectionSchema) })

export type Correction = z.output<typeof correctionSchema>
export type NotedCorrection = z.output<typeof notedCorrectionSchema>

/** Images of a dataset as their labels are on disk. */
export interface LabelledImages {
  readonly classes: readonly string[]
  /** Class of each image: [N]. */
  readonly labels: ArrayLike<number>
  /** Name of each image in the whole dataset. */
  readonly fileAt: (index: number) => string
}

export interface CorrectedLabels {
  readonly classes: readonly string[]
  /** Class of each image; -1 where it is left out. */
  readonly labels: Int32Array
  readonly leftOut: number
  readonly relabelled: number
  /** Names of images that there are no more. */
  readonly missing: readonly string[]
}

/** The class of each image after all corrections; classes whose last image went go, those that never had one stay. */
export function applyCorrections(images: LabelledImages, corrections: readonly Correction[]): CorrectedLabels {
  const count = images.labels.length
  const names = Array.from(
    { length: count },
    (_, index): string | null => images.classes[images.labels[index] ?? 0] ?? '',
  )
  const places = new Map(names.map((_, index) => [images.fileAt(index), index]))
  const missing = new Set<string>()
  const placesOf = (wanted: readonly string[]): readonly number[] =>
    wanted.flatMap((file) => {
      const place = places.get(file)
      if (place === undefined) missing.add(file)
      return place ?? []
    })
  for (const correction of corrections) {
    switch (correction.kind) {
      case 'leaveOut':
        for (const place of placesOf(correction.files)) names[place] = null
        break
      case 'relabel':
        for (const place of placesOf(correction.files)) if (names[place] !== null) names[place] = correction.to
        break
      case 'merge': {
        const merged = new Set(correction.classes)
        names.forEach((name, place) => {
          if (name !== null && merged.has(name)) names[place] = correction.to
        })
        break
      }
      default:
        correction satisfies never
    }
  }
  const found = new Set(names)
  const before = new Set(Array.from(images.labels))
  const kept = images.classes.filter((name, index) => found.has(name) || !before.has(index))
  const added = [...found].flatMap((name) => (name === null || images.classes.includes(name) ? [] : [name]))
  const classes = [...kept, ...added.toSorted()]
  const placeOf = new Map(classes.map((name, index) => [name, index]))
  const labels = Int32Array.from(names, (name) => (name === null ? -1 : (placeOf.get(name) ?? -1)))
  return {
    classes,
    labels,
    leftOut: names.filter((name) => name === null).length,
    relabelled: names.filter((name, index) => name !== null && name !== images.classes[images.labels[index] ?? 0])
      .length,
    missing: [...missing],
  }
}
