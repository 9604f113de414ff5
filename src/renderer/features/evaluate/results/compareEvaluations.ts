// Two models measured on the same images: numbers side by side, classes, and images on which they disagree; not the measuring.
import type { EvaluationResult } from '../../../../shared/contract/modelCalls'

type Image = EvaluationResult['answers'][number]

/** One class in both evaluations, on the images that both were measured on. */
export interface ComparedClass {
  readonly name: string
  readonly count: number
  /** Recall of each, in [0, 1]; null where there is no image of the class. */
  readonly first: number | null
  readonly second: number | null
  /** Second minus first; null where one is not known. */
  readonly change: number | null
}

/** How one of the models did on the images that both were measured on. */
export interface ComparedTotals {
  /** Share of the images that are right, in [0, 1]. */
  readonly top1: number
  /** Mean over the images. */
  readonly loss: number
}

export interface ModelComparison {
  /** Names of the classes that `label` and `predicted` of the images mean: of the first model, then those that only the second has. */
  readonly classNames: readonly string[]
  /** How many images both were measured on. */
  readonly images: number
  /** How many only one of them was measured on, since the other does not know their class. */
  readonly onlyOne: number
  readonly first: ComparedTotals
  readonly second: ComparedTotals
  /** The classes in the order of the largest change, in either direction. */
  readonly classes: readonly ComparedClass[]
  /** Images as the second model took them: the first was wrong, and it is right. */
  readonly mended: readonly Image[]
  /** The first was right, and it is wrong. */
  readonly broken: readonly Image[]
  /** Both are wrong, each in its own way. */
  readonly otherwise: readonly Image[]
  /** Images that both take for the same class. */
  readonly agreed: number
}

interface Pair {
  readonly before: Image
  readonly after: Image
}

/** The classes of both by their names, and each one's answers in these classes. */
function joinClasses(first: EvaluationResult, second: EvaluationResult) {
  const places = new Map<string, number>()
  for (const name of [...first.classes, ...second.classes]) if (!places.has(name)) places.set(name, places.size)
  const inJoined = ({ answers, classes }: EvaluationResult): readonly Image[] => {
    const placeOf = (index: number): number => places.get(classes[index] ?? '') ?? index
    return answers.map((image) => ({ ...image, label: placeOf(image.label), predicted: placeOf(image.predicted) }))
  }
  return { classNames: [...places.keys()], first: inJoined(first), second: inJoined(second) }
}

/** The images that both were measured on; undefined where they are not of the same split, by their names and true classes. */
function pairImages(first: readonly Image[], second: readonly Image[]): readonly Pair[] | undefined {
  const known = new Map(first.map((image) => [image.index, image]))
  const pairs: Pair[] = []
  for (const after of second) {
    const before = known.get(after.index)
    if (!before) continue
    if (before.name !== after.name || before.label !== after.label) return undefined
    pairs.push({ before, after })
  }
  return pairs.length === 0 ? undefined : pairs
}

/**
 * Compares two evaluations class by class, by name: a model whose head was replaced has other classes than before, and is
 * measured on other images of the same split. Undefined where they have no image in common.
 */
export function compareEvaluations(first: EvaluationResult, second: EvaluationResult): ModelComparison | undefined {
  const joined = joinClasses(first, second)
  const pairs = pairImages(joined.first, joined.second)
  if (!pairs) return undefined
  const [mended, broken, otherwise]: [Image[], Image[], Image[]] = [[], [], []]
  let agreed = 0
  for (const { before, after } of pairs) {
    if (before.predicted === after.predicted) agreed++
    else if (after.predicted === after.label) mended.push(after)
    else if (before.predicted === before.label) broken.push(after)
    else otherwise.push(after)
  }
  const surest = (images: Image[]): readonly Image[] =>
    images.sort((a, b) => b.confidence - a.confidence || a.index - b.index)
  return {
    classNames: joined.classNames,
    images: pairs.length,
    onlyOne: joined.first.length + joined.second.length - 2 * pairs.length,
    first: totalsOf(pairs.map(({ before }) => before)),
    second: totalsOf(pairs.map(({ after }) => after)),
    classes: compareClasses(pairs, joined.classNames),
    mended: surest(mended),
    broken: surest(broken),
    otherwise: surest(otherwise),
    agreed,
  }
}

function totalsOf(images: readonly Image[]): ComparedTotals {
  const right = images.filter(({ label, predicted }) => label === predicted).length
  const loss = images.reduce((sum, image) => sum + image.loss, 0)
  return { top1: right / images.length, loss: loss / images.length }
}

function compareClasses(pairs: readonly Pair[], names: readonly string[]): readonly ComparedClass[] {
  const counts = names.map(() => ({ count: 0, first: 0, second: 0 }))
  for (const { before, after } of pairs) {
    const own = counts[before.label]
    if (!own) continue
    own.count++
    if (before.predicted === before.label) own.first++
    if (after.predicted === after.label) own.second++
  }
  const classes = counts.map(({ count, first, second }, index): ComparedClass => {
    const shareOf = (right: number): number | null => (count === 0 ? null : right / count)
    const change = count === 0 ? null : (second - first) / count
    return { name: names[index] ?? String(index), count, first: shareOf(first), second: shareOf(second), change }
  })
  return classes.sort((a, b) => Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0))
}
