// Tables as CSV (RFC 4180), safe to open in a spreadsheet; not what stands in them.

/** Quoted where it holds what separates cells; a leading formula sign is kept apart from spreadsheets by an apostrophe. */
export function printCsvText(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A row; null leaves a cell empty, numbers stand as they are. */
export function printCsvRow(cells: readonly (string | number | null)[]): string {
  return cells
    .map((cell) => (cell === null ? '' : typeof cell === 'number' ? String(cell) : printCsvText(cell)))
    .join(',')
}
