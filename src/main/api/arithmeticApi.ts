// The calls `arithmetic`: a layer of a trained network on one image, for the convolution stage; not stepping through it (shared/network/explanation).
import { printCount } from '../../shared/graph/printNumbers'
import { requireSound, type InferredLayer, type Inference } from '../../shared/network/inferDocument'
import { requireScaling } from '../../shared/network/checkScaling'
import type { Tensor } from '../../shared/onnx/tensor'
import {
  countStageValues,
  largestStage,
  type LayerStage,
  type LayerStageRequest,
} from '../../shared/network/explanation/layerStage'
import { windowOf } from '../../shared/network/explanation/layerWindow'
import type { PlacedWindow } from '../../shared/shapes/window'
import { internalError, NetloomError } from '../../shared/graph/errors'
import { suggestName } from '../../shared/graph/suggest'
import { decodeImageBytes } from '../datasets/decodeImage'
import type { Core } from './core'
import { os } from './implementer'
import { loadModel, type NetworkModel } from '../models/openModel'
import { imageChannels } from '../models/prediction'
import { readImageSource } from './uploadsApi'

/** Implements `arithmetic.*`. */
export function implementArithmetic(core: Core) {
  return {
    layer: os.arithmetic.layer.handler(async ({ input }) => {
      const model = await loadModel(await core.roots.require(input.model))
      if (model.kind === 'onnx')
        throw new NetloomError('model.weights', `"${input.model}" is an ONNX file: its layers have other names.`, {
          hint: 'Choose a run, or a document with weights.',
        })
      return computeStage(model, input, await readImageSource(core, input.image))
    }),
  }
}

/** The layer of a path. @throws NetloomError model.unknown where the trained network has none, or one without a window */
function requireLayer(name: string, { layers }: Inference, path: string): InferredLayer {
  const layer = [...layers.values()].find(({ node }) => node.id === path)
  if (layer?.definition.window) return layer
  const fitting = [...layers.values()].filter(({ definition }) => definition.window !== undefined)
  const ids = fitting.map(({ node }) => node.id)
  const near = suggestName(path, ids)
  const message = layer
    ? `${layer.definition.title} "${path}" slides no window over its input.`
    : `The network ${name} as it was trained has no layer "${path}".`
  const hint = near === undefined ? `Choose one of: ${ids.slice(0, 8).join(', ')}.` : `Did you mean "${near}"?`
  throw new NetloomError('model.unknown', message, { received: path, expected: ids, hint })
}

function pack({ dims, data }: Tensor) {
  return {
    dims: [...dims],
    values: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
  }
}

/** Runs the network up to the layer. @throws NetloomError model.unknown, layer.shape, dataset.unreadable, engine.failed */
async function computeStage(model: NetworkModel, request: LayerStageRequest, image: Uint8Array): Promise<LayerStage> {
  const { document, weights, inputShape } = model
  const inference = requireSound(document)
  const layer = requireLayer(model.name, inference, request.layer)
  const window = windowOf(layer)
  const [source] = layer.sources
  const [before] = layer.inputs
  const [after] = layer.outputs
  if (!window || !source || !before || !after) throw internalError(`"${request.layer}" has no window`)
  const [weight, bias] = ['weight', 'bias'].map((name) => weights.get(`${request.layer}/${name}`))
  const size = countStageValues([before, after, weight?.dims ?? [0]])
  if (size > largestStage)
    throw new NetloomError(
      'layer.shape',
      `"${request.layer}" reads and gives ${printCount(size)} values; up to ${printCount(largestStage)} are shown.`,
      { expected: largestStage, received: size, hint: 'Choose a layer with smaller feature maps.' },
    )
  const [channels = 1, height = 1, width = 1] = inputShape
  const format = { channels: imageChannels(model.name, channels), height, width, resize: model.resize }
  const pixels = await decodeImageBytes(image, format)
  const { readLayerValues } = await import('../engines/ort/layerValues')
  const portIndex = inference.layers.get(source.node)?.outputPorts.indexOf(source.port) ?? 0
  const [input, output] = await readLayerValues(
    { document, weights, scaling: requireScaling(model.scaling, inputShape) },
    [
      { node: source.node, portIndex, shape: before },
      { node: request.layer, portIndex: 0, shape: after },
    ],
    pixels,
  )
  if (!input || !output) throw internalError(`"${request.layer}" has no values`)
  const { operation, placed, groups, countsPadding } = window
  const { kernel, stride, dilation } = windowParts(placed.axes)
  const [top, left, bottom, right] = placed.pads
  return {
    layer: request.layer,
    kind: operation,
    input: pack(input),
    output: pack(output),
    weight: weight ? pack(weight) : null,
    bias: bias ? pack(bias) : null,
    groups,
    window: { kernel, stride, dilation, pads: [top, left, bottom, right] },
    rounding: placed.rounding,
    countsPadding,
  }
}

function windowParts(axes: PlacedWindow['axes']) {
  const both = (key: 'kernel' | 'stride' | 'dilation'): [number, number] => [axes[0][key], axes[1][key]]
  return { kernel: both('kernel'), stride: both('stride'), dilation: both('dilation') }
}
