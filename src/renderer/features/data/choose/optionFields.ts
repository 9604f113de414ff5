// The options of a dataset as text fields and back, each checked; the numbers are explained at `SplitOptions`.
import type { DatasetOptions } from '../../../../shared/datasets/datasetOptions'

/** What the fields hold, as typed; an empty field leaves the option out. */
export interface OptionFields {
  readonly valPercent: string
  readonly testPercent: string
  readonly trainRange: string
  readonly testRange: string
  readonly limit: string
  readonly seed: string
  readonly shift: string
  readonly permute: string
  /** `yes` or empty. */
  readonly centre: string
  /** `yes` or empty. */
  readonly leaveOutCopies: string
  readonly valDirectory: string
}

export type FieldErrors = Partial<Record<keyof OptionFields, string>>

const percentRule = 'A percentage from 0 up to, not including, 100.'
const largestShift = 256
const largestSeed = 0xffffffff
const rangeRule = 'FROM:TO in whole numbers, such as 0:5000; TO itself is left out.'

const text = (value: number | undefined): string => (value === undefined ? '' : String(value))
const percent = (share: number | undefined): string =>
  share === undefined ? '' : String(Number((share * 100).toFixed(4)))

/** The fields that show these options. */
export function printOptions(options: DatasetOptions): OptionFields {
  return {
    valPercent: percent(options.valFraction),
    testPercent: percent(options.testFraction),
    trainRange: options.trainRange?.join(':') ?? '',
    testRange: options.testRange?.join(':') ?? '',
    limit: text(options.limit),
    seed: text(options.seed),
    shift: text(options.shift),
    permute: text(options.permute),
    centre: options.centre ? 'yes' : '',
    leaveOutCopies: options.leaveOutCopies ? 'yes' : '',
    valDirectory: options.valDirectory ?? '',
  }
}

function parseNumber(value: string): number | undefined {
  const trimmed = value.trim()
  return trimmed === '' ? undefined : Number(trimmed)
}

function parsePercent(value: string): number | undefined | null {
  const number = parseNumber(value.replace('%', ''))
  if (number === undefined) return undefined
  return number >= 0 && number < 100 ? number / 100 : null
}

function parseWhole(value: string, least: number): number | undefined | null {
  const number = parseNumber(value)
  if (number === undefined) return undefined
  return Number.isSafeInteger(number) && number >= least ? number : null
}

function parseRange(value: string): readonly [number, number] | undefined | null {
  if (value.trim() === '') return undefined
  const [from, to] = (/^\s*(\d+)\s*:\s*(\d+)\s*$/.exec(value) ?? []).slice(1).map(Number)
  return from !== undefined && to !== undefined && from < to ? [from, to] : null
}

/** Reads the fields. @returns the options, or the rule of each field that breaks it */
export function parseOptionFields(
  fields: OptionFields,
): { readonly options: DatasetOptions } | { readonly errors: FieldErrors } {
  const read = {
    valPercent: parsePercent(fields.valPercent),
    testPercent: parsePercent(fields.testPercent),
    trainRange: parseRange(fields.trainRange),
    testRange: parseRange(fields.testRange),
    limit: parseWhole(fields.limit, 1),
    seed: parseWhole(fields.seed, 0),
    shift: parseWhole(fields.shift, 0),
    permute: parseWhole(fields.permute, 0),
  }
  const valDirectory = fields.valDirectory.trim() || undefined
  const errors: FieldErrors = {
    ...(read.valPercent === null && { valPercent: percentRule }),
    ...(read.testPercent === null && { testPercent: percentRule }),
    ...(read.trainRange === null && { trainRange: rangeRule }),
    ...(read.testRange === null && { testRange: rangeRule }),
    ...(read.limit === null && { limit: 'A whole number of 1 or more.' }),
    ...(read.seed === null && { seed: 'A whole number of 0 or more.' }),
    ...((read.shift === null || (read.shift ?? 0) > largestShift) && {
      shift: `A whole number from 0 to ${largestShift}.`,
    }),
    ...((read.permute === null || (read.permute ?? 0) > largestSeed) && { permute: 'A whole number of 0 or more.' }),
    ...(valDirectory !== undefined &&
      read.valPercent !== undefined && { valPercent: 'Validation images come from a folder already.' }),
  }
  if (Object.keys(errors).length > 0) return { errors }
  const { valPercent, testPercent, trainRange, testRange, limit, seed, shift, permute } = read
  return {
    options: {
      ...(valPercent !== undefined && valPercent !== null && { valFraction: valPercent }),
      ...(valDirectory !== undefined && { valDirectory }),
      ...(testPercent !== undefined && testPercent !== null && { testFraction: testPercent }),
      ...(trainRange && { trainRange }),
      ...(testRange && { testRange }),
      ...(limit !== undefined && limit !== null && { limit }),
      ...(seed !== undefined && seed !== null && { seed }),
      ...(fields.leaveOutCopies !== '' && { leaveOutCopies: true }),
      ...(fields.centre !== '' && { centre: true }),
      ...(shift !== undefined && shift !== null && { shift }),
      ...(permute !== undefined && permute !== null && { permute }),
    },
  }
}

/** How many options of the form differ from their defaults. */
export function countOptions(options: DatasetOptions): number {
  return Object.entries(options).filter(([name, value]) => value !== undefined && name !== 'classNames').length
}
