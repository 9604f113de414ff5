// Two models measured on the same images: numbers side by side, classes, and images on which they disagree; not the measuring.
import type { EvaluationResult } from '../../../../shared/contract/modelCalls'

type Image = EvaluationResult['answers'][number]

/** One class in both evaluations. */
export interface ComparedClass {
  readonly name: string
  readonly count: number
  /** Recall of each, in [0, 1]; null where there is no image of the class. */
  readonly first: number | null
  readonly second: number | null
  /** Second minus first; null where one is not known. */
  readonly change: number | null
}

export interface ModelComparison {
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

/** Compares two evaluations; undefined where they were not of the same images. */
export function compareEvaluations(first: EvaluationResult, second: EvaluationResult): ModelComparison | undefined {
  if (first.answers.length !== second.answers.length || first.classes.join('\n') !== second.classes.join('\n'))
    return undefined
  const [mended, broken, otherwise]: [Image[], Image[], Image[]] = [[], [], []]
  let agreed = 0
  for (const [place, before] of first.answers.entries()) {
    const after = second.answers[place]
    if (!after || after.index !== before.index || after.name !== before.name || after.label !== before.label)
      return undefined
    if (before.predicted === after.predicted) agreed++
    else if (after.predicted === after.label) mended.push(after)
    else if (before.predicted === before.label) broken.push(after)
    else otherwise.push(after)
  }
  const surest = (images: Image[]): readonly Image[] =>
    images.sort((a, b) => b.confidence - a.confidence || a.index - b.index)
  return {
    classes: compareClasses(first, second),
    mended: surest(mended),
    broken: surest(broken),
    otherwise: surest(otherwise),
    agreed,
  }
}

function compareClasses(first: EvaluationResult, second: EvaluationResult): readonly ComparedClass[] {
  const classes = first.perClass.map(({ name, count, recall }, index): ComparedClass => {
    const other = second.perClass[index]?.recall ?? null
    const change = recall === null || other === null ? null : other - recall
    return { name, count, first: recall, second: other, change }
  })
  return classes.sort((a, b) => Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0))
}
