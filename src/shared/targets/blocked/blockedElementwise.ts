// Element by element operators: they work on blocked values as they are, as long as all operands have the same layout.
import { fourAxes, type Expansion, type Layout } from '../channelLayout'
import { addAffine } from './affine'
import { addNormalization } from './blockedNormalisation'

/** One operand: follows the layout of its input. */
export const unary: Expansion = (node, layout) => {
  const [input = ''] = node.inputs
  const [output = ''] = node.outputs
  if (!layout.isBlocked(input)) return false
  const name = layout.target.unique(`${output}/blocked`)
  layout.target.append({ ...node, name, inputs: [layout.blocked(input)], outputs: [name] })
  layout.setBlocked(output, name)
  return true
}

/** Two operands of one shape, at least one of them blocked; or one blocked and one scalar. */
export const binary: Expansion = (node, layout) => {
  const [a = '', b = ''] = node.inputs
  const [output = ''] = node.outputs
  if (!layout.isBlocked(a) && !layout.isBlocked(b)) return false
  // A channel of zeros divided by one of zeros is not a number.
  if (node.opType === 'Div' && layout.blockedChannels(b) !== layout.shapeOf(b)[1]) return false
  const operands = sameLayout(layout, a, b)
  if (operands === undefined) return false
  const name = layout.target.unique(`${output}/blocked`)
  layout.target.append({ ...node, name, inputs: operands, outputs: [name] })
  layout.setBlocked(output, name)
  return true
}

function sameLayout(layout: Layout, a: string, b: string): readonly string[] | undefined {
  const isScalar = (value: string) => layout.shapeOf(value).every((extent) => extent === 1)
  if (layout.shapeOf(a).join() === layout.shapeOf(b).join()) return [layout.blocked(a), layout.blocked(b)]
  if (layout.isBlocked(a) && isScalar(b)) return [layout.blocked(a), layout.plain(b)]
  if (layout.isBlocked(b) && isScalar(a)) return [layout.plain(a), layout.blocked(b)]
  return undefined
}

/** Add of a batch norm that waits for it: one affine pass that adds the other value, and a ReLU that alone reads the sum. */
export const addToNormalization: Expansion = (node, layout) => {
  const [a = '', b = ''] = node.inputs
  const [sum = ''] = node.outputs
  const waiting = [a, b].find((value) => layout.deferred(value) !== undefined)
  const normalization = waiting === undefined ? undefined : layout.deferred(waiting)
  if (waiting === undefined || normalization === undefined) return false
  const other = layout.blocked(waiting === a ? b : a)
  const reader = layout.soleReader(sum)
  const rectified = reader?.opType === 'Relu' ? reader : undefined
  const output = rectified?.outputs[0] ?? sum
  if (rectified) layout.markWritten(rectified)
  const activation = rectified ? 'Relu' : undefined
  layout.setBlocked(output, addNormalization(normalization, layout, { sum: other, activation, name: output }))
  return true
}

/** A blocked value plus, minus or times one number per channel, [C, 1, 1] or [1, C, 1, 1]: one affine pass. */
export const withChannels: Expansion = (node, layout) => {
  const [x = '', perChannel = ''] = node.inputs
  const [y = ''] = node.outputs
  if (!layout.isBlocked(x)) return false
  const [, channels] = fourAxes(layout.shapeOf(x))
  if (channels === 1 || ![`${channels},1,1`, `1,${channels},1,1`].includes(layout.shapeOf(perChannel).join()))
    return false
  const { target } = layout
  const vector = target.add('Reshape', [layout.plain(perChannel), target.ints([channels])])
  const ones = target.constant({ dataType: 'float32', dims: [channels], data: new Float32Array(channels).fill(1) })
  const name = `${y}/blocked`
  const written =
    node.opType === 'Mul'
      ? addAffine(layout, x, vector, { name })
      : addAffine(layout, x, ones, {
          shift: node.opType === 'Sub' ? target.add('Neg', [vector]) : vector,
          name,
        })
  layout.setBlocked(y, written)
  return true
}
