// Errors of layers that name the node, and the checks of rank that many layers share; not the codes (graph/errors.ts).
import { internalError, NetloomError, type ErrorCode, type ErrorDetails } from '../../graph/errors'
import { printShape, type Shape } from '../../graph/shape'
import type { FeatureMap } from '../../shapes/window'
import type { InputPorts, LayerContext } from '../define'

/** What a message needs to know of a node. */
export type Located = Pick<LayerContext<unknown>, 'nodeId' | 'inputs' | 'inputNames'>

/** The one input of most layers. */
export const oneInput = { kind: 'fixed', names: ['in'] } as const satisfies InputPorts
export const oneOutput = ['out'] as const

/** An error that begins with who: `Conv2D "conv1": ...`. */
export function layerError(
  title: string,
  context: Located,
  code: ErrorCode,
  text: string,
  details: Omit<ErrorDetails, 'nodeId'> = {},
): NetloomError {
  return new NetloomError(code, `${title} "${context.nodeId}": ${text}`, { nodeId: context.nodeId, ...details })
}

/** The shape of input `index`. @throws internal where the graph check let a node through without it */
export function inputShape(context: Located, index = 0): Shape {
  const shape = context.inputs[index]
  if (!shape) throw internalError(`"${context.nodeId}" has no input ${index}`)
  return shape
}

/** Where an input comes from, for messages: `(from "conv4", [N, 64, 2, 2])`. */
export function printSource(context: Located, index = 0): string {
  return `(from "${context.inputNames[index] ?? '?'}", ${printShape(inputShape(context, index))})`
}

/**
 * The extents of an input that must be a feature map [C, H, W].
 * @throws NetloomError `layer.rank` for a vector
 */
export function requireFeatureMap(title: string, context: Located, index = 0): FeatureMap {
  const [channels, height, width, ...rest] = inputShape(context, index)
  if (channels === undefined || height === undefined || width === undefined || rest.length > 0) {
    throw layerError(
      title,
      context,
      'layer.rank',
      `takes a feature map [N, C, H, W], not a vector ${printSource(context, index)}.`,
      {
        expected: 'rank 3',
        received: inputShape(context, index),
        hint: 'Place it before the flatten layer, or insert a reshape layer.',
      },
    )
  }
  return { channels, height, width }
}

/**
 * The number of features of an input that must be a vector [F].
 * @throws NetloomError `layer.rank` for a feature map
 */
export function requireVector(title: string, context: Located, index = 0): number {
  const [features, ...rest] = inputShape(context, index)
  if (features === undefined || rest.length > 0) {
    throw layerError(
      title,
      context,
      'layer.rank',
      `takes a vector [N, F], not a feature map ${printSource(context, index)}.`,
      { expected: 'rank 1', received: inputShape(context, index), hint: 'Insert a flatten layer before it.' },
    )
  }
  return features
}

/** The only output shape of an inferred node. */
export function outputShape(context: { readonly nodeId: string; readonly outputs: readonly Shape[] }): Shape {
  const shape = context.outputs[0]
  if (!shape) throw internalError(`"${context.nodeId}" has no output`)
  return shape
}
