// The rows of the table of runs: what their cells say, their order and their filter; not the table.
import { printAccuracy, printBytes, printCount, printDuration, printShort } from '../../../shared/graph/printNumbers'
import type { RunSummary } from '../../../shared/contract/runCalls'
import type { Recipe } from '../../../shared/training/recipe'
import { wordOfState } from '../../../shared/training/runStates'
import { deviceTitle } from '../../kernel/devices/devicesStore'
import { datasetLabel, printRate } from '../../kernel/print/printTraining'
import { titleOfOption } from '../../kernel/print/optionTitles'

export const runColumns = [
  'name',
  'state',
  'architecture',
  'best',
  'bestEpoch',
  'test',
  'parameters',
  'macs',
  'size',
  'dataset',
  'recipe',
  'device',
  'seconds',
  'created',
] as const
export type RunColumn = (typeof runColumns)[number]

export interface RunOrder {
  readonly column: RunColumn
  readonly isRising: boolean
}

/** `Adam 0.001 · batch 64 · 10 epochs`. */
export function describeRecipe({ optimizer, learningRate, batchSize, epochs }: Recipe): string {
  const steps = `${titleOfOption(optimizer.type)} ${printRate(learningRate)}`
  return `${steps} · batch ${batchSize} · ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`
}

/** What a cell shows; a dash where there is nothing yet. */
export function cellText(run: RunSummary, column: RunColumn): string {
  switch (column) {
    case 'name':
      return run.name
    case 'state':
      return wordOfState(run.state).title
    case 'architecture':
      return run.architecture
    case 'dataset':
      return datasetLabel(run.dataset)
    case 'recipe':
      return describeRecipe(run.recipe)
    case 'best':
      return run.val ? printAccuracy(run.val.accuracy) : '–'
    case 'test':
      return run.test ? printAccuracy(run.test.top1) : '–'
    case 'bestEpoch':
      return run.bestEpoch === null ? '–' : `${printCount(run.bestEpoch)} of ${printCount(run.epochs)}`
    case 'parameters':
      return printShort(run.parameters)
    case 'macs':
      return printShort(run.macs)
    case 'size':
      return run.sizeBytes === null ? '–' : printBytes(run.sizeBytes)
    case 'device':
      return deviceTitle(run.device, run.engine)
    case 'seconds':
      return run.seconds === null ? '–' : printDuration(run.seconds)
    case 'created':
      return printDate(run.createdMs)
    default:
      return column satisfies never
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** `20 Nov 2026, 23:25`, in the time of this machine. */
export function printDate(ms: number): string {
  const date = new Date(ms)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getDate()} ${months[date.getMonth()] ?? ''} ${date.getFullYear()}`
  return `${day}, ${two(date.getHours())}:${two(date.getMinutes())}`
}

function sortKey(run: RunSummary, column: RunColumn): number | string | null {
  switch (column) {
    case 'best':
      return run.val?.accuracy ?? null
    case 'test':
      return run.test?.top1 ?? null
    case 'bestEpoch':
      return run.bestEpoch
    case 'parameters':
      return run.parameters
    case 'macs':
      return run.macs
    case 'size':
      return run.sizeBytes
    case 'seconds':
      return run.seconds
    case 'created':
      return run.createdMs
    case 'name':
    case 'state':
    case 'architecture':
    case 'dataset':
    case 'recipe':
    case 'device':
      return cellText(run, column).toLowerCase()
    default:
      return column satisfies never
  }
}

/** Runs in an order; what has no value stands last either way, and equal runs stay newest first. */
export function sortRuns(runs: readonly RunSummary[], { column, isRising }: RunOrder): readonly RunSummary[] {
  const sign = isRising ? 1 : -1
  return runs.toSorted((a, b) => {
    const left = sortKey(a, column)
    const right = sortKey(b, column)
    if (left === right) return b.createdMs - a.createdMs
    if (left === null) return 1
    if (right === null) return -1
    if (typeof left === 'string' && typeof right === 'string')
      return sign * left.localeCompare(right, 'en', { numeric: true }) || b.createdMs - a.createdMs
    return left < right ? -sign : sign
  })
}

/** Runs that hold every word of the filter in a cell, a tag, their note or their folder. */
export function filterRuns(runs: readonly RunSummary[], filter: string): readonly RunSummary[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return runs
  return runs.filter((run) => {
    const text = [
      ...runColumns.map((column) => cellText(run, column)),
      run.note,
      run.id,
      run.dataset,
      ...run.tags,
    ].join('\n')
    const searched = text.toLowerCase()
    return words.every((word) => searched.includes(word))
  })
}
