// The description of a TensorFlow.js layers model (model.json) as typed values; not what its layers mean (layerRules.ts), not its weights' bytes.
import { z } from 'zod'
import { NetloomError } from '../../graph/errors'

const configSchema = z.record(z.string(), z.unknown())
const layerSchema = z.object({
  class_name: z.string(),
  name: z.string().optional(),
  config: configSchema,
  inbound_nodes: z.array(z.unknown()).default([]),
})
const modelSchema = z.object({ class_name: z.string(), config: z.unknown() })
const functionalSchema = z.object({
  name: z.string().default('model'),
  layers: z.array(layerSchema),
  output_layers: z.array(z.unknown()),
})
const weightSchema = z.object({
  name: z.string(),
  shape: z.array(z.int().min(0)),
  dtype: z.string(),
  quantization: z.unknown().optional(),
})
const fileSchema = z.object({
  modelTopology: z.unknown(),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(weightSchema) })),
  userDefinedMetadata: z.record(z.string(), z.unknown()).optional(),
})

/** One layer with the layers that it takes its inputs from. */
export interface TfjsLayerNode {
  readonly name: string
  /** `Conv2D`, `Dense` and so on. */
  readonly className: string
  readonly config: Readonly<Record<string, unknown>>
  readonly inputs: readonly string[]
}

export interface TfjsModelFile {
  readonly name: string
  readonly layers: readonly TfjsLayerNode[]
  /** The layer that gives the output. */
  readonly output: string
  readonly manifest: z.output<typeof fileSchema>['weightsManifest']
  readonly metadata: Readonly<Record<string, unknown>>
}

function malformed(reason: string, cause?: unknown): NetloomError {
  return new NetloomError('tfjs.malformed', `The file is not a layers model of TensorFlow.js: ${reason}.`, {
    cause,
    hint: 'Save it with model.save, or convert it with tensorflowjs_converter to tfjs_layers_model.',
  })
}

function unsupported(reason: string): NetloomError {
  return new NetloomError('tfjs.unsupported', `The model cannot be imported: ${reason}.`, {
    hint: 'Import takes sequential and functional models with one input and one output.',
  })
}

/** Reads the text of a model.json. @throws NetloomError `tfjs.malformed`, `tfjs.unsupported` */
export function parseTfjsModel(text: string): TfjsModelFile {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw malformed('it is not JSON', cause)
  }
  const file = fileSchema.safeParse(json)
  if (!file.success) throw malformed('it has no topology or no weights manifest', file.error)
  const { modelTopology, weightsManifest: manifest, userDefinedMetadata: metadata = {} } = file.data
  const wrapped = z.object({ model_config: z.unknown() }).safeParse(modelTopology)
  const model = modelSchema.safeParse(wrapped.success ? wrapped.data.model_config : modelTopology)
  if (!model.success) throw malformed('its topology is that of a graph model or is damaged', model.error)
  const { class_name: className, config } = model.data
  if (className === 'Sequential') return { ...readSequential(config), manifest, metadata }
  if (className === 'Model' || className === 'Functional') return { ...readFunctional(config), manifest, metadata }
  throw unsupported(`it is a ${className}`)
}

type Layers = Pick<TfjsModelFile, 'name' | 'layers' | 'output'>

function nameOf({ name, config }: z.output<typeof layerSchema>): string {
  const own = name ?? config['name']
  if (typeof own === 'string') return own
  throw malformed('one of its layers has no name')
}

function readSequential(config: unknown): Layers {
  const named = z.object({ name: z.string().default('model'), layers: z.array(layerSchema) })
  const parsed = z
    .union([named, z.array(layerSchema).transform((layers) => ({ name: 'model', layers }))])
    .safeParse(config)
  if (!parsed.success) throw malformed('its list of layers is damaged', parsed.error)
  const { name, layers: listed } = parsed.data
  const [first] = listed
  if (!first) throw malformed('it has no layers')
  const shape = first.config['batch_input_shape']
  const hasInput = first.class_name === 'InputLayer'
  const input = { class_name: 'InputLayer', name: 'input', config: { batch_input_shape: shape }, inbound_nodes: [] }
  const layers = (hasInput ? listed : [input, ...listed]).map((layer, index, all): TfjsLayerNode => {
    const before = all[index - 1]
    return {
      name: nameOf(layer),
      className: layer.class_name,
      config: layer.config,
      inputs: before ? [nameOf(before)] : [],
    }
  })
  return { name, layers, output: layers.at(-1)?.name ?? '' }
}

function readFunctional(config: unknown): Layers {
  const parsed = functionalSchema.safeParse(config)
  if (!parsed.success) throw malformed('its layers are damaged', parsed.error)
  const { name, layers, output_layers: outputs } = parsed.data
  const ends = readReferences(outputs)
  const [output] = ends
  if (!output || ends.length > 1) throw unsupported(`it has ${ends.length} outputs`)
  return {
    name,
    output,
    layers: layers.map((layer) => {
      const own = nameOf(layer)
      if (layer.inbound_nodes.length > 1) throw unsupported(`its layer "${own}" is used several times`)
      const [node = []] = layer.inbound_nodes
      if (!Array.isArray(node)) throw unsupported('it was saved by Keras 3, whose edges have another form')
      return { name: own, className: layer.class_name, config: layer.config, inputs: readReferences(node) }
    }),
  }
}

/** Names of layers from `[name, node, tensor]`, one or a list of them. */
function readReferences(value: readonly unknown[]): string[] {
  const one = z.tuple([z.string(), z.number(), z.number()], z.unknown())
  const single = one.safeParse(value)
  if (single.success) return [single.data[0]]
  const list = z.array(one).safeParse(value)
  if (list.success) return list.data.map(([name]) => name)
  throw unsupported('its edges have a form that is not known here')
}
