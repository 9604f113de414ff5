// What to say of a dataset that is being made, by its classes and how many images they have; not of what the images show.
import { printCount } from '../../graph/printNumbers'
import { areLikeSplits } from './folderNames'

export interface ClassCount {
  readonly name: string
  readonly images: number
}

/** Fewer images of a class than this tell a network little. */
const fewImages = 20
/** The largest class has at most this many times the images of the smallest one. */
const largestRatio = 3

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => `"${name}"`)
  const rest = names.length - shown.length
  if (rest > 0) return `${shown.join(', ')} and ${printCount(rest)} more`
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** Why the classes are no dataset yet; null where they are. */
export function whyNotUsable(classes: readonly ClassCount[]): string | null {
  const filled = classes.filter(({ images }) => images > 0)
  if (filled.length >= 2)
    return areLikeSplits(filled.map(({ name }) => name))
      ? 'All classes are called like splits (train, val, test), and would be taken for them: rename one.'
      : null
  if (filled.length === 1) return 'Only one class has images: a classifier needs two or more.'
  return 'A dataset has images of two classes or more.'
}

/** What could be better, in sentences; none where nothing could. */
export function adviseOnClasses(classes: readonly ClassCount[]): readonly string[] {
  const filled = classes.filter(({ images }) => images > 0)
  if (filled.length < 2) return []
  const advice: string[] = []
  const empty = classes.filter(({ images }) => images === 0).map(({ name }) => name)
  if (empty.length > 0)
    advice.push(`${listNames(empty)} ${empty.length === 1 ? 'has' : 'have'} no images and will be left out.`)
  const few = filled.filter(({ images }) => images < fewImages).map(({ name }) => name)
  if (few.length > 0)
    advice.push(
      `${listNames(few)} ${few.length === 1 ? 'has' : 'have'} fewer than ${fewImages} images: add some, in other light and from other sides.`,
    )
  const byImages = filled.toSorted((a, b) => a.images - b.images)
  const [smallest] = byImages
  const largest = byImages.at(-1)
  if (smallest && largest && largest.images > largestRatio * smallest.images)
    advice.push(
      `"${largest.name}" has ${printCount(largest.images)} images and "${smallest.name}" ${printCount(smallest.images)}: a network learns to name the larger class. Add to the smaller one.`,
    )
  return advice
}
