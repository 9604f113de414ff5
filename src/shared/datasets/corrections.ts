// What a person has mended in a dataset without touching its images: images left out, given another class or split, classes merged; applied in order.
import { z } from 'zod'
import { splitNames, type SplitName } from './dataset'

const files = z.array(z.string().min(1)).min(1)
const className = z.string().trim().min(1).max(200)
/** What each image was before, for the history: its class, or its split. */
const was = z.array(z.string()).optional()

/** One change; names of classes are those of the dataset itself, images are named as in the whole dataset. */
export const correctionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('leaveOut'), files, was }),
  /** A class that there is not yet becomes one. */
  z.object({ kind: z.literal('relabel'), files, to: className, was }),
  z.object({ kind: z.literal('move'), files, to: z.enum(splitNames), was }),
  z.object({ kind: z.literal('merge'), classes: z.array(className).min(1), to: className }),
  /** Changes nothing: a person has looked at what was found of these images, and found them right. */
  z.object({ kind: z.literal('keep'), files }),
])

/** With the time at which it was made, as ISO 8601 in UTC, which no other correction of the dataset has; and by whom. */
export const notedCorrectionSchema = z.intersection(
  correctionSchema,
  z.object({ at: z.string(), by: z.string().optional() }),
)
export const correctionsSchema = z.object({ version: z.literal(1), entries: z.array(notedCorrectionSchema) })

export type Correction = z.output<typeof correctionSchema>
export type NotedCorrection = z.output<typeof notedCorrectionSchema>

/** Whether a file beside images is one of ours: corrections, and what was applied to the files. */
export function isOwnFile(name: string): boolean {
  return /^netloom-(?:corrections|applying|applied-[^/]+)\.json$/.test(name)
}

/** Images of a dataset as their labels are on disk. */
export interface LabelledImages {
  readonly classes: readonly string[]
  /** Class of each image: [N]. */
  readonly labels: ArrayLike<number>
  /** Name of each image in the whole dataset; a list may name one twice. */
  readonly fileAt: (index: number) => string
}

export interface CorrectedLabels {
  readonly classes: readonly string[]
  /** Class of each image; -1 where it is left out. */
  readonly labels: Int32Array
  /** Splits that were chosen by hand, by the place of the image. */
  readonly splits: ReadonlyMap<number, SplitName>
  /** Images that were looked at and found right. */
  readonly kept: ReadonlySet<string>
  readonly leftOut: number
  readonly relabelled: number
  /** Names of images that there are no more. */
  readonly missing: readonly string[]
}

/** The places of images by their names. */
class Places {
  private readonly byFile = new Map<string, number[]>()
  readonly missing = new Set<string>()

  constructor({ labels, fileAt }: LabelledImages) {
    for (let index = 0; index < labels.length; index++) {
      const file = fileAt(index)
      const found = this.byFile.get(file)
      if (found) found.push(index)
      else this.byFile.set(file, [index])
    }
  }

  /** Those that are there; the others are noted as missing. */
  of(files: readonly string[]): readonly number[] {
    return files.flatMap((file) => {
      const found = this.byFile.get(file)
      if (!found) this.missing.add(file)
      return found ?? []
    })
  }
}

/** The class of each image after all corrections; classes whose last image went go, those that never had one stay. */
export function applyCorrections(images: LabelledImages, corrections: readonly Correction[]): CorrectedLabels {
  const stored = Array.from(images.labels, (label) => images.classes[label] ?? '')
  const names: (string | null)[] = [...stored]
  const splits = new Map<number, SplitName>()
  const kept = new Set<string>()
  const places = new Places(images)
  for (const correction of corrections) {
    switch (correction.kind) {
      case 'leaveOut':
        for (const place of places.of(correction.files)) names[place] = null
        break
      case 'relabel':
        for (const place of places.of(correction.files)) if (names[place] !== null) names[place] = correction.to
        break
      case 'move':
        for (const place of places.of(correction.files)) splits.set(place, correction.to)
        break
      case 'merge': {
        const merged = new Set(correction.classes)
        names.forEach((name, place) => {
          if (name !== null && merged.has(name)) names[place] = correction.to
        })
        break
      }
      case 'keep':
        for (const file of correction.files) kept.add(file)
        break
      default:
        correction satisfies never
    }
  }
  const classes = orderClasses(images, stored, names)
  const placeOf = new Map(classes.map((name, index) => [name, index]))
  return {
    classes,
    labels: Int32Array.from(names, (name) => (name === null ? -1 : (placeOf.get(name) ?? -1))),
    splits,
    kept,
    leftOut: names.filter((name) => name === null).length,
    relabelled: names.filter((name, place) => name !== null && name !== stored[place]).length,
    missing: [...places.missing],
  }
}

/** The classes that are left, in their order, and the new ones behind them. */
function orderClasses(
  { classes }: LabelledImages,
  stored: readonly string[],
  names: readonly (string | null)[],
): readonly string[] {
  const found = new Set(names)
  const before = new Set(stored)
  const kept = classes.filter((name) => found.has(name) || !before.has(name))
  const known = new Set(classes)
  const added = [...found].flatMap((name) => (name === null || known.has(name) ? [] : [name]))
  return [...kept, ...added.toSorted()]
}
