// Corrections of a dataset in words and as the rows of a table; not applying them.
import { countOf } from '../graph/printNumbers'
import type { Correction, NotedCorrection } from './corrections'
import type { SplitName } from './dataset'

/** Splits as a sentence names them. */
const splitWords: Readonly<Record<SplitName, string>> = { train: 'train', val: 'validation', test: 'test' }

/** What a class of the dataset is shown as. */
export type ShowClass = (own: string) => string

function listNames(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** `from cat and dog`: where images came from, where that was noted. */
function printOrigin(was: readonly string[] | undefined, show: ShowClass): string {
  const known = [...new Set(was?.filter((name) => name !== '') ?? [])].map(show)
  if (known.length === 0) return ''
  return known.length > 3 ? `, from ${known.length} classes` : `, from ${listNames(known)}`
}

/** What was done, in a few words: `3 images left out, from cat`. */
export function describeCorrection(correction: Correction, show: ShowClass = (own) => own): string {
  switch (correction.kind) {
    case 'leaveOut':
      return `${countOf(correction.files.length, 'image')} left out${printOrigin(correction.was, show)}`
    case 'relabel':
      return `${countOf(correction.files.length, 'image')} now ${show(correction.to)}${printOrigin(correction.was, show)}`
    case 'move':
      return `${countOf(correction.files.length, 'image')} moved to ${splitWords[correction.to]}`
    case 'merge': {
      const others = correction.classes.filter((name) => name !== correction.to).map(show)
      return `${listNames(others)} merged into ${show(correction.to)}`
    }
    case 'keep':
      return `${countOf(correction.files.length, 'image')} looked at and kept`
    default:
      return correction satisfies never
  }
}

/** Columns of the history as a table. */
export const historyColumns = ['time', 'by', 'change', 'image', 'before', 'after'] as const

/** One row for each image, or class, of each correction, in their order. */
export function listHistory(
  entries: readonly NotedCorrection[],
  show: ShowClass = (own) => own,
): readonly (readonly (string | null)[])[] {
  return entries.flatMap((entry) => {
    const head = [entry.at, entry.by ?? null]
    switch (entry.kind) {
      case 'leaveOut':
        return entry.files.map((file, index) => [...head, 'left out', file, shown(entry.was?.[index], show), null])
      case 'relabel':
        return entry.files.map((file, index) => [
          ...head,
          'class',
          file,
          shown(entry.was?.[index], show),
          show(entry.to),
        ])
      case 'move':
        return entry.files.map((file, index) => [...head, 'split', file, entry.was?.[index] || null, entry.to])
      case 'merge':
        return entry.classes
          .filter((name) => name !== entry.to)
          .map((name) => [...head, 'classes merged', null, show(name), show(entry.to)])
      case 'keep':
        return entry.files.map((file) => [...head, 'kept', file, null, null])
      default:
        return entry satisfies never
    }
  })
}

function shown(own: string | undefined, show: ShowClass): string | null {
  return own === undefined || own === '' ? null : show(own)
}
