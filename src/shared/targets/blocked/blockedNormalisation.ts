// BatchNormalization with given statistics on blocked values: a per-channel affine map, alone or with what follows it.
import type { OnnxNode } from '../../onnx/model'
import { floatAttribute, type Expansion, type Layout } from '../channelLayout'
import { addAffine } from './affine'

/**
 * y = factor * x + shift with factor = scale / sqrt(variance + epsilon), shift = bias - mean * factor. A ReLU that alone
 * reads y is done in the same pass; so is the Add of another blocked value.
 */
export const batchNormalization: Expansion = (node, layout) => {
  const [x = ''] = node.inputs
  const [y = ''] = node.outputs
  if (!layout.isBlocked(x) || node.outputs.length > 1) return false
  const reader = layout.soleReader(y)
  if (reader && isReadyAdd(reader, y, layout)) {
    layout.defer(y, node)
    return true
  }
  const rectified = reader?.opType === 'Relu' ? reader : undefined
  const output = rectified?.outputs[0] ?? y
  if (rectified) layout.markWritten(rectified)
  layout.setBlocked(
    output,
    addNormalization(node, layout, { activation: rectified ? 'Relu' : undefined, name: output }),
  )
  return true
}

/** Adds the affine pass of a BatchNormalization node. */
export function addNormalization(
  node: OnnxNode,
  layout: Layout,
  extras: { readonly sum?: string; readonly activation?: 'Relu'; readonly name: string },
): string {
  const { target } = layout
  const [x = '', scale = '', bias = '', mean = '', variance = ''] = node.inputs
  const epsilon = target.scalar(floatAttribute(node, 'epsilon', 1e-5))
  const deviation = target.add('Sqrt', [target.add('Add', [layout.plain(variance), epsilon])])
  const factor = target.add('Div', [layout.plain(scale), deviation])
  const shift = target.add('Sub', [layout.plain(bias), target.add('Mul', [layout.plain(mean), factor])])
  return addAffine(layout, x, factor, { shift, ...extras, name: `${extras.name}/blocked` })
}

/** Whether `reader` adds y to something else of its shape, so that the sum can be part of the affine pass. */
function isReadyAdd(reader: OnnxNode, y: string, layout: Layout): boolean {
  const [a = '', b = ''] = reader.inputs
  const other = a === y ? b : a
  return (
    reader.opType === 'Add' &&
    layout.deferred(other) === undefined &&
    a !== b &&
    layout.canBlock(other) &&
    layout.shapeOf(other).join() === layout.shapeOf(y).join()
  )
}
