// The results of the bench as text and as the JSON that other programs read; it measures nothing.
import { printBytes } from '../../shared/graph/printNumbers'
import type { EngineName } from '../../shared/training/deviceNames'
import type { ProfileSummary } from '../engines/ort/profile'
import { printTable } from '../cli/text'
import type { BenchRow } from './runRow'

/** One entry of `npm run bench -- --json`; fields are an interface. */
export interface BenchEntry {
  readonly name: string
  readonly mode: 'train' | 'infer'
  readonly engine: EngineName
  readonly device: string
  readonly batch: number
  readonly imagesPerSecond: number
  readonly msPerStep: number
  readonly peakMemoryBytes: number | null
  readonly pytorchImagesPerSecond: number | null
  /** Our speed over PyTorch's, median of the rounds. */
  readonly ratio: number | null
  readonly pytorchPeakMemoryBytes: number | null
  /** Our speed over that of ONNX Runtime on the CPU of the same machine; null for that one itself. */
  readonly cpuRatio: number | null
}

export function toEntry(row: BenchRow): BenchEntry {
  const { secondsPerStep, otherSecondsPerStep, ratio } = row.measurement
  return {
    name: row.name,
    mode: row.mode,
    engine: row.engine,
    device: row.device,
    batch: row.batch,
    imagesPerSecond: row.batch / secondsPerStep,
    msPerStep: secondsPerStep * 1000,
    peakMemoryBytes: row.peakMemoryBytes,
    pytorchImagesPerSecond: otherSecondsPerStep === null ? null : row.batch / otherSecondsPerStep,
    ratio: ratio?.median ?? null,
    pytorchPeakMemoryBytes: row.pytorchPeakMemoryBytes,
    cpuRatio: row.cpuRatio,
  }
}

/** What was asked for, as far as a quoted number needs it. */
export interface BenchConditions {
  readonly threads: number
  readonly rounds: number
  readonly plainPytorch: boolean
}

/** The table for a person. */
export function printBench(rows: readonly BenchRow[], machine: string, conditions: BenchConditions): string {
  const { threads, rounds, plainPytorch } = conditions
  const first = rows.find(({ engine }) => engine === 'ort')
  const pytorch = rows.find((row) => row.versions.pytorch !== null)?.versions.pytorch
  const allocator = plainPytorch ? 'as installed' : 'told to keep freed memory'
  const other = pytorch ? `PyTorch ${pytorch} ${allocator}` : 'without PyTorch'
  const table = printTable(
    [
      { title: 'row' },
      { title: 'mode' },
      { title: 'engine' },
      { title: 'images/s', align: 'right' },
      { title: 'ms/step', align: 'right' },
      { title: 'peak memory', align: 'right' },
      { title: 'PyTorch images/s', align: 'right' },
      { title: 'peak memory', align: 'right' },
      { title: 'ratio (lowest-highest)', align: 'right' },
      { title: 'to ort cpu', align: 'right' },
    ],
    rows.map(printRow),
  )
  return [
    `${machine}; ${threads} threads; ONNX Runtime ${first?.versions.engine ?? '?'}, ${other}`,
    `Medians over ${rounds} rounds in which both sides take turns; ratios are taken within a round.`,
    'Peak memory: the largest resident set of the process that ran the row.',
    '',
    table,
  ].join('\n')
}

function printRow(row: BenchRow): readonly string[] {
  const entry = toEntry(row)
  const { ratio } = row.measurement
  return [
    row.name,
    row.mode,
    `${row.engine} ${row.device}`,
    printSpeed(entry.imagesPerSecond),
    entry.msPerStep.toFixed(2),
    printMemory(entry.peakMemoryBytes),
    entry.pytorchImagesPerSecond === null ? '-' : printSpeed(entry.pytorchImagesPerSecond),
    printMemory(entry.pytorchPeakMemoryBytes),
    ratio ? `${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)}-${ratio.high.toFixed(2)})` : '-',
    row.cpuRatio === null ? '-' : row.cpuRatio.toPrecision(3),
  ]
}

/** Whole images, or three digits where there are few. */
function printSpeed(imagesPerSecond: number): string {
  return imagesPerSecond < 100 ? imagesPerSecond.toPrecision(3) : imagesPerSecond.toFixed(0)
}

function printMemory(bytes: number | null): string {
  return bytes === null ? '-' : printBytes(bytes)
}

/** How many entries of a profile by shape are worth reading. */
const shapesShown = 25

/** Where the time of a step goes: by operator, then the slowest operators with their input shapes. */
export function printProfile(name: string, summary: ProfileSummary): string {
  const columns = [
    { title: 'operator' },
    { title: 'ms/step', align: 'right' },
    { title: 'share', align: 'right' },
    { title: 'nodes', align: 'right' },
  ] as const
  const cells = (entry: ProfileSummary['byOperator'][number]) => [
    entry.operator,
    entry.msPerRun.toFixed(3),
    percent(entry.share),
    entry.calls.toFixed(0),
  ]
  const outside = ['(outside)', summary.msOutside.toFixed(3), percent(summary.msOutside / summary.msPerRun), '']
  return [
    `${name}: ${summary.msPerRun.toFixed(3)} ms per step over ${summary.runs} steps, profiling on`,
    '',
    printTable(columns, [...summary.byOperator.map(cells), outside]),
    '',
    printTable(
      [...columns, { title: 'inputs' }],
      summary.byShape.slice(0, shapesShown).map((entry) => [...cells(entry), shorten(entry.inputs)]),
    ),
  ].join('\n')
}

/** A Concat or a Split can have hundreds of inputs. */
function shorten(inputs: string): string {
  return inputs.length > 80 ? `${inputs.slice(0, 77)}...` : inputs
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`
}
