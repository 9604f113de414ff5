// The predictions of an evaluation as CSV (RFC 4180); not the file it is saved to.
import type { EvaluationResult } from '../../../../shared/contract/modelCalls'

/** Quoted where it holds what separates cells; a leading formula sign is kept apart from spreadsheets by an apostrophe. */
function printCell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One line per image in the order of the split, below a line of titles; lines end with CR LF. */
export function printPredictionsCsv({ classes, answers }: Pick<EvaluationResult, 'classes' | 'answers'>): string {
  const nameOf = (index: number): string => printCell(classes[index] ?? String(index))
  const lines = answers.map(({ index, name, label, predicted, confidence, loss }) =>
    [
      index,
      printCell(name),
      nameOf(label),
      nameOf(predicted),
      label === predicted ? 1 : 0,
      confidence.toFixed(6),
      loss.toFixed(6),
    ].join(','),
  )
  return ['index,image,true,predicted,correct,confidence,loss', ...lines, ''].join('\r\n')
}
