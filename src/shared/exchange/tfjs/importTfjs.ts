// A TensorFlow.js layers model as a network document with its weights; what each layer becomes stands in layerRules.ts, files and the comparison in main.
import { z } from 'zod'
import type { Tensor, TensorMap } from '../../onnx/tensor'
import type { InputScaling, NetworkDocument } from '../../graph/document'
import { DocumentBuilder } from '../../graph/documentBuilder'
import { NetloomError } from '../../graph/errors'
import { countElements, type Shape } from '../../graph/shape'
import type { ImportContext, ImportedValue } from './layerContext'
import { layerRules } from './layerRules'
import { nodeIdFrom } from './nodeIdFrom'
import type { TfjsLayerNode, TfjsModelFile } from './topology'

export interface TfjsImportOptions {
  readonly name?: string
  readonly classes?: readonly string[]
  readonly scaling?: InputScaling
}

export interface ImportedTfjs {
  readonly document: NetworkDocument
  /** By path, `<node id>/<weight name>`. */
  readonly weights: TensorMap
  /** Layers of the file, and those of the document that came of them. */
  readonly layers: { readonly total: number; readonly kept: number }
  /** [C, H, W] or [F] */
  readonly inputShape: Shape
  readonly outputShape: Shape
}

/**
 * Turns a model into a document.
 * @param tensors the weights of the file by their names there
 * @throws NetloomError `tfjs.unsupported` for a layer that has none of ours; `tfjs.malformed`; `weights.mismatch`
 */
export function importTfjs(file: TfjsModelFile, tensors: TensorMap, options: TfjsImportOptions = {}): ImportedTfjs {
  const builder = new DocumentBuilder(options.name ?? file.name)
  const weights = new Map<string, Tensor>()
  const taken = new Set<string>()
  const values = new Map<string, ImportedValue>()
  const byName = new Map(file.layers.map((layer) => [layer.name, layer]))
  let kept = 0
  const visit = (name: string, path: readonly string[]): ImportedValue => {
    const known = values.get(name)
    if (known) return known
    const layer = byName.get(name)
    if (!layer || path.includes(name))
      throw new NetloomError(
        'tfjs.malformed',
        `The model refers to the layer "${name}", which is not there or needs itself.`,
      )
    const inputs = layer.inputs.map((input) => visit(input, [...path, name]))
    const value = importLayer(layer, inputs, {
      add(type, params, from, part) {
        const id = nodeIdFrom(part === undefined ? name : `${name}/${part}`, taken)
        builder.add(id, type, params, ...from.map(({ node }) => node))
        kept++
        return id
      },
      weigh: (id, weight, tensor) => weights.set(`${id}/${weight}`, tensor),
      tensor: (suffix) => findTensor(tensors, layer, suffix),
    })
    values.set(name, value)
    return value
  }
  const end = visit(file.output, [])
  if (end.order || end.form === 'turned')
    throw new NetloomError('tfjs.unsupported', 'The model ends in a feature map laid out channels last, as a vector.', {
      hint: 'Put a dense layer at its end.',
    })
  const inputs = file.layers.filter(({ className }) => className === 'InputLayer')
  const input = values.get(inputs[0]?.name ?? '')
  if (inputs.length !== 1 || !input)
    throw new NetloomError('tfjs.unsupported', `The model has ${inputs.length} inputs, and a network takes one image.`)
  const { classes, scaling } = { ...readMetadata(file), ...withoutUndefined(options) }
  const outputShape = ourShape(end)
  return {
    document: {
      ...builder.build(),
      ...(scaling ? { scaling } : {}),
      ...(classes && classes.length === countElements(outputShape) ? { classes } : {}),
    },
    weights,
    layers: { total: file.layers.length, kept },
    inputShape: ourShape(input),
    outputShape,
  }
}

function withoutUndefined({ classes, scaling }: TfjsImportOptions): Pick<TfjsImportOptions, 'classes' | 'scaling'> {
  return { ...(classes ? { classes } : {}), ...(scaling ? { scaling } : {}) }
}

/** One image's extents as ours. */
function ourShape({ form, shape }: ImportedValue): Shape {
  const [height = 1, width = 1, channels = 1] = shape
  return form === 'map' ? [channels, height, width] : shape
}

function importLayer(
  layer: TfjsLayerNode,
  inputs: readonly ImportedValue[],
  tools: Pick<ImportContext, 'add' | 'weigh' | 'tensor'>,
): ImportedValue {
  const rule = layerRules.get(layer.className)
  if (!rule)
    throw new NetloomError(
      'tfjs.unsupported',
      `The layer "${layer.name}" is a ${layer.className}, which has no layer of ours.`,
      {
        received: layer.className,
        hint: 'Convert the model to ONNX, or replace the layer.',
      },
    )
  return rule({ ...tools, name: layer.name, className: layer.className, config: layer.config, inputs })
}

/** A weight of a layer; undefined where the file has none of this name. */
function findTensor(tensors: TensorMap, { weightScopes }: TfjsLayerNode, suffix: string): Tensor | undefined {
  const names = weightScopes.flatMap((scope) => [`${scope}/${suffix}`, `${scope}/${suffix}:0`])
  return names.map((name) => tensors.get(name)).find((tensor) => tensor !== undefined)
}

const numbers = z.array(z.number()).min(1)

/** What Netloom's own export says of pixels and classes. */
function readMetadata({ metadata }: TfjsModelFile): Pick<TfjsImportOptions, 'classes' | 'scaling'> {
  const { classes, scaling, scalingInside } = metadata
  const isList = Array.isArray(classes) && classes.every((name) => typeof name === 'string')
  const parsed = z.object({ mean: numbers, deviation: numbers }).safeParse(scaling)
  // With the scaling inside, its layer is one of the document's, and the document takes pixels as they are.
  const raw = { mean: [0], deviation: [1 / 255] }
  return {
    ...(isList ? { classes } : {}),
    ...(scalingInside === true ? { scaling: raw } : parsed.success ? { scaling: parsed.data } : {}),
  }
}
