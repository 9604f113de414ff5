// The analysis table as data: its columns, its order and its text as CSV; not how it is drawn (AnalysisTable.tsx).
import { printBytes, printCount } from '../../../../shared/graph/printNumbers'
import type { Analysis, LayerAnalysis, PerAxis } from '../../../../shared/network/analyze'
import { countElements } from '../../../../shared/graph/shape'
import { findDefinition } from '../../../../shared/layers/index'
import { printShape, printPerAxis } from '../../../kernel/print/printFacts'

/** What the table lists: the nodes of the document, blocks as one row each, or all layers below the blocks that hold them. */
export type AnalysisView = 'blocks' | 'layers'

/** A row of the table. */
export interface AnalysisRow extends LayerAnalysis {
  /** The kind of node as people read it; left out: by its type. */
  readonly title?: string
  /** A block above its layers: their sum, which does not count towards the totals again. */
  readonly isGroup?: boolean
  /** A layer inside the block above it. */
  readonly isInside?: boolean
}

/** One column: what it shows, what it sorts by, what it writes to a file. */
export interface AnalysisColumn {
  readonly key: string
  readonly title: string
  /** What the heading explains. */
  readonly help: string
  readonly isNumber: boolean
  /** Shapes and names are set in the code font. */
  readonly isCode?: boolean
  print(layer: AnalysisRow): string
  sortBy(layer: AnalysisRow): number | string
  total?(analysis: Analysis): string
  /** Left out: `sortBy`. */
  csv?(layer: AnalysisRow): number | string
}

function largest(value: PerAxis | undefined): number {
  return value === undefined ? -1 : typeof value === 'number' ? value : Math.max(...value)
}

function fieldColumn(part: 'size' | 'jump' | 'start', title: string, help: string): AnalysisColumn {
  const print = ({ receptiveField }: AnalysisRow): string => (receptiveField ? printPerAxis(receptiveField[part]) : '')
  return {
    key: part,
    title,
    help,
    isNumber: true,
    print,
    sortBy: ({ receptiveField }) => largest(receptiveField?.[part]),
    csv: (layer) => print(layer).replace('×', 'x'),
  }
}

function countColumn(
  key: 'trainableParameters' | 'frozenParameters',
  title: string,
  help: string,
  total: (analysis: Analysis) => number,
): AnalysisColumn {
  return {
    key,
    title,
    help,
    isNumber: true,
    print: (layer) => printCount(layer[key]),
    sortBy: (layer) => layer[key],
    total: (analysis) => printCount(total(analysis)),
  }
}

function titleOf({ type, title }: AnalysisRow): string {
  return title ?? findDefinition(type)?.title ?? type
}

/** The columns from left to right. */
export const analysisColumns: readonly AnalysisColumn[] = [
  {
    key: 'id',
    title: 'Layer',
    help: 'The name of the layer',
    isNumber: false,
    isCode: true,
    print: ({ id }) => id,
    sortBy: ({ id }) => id,
    total: ({ layers }) => `${printCount(layers.length)} ${layers.length === 1 ? 'layer' : 'layers'}`,
  },
  {
    key: 'type',
    title: 'Type',
    help: 'The kind of layer',
    isNumber: false,
    print: titleOf,
    sortBy: titleOf,
  },
  {
    key: 'output',
    title: 'Output',
    help: 'Output shape of one image: channels, height, width',
    isNumber: true,
    isCode: true,
    print: ({ output }) => printShape(output),
    sortBy: ({ output }) => countElements(output),
    csv: ({ output }) => output.join('x'),
  },
  countColumn(
    'trainableParameters',
    'Trainable',
    'Parameters that training changes',
    ({ parameters }) => parameters.trainable,
  ),
  countColumn('frozenParameters', 'Frozen', 'Parameters that training keeps', ({ parameters }) => parameters.frozen),
  {
    key: 'macs',
    title: 'MACs',
    help: 'Multiply-accumulates of convolutions and dense layers, for one image',
    isNumber: true,
    print: ({ macs }) => printCount(macs),
    sortBy: ({ macs }) => macs,
    total: ({ macs }) => printCount(macs),
  },
  {
    key: 'flops',
    title: 'FLOPs',
    help: 'Floating-point operations, two per multiply-accumulate',
    isNumber: true,
    print: ({ macs }) => printCount(2 * macs),
    sortBy: ({ macs }) => 2 * macs,
    total: ({ flops }) => printCount(flops),
  },
  {
    key: 'activationBytes',
    title: 'Memory',
    help: 'Memory of the outputs of one image as float32',
    isNumber: true,
    print: ({ activationBytes }) => printBytes(activationBytes),
    sortBy: ({ activationBytes }) => activationBytes,
    total: ({ activationBytes }) => printBytes(activationBytes),
  },
  fieldColumn('size', 'Field', 'Receptive field: pixels of the input that one output value sees'),
  fieldColumn('jump', 'Jump', 'Pixels of the input between two neighbouring output values'),
  fieldColumn('start', 'Start', 'Where the centre of the first output value lies on the input, in pixels'),
]

/** Pixels of one digit at the table's size, and of what stands beside the text. */
const digitWidth = 7.3
const cellPadding = 18
const longestName = 28

/** The columns of a grid that is as wide as its longest texts; the name takes what is left. */
export function measureColumns(analysis: Analysis, rows: readonly AnalysisRow[] = analysis.layers): string {
  return analysisColumns
    .map((column) => {
      // A sum is no shorter than its parts, but for a unit that changes: `1020 KiB`.
      const sum = column.isNumber ? column.total?.(analysis) : undefined
      const texts = sum === undefined ? rows.map((layer) => column.print(layer)) : [sum, '1020 KiB']
      const longest = texts.reduce((length, text) => Math.max(length, text.length), column.title.length + 2)
      const width = Math.ceil(digitWidth * Math.min(longest, longestName) + cellPadding)
      return column.key === 'id' ? `minmax(${width}px, 1fr)` : `${width}px`
    })
    .join(' ')
}

/** What the table is sorted by; null: as the network is computed. */
export interface SortOrder {
  readonly key: string
  readonly isDescending: boolean
}

/** The order after a click on a heading: numbers begin with the largest; the third click gives the network's own order. */
export function nextOrder(present: SortOrder | null, { key, isNumber }: AnalysisColumn): SortOrder | null {
  if (present?.key !== key) return { key, isDescending: isNumber }
  return present.isDescending === isNumber ? { key, isDescending: !isNumber } : null
}

/** The rows in an order, then without those of groups; equal ones stay as the network is computed. */
export function sortLayers(layers: readonly AnalysisRow[], order: SortOrder | null): readonly AnalysisRow[] {
  const column = analysisColumns.find(({ key }) => key === order?.key)
  if (!order || !column) return layers
  const single = layers.filter(({ isGroup }) => !isGroup)
  const sign = order.isDescending ? -1 : 1
  const compare = (a: number | string, b: number | string): number =>
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : String(a).localeCompare(String(b), 'en', { numeric: true, sensitivity: 'base' })
  return single.sort((a, b) => sign * compare(column.sortBy(a), column.sortBy(b)))
}

const csvNames: Readonly<Record<string, string>> = {
  id: 'layer',
  type: 'type',
  output: 'output',
  trainableParameters: 'trainable_parameters',
  frozenParameters: 'frozen_parameters',
  macs: 'macs',
  flops: 'flops',
  activationBytes: 'activation_bytes',
  size: 'receptive_field',
  jump: 'receptive_field_jump',
  start: 'receptive_field_start',
}

function quote(value: number | string): string {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The table as CSV with exact numbers, a heading and a line of totals; sums of groups are left out, as paths name them. */
export function printAnalysisCsv(analysis: Analysis, layers: readonly AnalysisRow[]): string {
  const { parameters, macs, flops, activationBytes } = analysis
  const totals = ['total', '', '', parameters.trainable, parameters.frozen, macs, flops, activationBytes, '', '', '']
  const lines = [
    analysisColumns.map(({ key }) => csvNames[key] ?? key),
    ...layers
      .filter(({ isGroup }) => !isGroup)
      .map((layer) => analysisColumns.map((column) => column.csv?.(layer) ?? column.sortBy(layer))),
    totals,
  ]
  return `${lines.map((cells) => cells.map(quote).join(',')).join('\n')}\n`
}
