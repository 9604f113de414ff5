// Parameters, multiplications and memory of a layer or block, with names and numbers; the sums are those of the analysis.
import { printBytes, printCount } from '../../graph/printNumbers'
import { z } from 'zod'
import type { InferredNode } from '../inferDocument'
import type { LayerAnalysis } from '../analyze'
import { countElements, type Shape } from '../../graph/shape'
import type { ArithmeticLine } from './arithmeticLine'

/** Terms of a sum that are written out; the rest is counted. */
const longestSum = 6

interface Term {
  readonly name: string
  readonly count: number
}

function printSum(terms: readonly Term[]): Pick<ArithmeticLine, 'formula' | 'numbers'> {
  const shown = terms.length > longestSum ? terms.slice(0, longestSum - 1) : terms
  const rest = terms.length - shown.length
  const more = rest === 0 ? '' : ` + ${rest} more`
  return {
    formula: `${shown.map(({ name }) => name).join(' + ')}${more}`,
    numbers: `${shown.map(({ count }) => printCount(count)).join(' + ')}${
      rest === 0 ? '' : ` + ${printCount(terms.slice(shown.length).reduce((sum, { count }) => sum + count, 0))}`
    }`,
  }
}

/** What a block holds, by the names that stand in it: a block inside it counts as one. */
function heldTerms(layer: InferredNode, rows: readonly LayerAnalysis[], cost: 'parameters' | 'macs'): readonly Term[] {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const [name = ''] = row.id.slice(layer.node.id.length + 1).split('/')
    if (row[cost] > 0) counts.set(name, (counts.get(name) ?? 0) + row[cost])
  }
  return Array.from(counts, ([name, count]) => ({ name, count }))
}

const convolutionTable = z.object({
  kernel: z.tuple([z.number(), z.number()]),
  bias: z.boolean(),
  groups: z.number().optional(),
})

interface ConvolutionNumbers {
  readonly kernel: readonly [number, number]
  readonly bias: boolean
  readonly groups: number
  readonly input: number
  readonly output: number
}

function convolutionOf(layer: InferredNode): ConvolutionNumbers | undefined {
  if (layer.definition.category !== 'convolution') return undefined
  const parsed = convolutionTable.safeParse(layer.params)
  if (!parsed.success) return undefined
  const input = layer.inputs[0]?.[0] ?? 0
  const output = layer.outputs[0]?.[0] ?? 0
  const isDepthwise = layer.definition.type === 'depthwiseConv2d'
  const { kernel, bias, groups = 1 } = parsed.data
  return { kernel, bias, groups: isDepthwise ? input : groups, input, output }
}

function explainConvolution(
  { kernel, bias, groups, input, output }: ConvolutionNumbers,
  count: number,
): ArithmeticLine {
  const depth = groups === 1 ? 'C_in' : 'C_in/G'
  const numbers = `${kernel[0]}·${kernel[1]}·${groups === 1 ? input : `${input}/${groups}`}`
  const perFilter = count / output
  return {
    subject: 'parameters',
    title: 'Parameters',
    formula: bias ? `(F_h·F_w·${depth} + 1)·C_out` : `F_h·F_w·${depth}·C_out`,
    numbers: bias ? `(${numbers} + 1)·${output}` : `${numbers}·${output}`,
    result: printCount(count),
    notes: [
      ...(Number.isInteger(perFilter)
        ? [`${printCount(perFilter)} per filter${bias ? ', its bias included' : ''}`]
        : []),
      ...(bias ? [`${printCount(count - output)} weights and ${printCount(output)} biases`] : []),
    ],
  }
}

/** Values that training fits. */
export function explainParameters(
  layer: InferredNode,
  counts: LayerAnalysis,
  held: readonly LayerAnalysis[],
): ArithmeticLine {
  const base = { subject: 'parameters', title: 'Parameters', result: printCount(counts.parameters) } as const
  const statistics =
    counts.statistics > 0
      ? [`${printCount(counts.statistics)} running statistics do not count: no gradient changes them`]
      : []
  if (layer.inside) return { ...base, ...printSum(heldTerms(layer, held, 'parameters')), notes: statistics }
  const trainable = layer.weights.filter((weight) => weight.trainable)
  if (trainable.length === 0) return { ...base, notes: ['There is nothing to learn here.', ...statistics] }
  const convolution = convolutionOf(layer)
  if (convolution) return explainConvolution(convolution, counts.parameters)
  if (layer.definition.type === 'dense') {
    const [features = 0] = layer.inputs[0] ?? []
    const [units = 0] = layer.outputs[0] ?? []
    const hasBias = trainable.length > 1
    return {
      ...base,
      formula: hasBias ? '(F_in + 1)·F_out' : 'F_in·F_out',
      numbers: hasBias
        ? `(${printCount(features)} + 1)·${printCount(units)}`
        : `${printCount(features)}·${printCount(units)}`,
      notes: hasBias ? [`${printCount(features * units)} weights and ${printCount(units)} biases`] : [],
    }
  }
  const terms = trainable.map(({ name, shape }) => ({ name, count: countElements(shape) }))
  return { ...base, ...printSum(terms), notes: statistics }
}

/** Multiply-accumulates for one image. */
export function explainMultiplications(
  layer: InferredNode,
  counts: LayerAnalysis,
  held: readonly LayerAnalysis[],
): ArithmeticLine {
  const base = { subject: 'multiplications', title: 'Multiplications', result: printCount(counts.macs) } as const
  if (counts.macs === 0)
    return { ...base, notes: ['Only convolutions and dense layers are counted, as in the published tables.'] }
  const notes = [`for one image; ${printCount(2 * counts.macs)} FLOPs, two per multiply-accumulate`]
  if (layer.inside) return { ...base, ...printSum(heldTerms(layer, held, 'macs')), notes }
  const convolution = convolutionOf(layer)
  if (convolution) {
    const { kernel, groups, input, output } = convolution
    const isTransposed = layer.definition.type === 'convTranspose2d'
    const [, height = 0, width = 0] = (isTransposed ? layer.inputs[0] : layer.outputs[0]) ?? []
    const [from, to, many, few] = isTransposed ? ['C_in', 'C_out', input, output] : ['C_out', 'C_in', output, input]
    const side = isTransposed ? 'in' : 'out'
    const divided = groups === 1 ? ['', ''] : ['/G', `/${groups}`]
    return {
      ...base,
      formula: `${from}·F_h·F_w·${to}${divided[0]}·H_${side}·W_${side}`,
      numbers: `${many}·${kernel[0]}·${kernel[1]}·${few}${divided[1]}·${height}·${width}`,
      notes,
    }
  }
  if (layer.definition.type !== 'dense') return { ...base, notes }
  const [features = 0] = layer.inputs[0] ?? []
  const [units = 0] = layer.outputs[0] ?? []
  return { ...base, formula: 'F_in·F_out', numbers: `${printCount(features)}·${printCount(units)}`, notes }
}

/** `4,096 bytes = 4 KiB`; small numbers alone. */
function printMemory(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${printCount(bytes)} bytes = ${printBytes(bytes)}`
}

function printProduct(shape: Shape): string {
  return shape.length === 0 ? '1' : shape.map(printCount).join('·')
}

/** Bytes that the output of one image takes as float32. */
export function explainMemory(layer: InferredNode, counts: LayerAnalysis): ArithmeticLine {
  const weights = 4 * (counts.parameters + counts.statistics)
  const notes = [
    'the output of one image as float32; training keeps it for the backward pass',
    ...(weights > 0 ? [`and ${printMemory(weights)} for its weights`] : []),
  ]
  const base = { subject: 'memory', title: 'Memory', result: printMemory(counts.activationBytes), notes } as const
  if (layer.inside) return { ...base, notes: ['all feature maps inside the block, for one image', ...notes.slice(1)] }
  const [first, ...rest] = layer.outputs
  const isMap = first?.length === 3
  const shapes = [...(first ? [first] : []), ...rest].map(printProduct)
  const sum = shapes.length === 1 ? (shapes[0] ?? '') : `(${shapes.join(' + ')})`
  return { ...base, formula: isMap && rest.length === 0 ? 'C·H·W·4 bytes' : 'values·4 bytes', numbers: `${sum}·4` }
}
