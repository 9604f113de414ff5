// The predictions of an evaluation as CSV (RFC 4180); not the file it is saved to.
import type { EvaluationResult } from '../../../../shared/contract/modelCalls'
import { printCsvText } from '../../../kernel/print/printCsv'

/** One line per image in the order of the split, below a line of titles; lines end with CR LF. */
export function printPredictionsCsv({ classes, answers }: Pick<EvaluationResult, 'classes' | 'answers'>): string {
  const nameOf = (index: number): string => printCsvText(classes[index] ?? String(index))
  const lines = answers.map(({ index, name, label, predicted, confidence, loss }) =>
    [
      index,
      printCsvText(name),
      nameOf(label),
      nameOf(predicted),
      label === predicted ? 1 : 0,
      confidence.toFixed(6),
      loss.toFixed(6),
    ].join(','),
  )
  return ['index,image,true,predicted,correct,confidence,loss', ...lines, ''].join('\r\n')
}
