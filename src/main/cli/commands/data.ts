// `netloom data`: what a dataset holds and what is wrong with it.
import { countOf, printCount } from '../../../shared/graph/printNumbers'
import type { DatasetDescription } from '../../../shared/datasets/dataset'
import { openDataset } from '../../datasets/openDataset'
import { writeJson, writeResult } from '../output'
import { Progress } from '../progress'
import { printTable } from '../text'

/** How many sizes, unreadable files and duplicates are listed by name; JSON has all of them. */
const listed = 10

/** Runs `netloom data`. @throws NetloomError dataset.* */
export async function runData(reference: string, options: { readonly json?: boolean }): Promise<void> {
  const dataset = await openDataset(reference)
  const progress = new Progress()
  const startedAtMs = performance.now()
  const description = await dataset.describe({
    onProgress: ({ done, total }) => {
      const secondsLeft = ((performance.now() - startedAtMs) / 1000 / done) * (total - done)
      progress.update({ done, total, title: `checking ${countOf(total, 'image')}`, detail: '', secondsLeft })
    },
  })
  progress.clear()
  if (options.json) return writeJson(description)
  writeResult(printDescription(description).join('\n'))
}

function printDescription(description: DatasetDescription): readonly string[] {
  const { reference, kind, recognisedBecause, channels, splitRule, sizes, notes = [] } = description
  return [
    `${reference}: ${kind}, ${channels === 1 ? 'grey' : 'colour'} images`,
    recognisedBecause,
    splitRule,
    ...notes,
    '',
    ...printClasses(description),
    '',
    `sizes        ${printList(
      sizes.map(({ width, height, count }) => `${width}x${height} (${printCount(count)})`),
      ', ',
    )}`,
    ...printFindings(description),
  ]
}

function printList(items: readonly string[], separator: string): string {
  const rest = items.length - listed
  return [...items.slice(0, listed), ...(rest > 0 ? [`and ${printCount(rest)} more`] : [])].join(separator)
}

function printClasses({ classes, splits }: DatasetDescription): readonly string[] {
  const names = (['train', 'val', 'test'] as const).filter((name) => splits[name] !== undefined)
  const columns = [{ title: 'class' }, ...names.map((name) => ({ title: name, align: 'right' as const }))]
  const rows = classes.map((label, index) => [
    label,
    ...names.map((name) => printCount(splits[name]?.perClass[index] ?? 0)),
  ])
  return [printTable(columns, [...rows, ['all', ...names.map((name) => printCount(splits[name]?.count ?? 0))]])]
}

function printFindings(description: DatasetDescription): readonly string[] {
  const { unreadable, contradictions, duplicatesAcrossSplits } = description
  const lines: string[] = []
  if (contradictions.length > 0) {
    lines.push('', `${countOf(contradictions.length, 'image')} in more than one class:`)
    lines.push(
      `  ${printList(
        contradictions.map(({ isExact, images }) =>
          images.map(({ file }) => file).join(isExact ? ' = ' : ' looks like '),
        ),
        '\n  ',
      )}`,
    )
  }
  if (unreadable.length > 0) {
    lines.push('', `${countOf(unreadable.length, 'unreadable file')}:`)
    lines.push(
      `  ${printList(
        unreadable.map(({ file, reason }) => `${file}: ${reason}`),
        '\n  ',
      )}`,
    )
  }
  if (duplicatesAcrossSplits.length > 0) {
    lines.push('', `${countOf(duplicatesAcrossSplits.length, 'image')} in more than one split:`)
    lines.push(
      `  ${printList(
        duplicatesAcrossSplits.map((files) => files.join(' = ')),
        '\n  ',
      )}`,
    )
  }
  return lines.length > 0 ? lines : ['unreadable   none', 'duplicates   none across classes and splits']
}
