// The receptive field of a layer, step by step from the layers before it, with names and numbers.
import type { LayerAnalysis, PerAxis } from '../analyze'
import type { InferredLayer } from '../inferDocument'
import type { ArithmeticLine } from '../../shapes/arithmeticLine'
import { minus, named, over, plus, times, type Expression } from '../../shapes/expression'
import { mergeReceptiveFields, type ReceptiveField } from '../../shapes/receptiveField'
import type { Pair } from '../../shapes/window'

function toPair(value: PerAxis): Pair {
  return typeof value === 'number' ? [value, value] : value
}

/** The receptive field of an analysed layer; null where single positions no longer exist. */
export function fieldOf(layer: Pick<LayerAnalysis, 'receptiveField'> | undefined): ReceptiveField | null {
  const field = layer?.receptiveField
  return field ? { size: toPair(field.size), jump: toPair(field.jump), start: toPair(field.start) } : null
}

function bothAxes<T>(make: (axis: 0 | 1) => T): readonly [T, T] {
  return [make(0), make(1)]
}

/** The field at both axes, as a size that nothing is worked out for. */
function sizeOf(size: Pair, notes: readonly string[]): ArithmeticLine[] {
  const values = bothAxes((axis) => plus(size[axis]))
  return [
    { subject: 'field', title: 'Receptive field', states: { kind: 'pair', values, unit: 'px', isSize: true }, notes },
  ]
}

/** Lines of one window over the field before it. */
function explainWidening(
  before: ReceptiveField,
  window: { readonly kernel: Pair; readonly stride: Pair; readonly dilation: Pair; readonly padBegin: Pair },
): ArithmeticLine[] {
  const { kernel, stride, dilation, padBegin } = window
  const isDilated = dilation.some((step) => step !== 1)
  const jump = (axis: 0 | 1) => named('j_before', before.jump[axis])
  const reach = (axis: 0 | 1): readonly Expression[] => [
    minus(named('F', kernel[axis]), 1),
    ...(isDilated ? [named('D', dilation[axis])] : []),
  ]
  const size = bothAxes((axis) => plus(named('r_before', before.size[axis]), times(...reach(axis), jump(axis))))
  const jumps = bothAxes((axis) => times(jump(axis), named('S', stride[axis])))
  const start = bothAxes((axis) =>
    plus(
      named('s_before', before.start[axis]),
      times(minus(over(times(...reach(axis)), 2), named('P', padBegin[axis])), jump(axis)),
    ),
  )
  return [
    {
      subject: 'field',
      title: 'Receptive field',
      states: { kind: 'pair', symbol: 'r', values: size, unit: 'px', isSize: true },
    },
    {
      subject: 'field',
      title: 'Jump',
      states: { kind: 'pair', symbol: 'j', values: jumps, unit: 'px' },
      notes: ['pixels of the image between two neighbouring values'],
    },
    {
      subject: 'field',
      title: 'First centre',
      states: { kind: 'pair', symbol: 's', values: start, unit: 'px' },
      notes: ['where the centre of the first value lies, from the top left corner of the image'],
    },
  ]
}

/** How a layer's field follows from those of its sources; `fields` by id of the primitive layers. */
export function explainField(layer: InferredLayer, fields: (id: string) => ReceptiveField | null): ArithmeticLine[] {
  const after = fields(layer.node.id)
  if (!after) {
    const notes = ['Single positions no longer exist: each value can depend on the whole image.']
    return [{ subject: 'field', title: 'Receptive field', states: { kind: 'rule', rule: 'the whole image' }, notes }]
  }
  const { inputs, inputNames, params, node, definition } = layer
  if (inputs.length === 0) return sizeOf([1, 1], ['each pixel sees itself'])
  const before = mergeReceptiveFields(inputNames.map(fields))
  const window = definition.receptiveWindow?.({ nodeId: node.id, params, inputs, inputNames })
  if (before && window && typeof window === 'object') return explainWidening(before, window)
  const notes =
    inputNames.length > 1
      ? ['the largest of its branches: the others lie inside it']
      : ['value by value: it does not grow here']
  return sizeOf(after.size, notes)
}
