// The rows of a predicted folder by class and confidence, and as CSV; not predicting or showing them.
import type { client } from '../../../kernel/core/client'
import { printCsvRow } from '../../../kernel/print/printCsv'

type Rows = Awaited<ReturnType<typeof client.models.predictFolder>> extends AsyncIterable<infer Event> ? Event : never
export type PredictedRow = Rows extends { rows: (infer Row)[] } ? Row : never

export interface RowFilter {
  /** Only this class; null: all, and those without an answer. */
  readonly class: string | null
  /** In [0, 1]. */
  readonly least: number
  readonly most: number
}

export const everyRow: RowFilter = { class: null, least: 0, most: 1 }

/** Rows that a filter lets through, in their order. Rows without an answer pass only where nothing is filtered. */
export function filterRows(rows: readonly PredictedRow[], filter: RowFilter): readonly PredictedRow[] {
  const { class: name, least, most } = filter
  const isOpen = name === null && least <= 0 && most >= 1
  return rows.filter((row) => {
    if (row.class === null) return isOpen
    return (name === null || row.class === name) && row.confidence >= least && row.confidence <= most
  })
}

/** Classes with how many rows have them, the most frequent first. */
export function countClasses(rows: readonly PredictedRow[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>()
  for (const { class: name } of rows) if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0], 'en', { numeric: true }))
}

/** The rows as CSV, like `netloom predict` writes them. */
export function printRowsCsv(rows: readonly PredictedRow[]): string {
  const lines = rows.map(({ file, class: name, confidence, error }) =>
    printCsvRow([file, name, name === null ? null : Number(confidence.toFixed(6)), error]),
  )
  return ['file,class,confidence,error', ...lines, ''].join('\r\n')
}
