// Output sizes of layers with a sliding window, with names and numbers, and why a stride does not divide; not other layers (outputLines.ts).
import { printDecimal } from '../../graph/printNumbers'
import { z } from 'zod'
import { countDropped, countTravel, countWindows, type Rounding, type WindowAxis } from '../../shapes/window'
import { printDropped } from '../../shapes/printWindow'
import { dilationParameter, kernelParameter, paddingParameter, strideParameter } from '../../layers/parts/parameters'
import { placeWindow, type PlacedWindow } from '../../layers/parts/windows'
import type { InferredNode } from '../inferDocument'
import { typeset, type ArithmeticLine } from './arithmeticLine'

/** Layers that slide a window and take one value, sum or product from each position. */
const windowTypes: ReadonlySet<string> = new Set(['conv2d', 'depthwiseConv2d', 'maxPool2d', 'averagePool2d'])

const windowTable = z.object({
  kernel: kernelParameter(),
  stride: strideParameter(),
  dilation: dilationParameter(),
  padding: paddingParameter(),
  ceilMode: z.boolean().default(false),
})

export interface LayerWindow {
  readonly placed: PlacedWindow
  readonly rounding: Rounding
}

/** The window of a convolution or pooling on its input; undefined for layers without one. */
export function windowOf(layer: InferredNode): LayerWindow | undefined {
  if (!windowTypes.has(layer.definition.type)) return undefined
  const params = windowTable.parse(layer.params)
  const rounding = params.ceilMode ? 'ceil' : 'floor'
  const context = { nodeId: layer.node.id, inputs: layer.inputs, inputNames: layer.inputNames }
  return { placed: placeWindow(layer.definition.title, context, params, rounding), rounding }
}

function printFormula({ dilation, padBegin, padEnd }: WindowAxis, rounding: Rounding): string {
  const span = dilation === 1 ? 'F' : '(D·(F − 1) + 1)'
  const pads = padBegin === padEnd ? ' + 2·P' : ' + P_begin + P_end'
  const inner = `(N − ${span}${pads})/S`
  return rounding === 'floor' ? `⌊${inner}⌋ + 1` : `⌈${inner}⌉ + 1`
}

function printNumbers({ extent, kernel, stride, dilation, padBegin, padEnd }: WindowAxis, rounding: Rounding): string {
  const span = dilation === 1 ? `${kernel}` : `(${dilation}*(${kernel} - 1) + 1)`
  const pads = padBegin === padEnd ? ` + 2*${padBegin}` : ` + ${padBegin} + ${padEnd}`
  const inner = typeset(`(${extent} - ${span}${pads})/${stride}`)
  return rounding === 'floor' ? `⌊${inner}⌋ + 1` : `⌈${inner}⌉ + 1`
}

/** What the names stand for, for the line of notes. */
function printNames({ dilation, padBegin, padEnd }: WindowAxis): string {
  const pads = padBegin === padEnd ? 'P padding at each side' : 'P padding at begin and end'
  return `N input, F window, ${pads}, S stride${dilation === 1 ? '' : ', D dilation'}`
}

/** `(7 − 3)/3 + 1 = 2.33 is not whole: ...`, where it is not. */
function printDivision(axis: WindowAxis, rounding: Rounding): string[] {
  const travel = countTravel(axis)
  if (travel % axis.stride === 0) return []
  const exact = printDecimal(travel / axis.stride + 1)
  const count = countWindows(axis, rounding)
  const what = countDropped(axis) === 0 ? 'only padding is left over' : 'the rest of the input is not seen'
  return [
    rounding === 'floor'
      ? `${exact} is not whole and is rounded down to ${count}: ${what}.`
      : `${exact} is not whole and is rounded up to ${count}: the last window reaches past the input.`,
  ]
}

/** Height and width of the output: one line where both axes have the same numbers. */
export function explainWindowSize({ placed, rounding }: LayerWindow): ArithmeticLine[] {
  const { axes, extents } = placed
  const names = ['Height', 'Width']
  const dropped = rounding === 'floor' ? printDropped(axes) : []
  const lines = axes.map((axis, index): ArithmeticLine => ({
    subject: 'output',
    title: names[index] ?? '',
    formula: printFormula(axis, rounding),
    numbers: printNumbers(axis, rounding),
    result: String(extents[index] ?? 0),
    notes: [printNames(axis), ...printDivision(axis, rounding)],
    warnings: dropped.filter((text) => text.includes(index === 0 ? ' row' : ' column')).map(typeset),
  }))
  const [height, width] = lines
  if (!height || !width || height.numbers !== width.numbers) return lines
  return [{ ...height, title: 'Height and width', warnings: [...(height.warnings ?? []), ...(width.warnings ?? [])] }]
}
