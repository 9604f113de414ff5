// What maximum and average pooling share: parameters, shapes, arithmetic and explicit padding; not their operators.
import { z } from 'zod'
import type { AttributeInput } from '../../onnx/builder'
import type { ArithmeticLine } from '../../shapes/arithmeticLine'
import { named } from '../../shapes/expression'
import { countPadEnd, type Pair, type PlacedWindow, type Rounding, type Sides } from '../../shapes/window'
import { explainWindowSize } from '../../shapes/windowLines'
import type { InferResult, LayerContext } from '../define'
import { layerError, type Located } from './located'
import { kernelParameterOr, paddingParameter, strideParameter } from './parameters'
import { placeWindow, summariseWindow, warnDropped } from './windows'

/** The parameters of every pooling layer. */
export const poolingParameters = {
  kernel: kernelParameterOr([2, 2]),
  stride: strideParameter([2, 2]),
  padding: paddingParameter(),
  ceilMode: z.boolean().default(false).meta({
    title: 'Round up',
    help: 'The last window may reach past the input, so that no row or column is dropped.',
  }),
}

const poolingTable = z.object(poolingParameters)
export type PoolingParams = z.output<typeof poolingTable>

const undilated: Pair = [1, 1]

function roundingOf(params: PoolingParams): Rounding {
  return params.ceilMode ? 'ceil' : 'floor'
}

/**
 * Places a pooling window.
 * @throws NetloomError `layer.rank`; `layer.window` where it does not fit, or where a window would lie in padding only
 */
export function placePooling(title: string, context: Located, params: PoolingParams): PlacedWindow {
  const placed = placeWindow(title, context, { ...params, dilation: undilated }, roundingOf(params))
  const [top, left, bottom, right] = placed.pads
  const [height, width] = params.kernel
  const largest: Pair = [Math.max(top, bottom), Math.max(left, right)]
  if (largest[0] >= height || largest[1] >= width) {
    throw layerError(
      title,
      context,
      'layer.window',
      `padding ${placed.pads.join(', ')} is as large as the window ${height}x${width}: a window would hold padding only.`,
      { expected: [height - 1, width - 1], received: largest, hint: 'Use padding smaller than the window.' },
    )
  }
  return placed
}

export function inferPooling(title: string, context: LayerContext<PoolingParams>): InferResult {
  const { params, nodeId } = context
  const { input, axes, extents } = placePooling(title, context, params)
  return {
    outputs: [[input.channels, ...extents]],
    warnings: params.ceilMode ? [] : warnDropped(title, nodeId, axes),
  }
}

/** Extents, and channels that stay as they are. */
export function explainPooling(title: string, context: LayerContext<PoolingParams>): readonly ArithmeticLine[] {
  const { axes, rounding, input } = placePooling(title, context, context.params)
  const value = named('C_in', input.channels)
  return [
    ...explainWindowSize(axes, rounding),
    { subject: 'output', title: 'Channels', states: { kind: 'number', symbol: 'C_out', value } },
  ]
}

export function summarisePooling(params: PoolingParams): string {
  return summariseWindow({ ...params, dilation: undilated })
}

/**
 * Attributes with which floor rounding gives the inferred shape. Engines disagree on ceil_mode in corner cases, so the
 * rows and columns that ceil mode reaches past the input are written as padding at the end instead.
 * @param pads the padding that the layer states
 */
export function poolingAttributes(
  placed: PlacedWindow,
  params: PoolingParams,
): { readonly attributes: Record<string, AttributeInput>; readonly pads: Sides; readonly reachesPast: boolean } {
  const [top, left, bottom, right] = placed.pads
  const pads: Sides = [
    top,
    left,
    params.ceilMode ? countPadEnd(placed.axes[0], placed.extents[0]) : bottom,
    params.ceilMode ? countPadEnd(placed.axes[1], placed.extents[1]) : right,
  ]
  return {
    attributes: { kernel_shape: [...params.kernel], strides: [...params.stride], pads: [...pads] },
    pads,
    reachesPast: pads[2] > bottom || pads[3] > right,
  }
}
