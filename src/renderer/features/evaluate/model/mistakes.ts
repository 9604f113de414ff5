// Choosing and ordering images, pairs of classes and class rows of an evaluation; not showing them.
import { judgeEvaluation } from '../../../../shared/training/judgement'
import type { EvaluationResult } from '../../../../shared/contract/modelCalls'

export type EvaluatedImage = EvaluationResult['answers'][number]

/** One cell of the confusion matrix: a true class and the class that was taken for it. */
export interface MatrixCell {
  readonly label: number
  readonly predicted: number
}

/**
 * The images of a cell. Mistakes: the most confident first, since those teach most. Right ones: the least confident
 * first, since those were nearly wrong. Equal ones stay in the order of the split.
 */
export function imagesOfCell(
  images: readonly EvaluatedImage[],
  { label, predicted }: MatrixCell,
): readonly EvaluatedImage[] {
  const sign = label === predicted ? 1 : -1
  return images
    .filter((image) => image.label === label && image.predicted === predicted)
    .sort((a, b) => sign * (a.confidence - b.confidence) || a.index - b.index)
}

/** All mistakes, the most confident first; of equal ones that with the higher loss. */
export function worstMistakes(images: readonly EvaluatedImage[]): readonly EvaluatedImage[] {
  return images
    .filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => b.confidence - a.confidence || b.loss - a.loss || a.index - b.index)
}

export interface Confusion extends MatrixCell {
  readonly count: number
  /** Of the images of the true class, in [0, 1]. */
  readonly share: number
}

/** The pairs that are mistaken most often, by count and then by share. */
export function listConfusions(confusion: readonly (readonly number[])[], limit: number): readonly Confusion[] {
  const found: Confusion[] = []
  confusion.forEach((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0)
    row.forEach((count, predicted) => {
      if (count > 0 && label !== predicted) found.push({ label, predicted, count, share: count / total })
    })
  })
  return found.sort((a, b) => b.count - a.count || b.share - a.share || a.label - b.label).slice(0, limit)
}

export type ClassRow = EvaluationResult['perClass'][number] & { readonly index: number; readonly f1: number | null }
export type ClassColumn = 'name' | 'count' | 'precision' | 'recall' | 'f1'

/** The rows of the class table in the order of a column; classes without a value stand last in both directions. */
export function sortClassRows(
  { perClass, confusion }: Pick<EvaluationResult, 'perClass' | 'confusion'>,
  column: ClassColumn | 'index',
  isDescending: boolean,
): readonly ClassRow[] {
  const sign = isDescending ? -1 : 1
  const { f1 } = judgeEvaluation(confusion)
  return perClass
    .map((row, index) => ({ ...row, index, f1: f1[index] ?? null }))
    .sort((a, b) => {
      if (column === 'name') return sign * a.name.localeCompare(b.name, 'en', { numeric: true })
      const [x, y] = [a[column], b[column]]
      if (x === null || y === null) return Number(x === null) - Number(y === null) || a.index - b.index
      return sign * (x - y) || a.index - b.index
    })
}
