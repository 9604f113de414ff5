// What convolutions and pooling layers share: their axes, their located errors and warnings, their receptive window.
import {
  countSpan,
  countWindows,
  resolvePadding,
  windowAxes,
  type Padding,
  type Pair,
  type PlacedWindow,
  type Rounding,
  type Sides,
  type WindowAxis,
} from '../../shapes/window'
import { printDropped, printPair, printWindow } from '../../shapes/printWindow'
import type { LayerWarning, ReceptiveWindow } from '../define'
import { layerError, printSource, requireFeatureMap, type Located } from './located'

export interface WindowParams {
  readonly kernel: Pair
  readonly stride: Pair
  readonly dilation: Pair
  readonly padding: Padding
}

/**
 * Places a window on the first input of a layer.
 * @throws NetloomError `layer.rank` for a vector, `layer.window` where the window is larger than the padded input
 */
export function placeWindow(
  title: string,
  context: Located,
  params: WindowParams,
  rounding: Rounding = 'floor',
): PlacedWindow {
  const input = requireFeatureMap(title, context)
  const size: Pair = [input.height, input.width]
  const pads = resolvePadding(params.padding, size, params.kernel, params.stride, params.dilation)
  const axes = windowAxes(size, { ...params, pads })
  const extents: Pair = [countWindows(axes[0], rounding), countWindows(axes[1], rounding)]
  if (extents[0] < 1 || extents[1] < 1) throw windowError(title, context, size, pads, axes)
  return { input, axes, pads, rounding, extents }
}

function windowError(
  title: string,
  context: Located,
  size: Pair,
  pads: Sides,
  axes: readonly [WindowAxis, WindowAxis],
) {
  const padded: Pair = [size[0] + pads[0] + pads[2], size[1] + pads[1] + pads[3]]
  const isPadded = pads.some((pad) => pad > 0)
  const input = isPadded
    ? `its padded input ${printPair(padded)} (${printPair(size)} with padding ${pads.join(', ')})`
    : `its input ${printPair(size)}`
  return layerError(
    title,
    context,
    'layer.window',
    `window ${printWindow(axes)} is larger than ${input} ${printSource(context)}.`,
    {
      expected: padded,
      received: axes.map(({ kernel, dilation }) => countSpan(kernel, dilation)),
      hint: isPadded ? 'Use a smaller window or more padding.' : 'Use a smaller window or padding "same".',
    },
  )
}

/** A warning for each axis along which the stride leaves rows or columns out. */
export function warnDropped(title: string, nodeId: string, axes: readonly [WindowAxis, WindowAxis]): LayerWarning[] {
  return printDropped(axes).map((text) => ({ code: 'layer.dropped', message: `${title} "${nodeId}": ${text}.` }))
}

/** How a placed window widens the receptive field. */
export function receptiveWindowOf(axes: readonly [WindowAxis, WindowAxis]): ReceptiveWindow {
  const perAxis = (key: 'kernel' | 'stride' | 'dilation' | 'padBegin'): Pair => [axes[0][key], axes[1][key]]
  return {
    kernel: perAxis('kernel'),
    stride: perAxis('stride'),
    dilation: perAxis('dilation'),
    padBegin: perAxis('padBegin'),
  }
}

/** `3x3`, and what differs from the ordinary: ` · stride 2 · dilation 2`. */
export function summariseWindow({ kernel, stride, dilation }: Omit<WindowParams, 'padding'>): string {
  const print = (pair: Pair): string => (pair[0] === pair[1] ? String(pair[0]) : printPair(pair))
  const isOne = (pair: Pair): boolean => pair[0] === 1 && pair[1] === 1
  return [
    printPair(kernel),
    ...(isOne(stride) ? [] : [`stride ${print(stride)}`]),
    ...(isOne(dilation) ? [] : [`dilation ${print(dilation)}`]),
  ].join(' · ')
}
