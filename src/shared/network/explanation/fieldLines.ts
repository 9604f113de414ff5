// The receptive field of a layer, step by step from the layers before it, with names and numbers.
import { printDecimal } from '../../graph/printNumbers'
import type { LayerAnalysis, PerAxis } from '../analyze'
import type { InferredLayer } from '../inferDocument'
import { mergeReceptiveFields, type ReceptiveField } from '../../shapes/receptiveField'
import type { Pair } from '../../shapes/window'
import { typeset, type ArithmeticLine } from './arithmeticLine'

function toPair(value: PerAxis): Pair {
  return typeof value === 'number' ? [value, value] : value
}

/** The receptive field of an analysed layer; null where single positions no longer exist. */
export function fieldOf(layer: Pick<LayerAnalysis, 'receptiveField'> | undefined): ReceptiveField | null {
  const field = layer?.receptiveField
  return field ? { size: toPair(field.size), jump: toPair(field.jump), start: toPair(field.start) } : null
}

function perAxis(print: (axis: 0 | 1) => string): string {
  const [height, width] = [print(0), print(1)]
  return height === width ? height : `${height} × ${width}`
}

function printSides(pair: Pair): string {
  return pair.map(printDecimal).join('×')
}

/** Lines of one window over the field before it. */
function explainWidening(
  before: ReceptiveField,
  after: ReceptiveField,
  window: { readonly kernel: Pair; readonly stride: Pair; readonly dilation: Pair; readonly padBegin: Pair },
): ArithmeticLine[] {
  const { kernel, stride, dilation, padBegin } = window
  const isDilated = dilation.some((step) => step !== 1)
  const reach = (axis: 0 | 1): string =>
    isDilated ? `(${kernel[axis]} - 1)*${dilation[axis]}` : `(${kernel[axis]} - 1)`
  return [
    {
      subject: 'field',
      title: 'Receptive field',
      formula: isDilated ? 'r = r_before + (F − 1)·D·j_before' : 'r = r_before + (F − 1)·j_before',
      numbers: typeset(
        perAxis((axis) => `${printDecimal(before.size[axis])} + ${reach(axis)}*${printDecimal(before.jump[axis])}`),
      ),
      result: `${printSides(after.size)} px`,
    },
    {
      subject: 'field',
      title: 'Jump',
      formula: 'j = j_before·S',
      numbers: typeset(perAxis((axis) => `${printDecimal(before.jump[axis])}*${printDecimal(stride[axis])}`)),
      result: `${perAxis((axis) => printDecimal(after.jump[axis]))} px`,
      notes: ['pixels of the image between two neighbouring values'],
    },
    {
      subject: 'field',
      title: 'First centre',
      formula: `s = s_before + ((F − 1)${isDilated ? '·D' : ''}/2 − P)·j_before`,
      numbers: typeset(
        perAxis(
          (axis) =>
            `${printDecimal(before.start[axis])} + (${reach(axis)}/2 - ${printDecimal(padBegin[axis])})*${printDecimal(before.jump[axis])}`,
        ),
      ),
      result: `${perAxis((axis) => printDecimal(after.start[axis]))} px`,
      notes: ['where the centre of the first value lies, from the top left corner of the image'],
    },
  ]
}

/** How a layer's field follows from those of its sources; `fields` by id of the primitive layers. */
export function explainField(layer: InferredLayer, fields: (id: string) => ReceptiveField | null): ArithmeticLine[] {
  const after = fields(layer.node.id)
  if (!after) {
    const notes = ['Single positions no longer exist: each value can depend on the whole image.']
    return [{ subject: 'field', title: 'Receptive field', result: 'the whole image', notes }]
  }
  const { inputs, inputNames, params, node, definition } = layer
  if (inputs.length === 0)
    return [{ subject: 'field', title: 'Receptive field', result: '1×1 px', notes: ['each pixel sees itself'] }]
  const before = mergeReceptiveFields(inputNames.map(fields))
  const window = definition.receptiveWindow?.({ nodeId: node.id, params, inputs, inputNames })
  if (before && window && typeof window === 'object') return explainWidening(before, after, window)
  const notes =
    inputNames.length > 1
      ? ['the largest of its branches: the others lie inside it']
      : ['value by value: it does not grow here']
  return [{ subject: 'field', title: 'Receptive field', result: `${printSides(after.size)} px`, notes }]
}
