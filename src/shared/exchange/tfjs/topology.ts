// The description of a TensorFlow.js layers model (model.json) as typed values, models inside it opened; not what its layers mean (layerRules.ts), not its weights' bytes.
import { z } from 'zod'
import { NetloomError } from '../../graph/errors'

const configSchema = z.record(z.string(), z.unknown())
const layerSchema = z.object({
  class_name: z.string(),
  name: z.string().optional(),
  // That of a model is a list of layers in older files.
  config: z.union([configSchema, z.array(z.unknown())]),
  inbound_nodes: z.array(z.unknown()).default([]),
})
const modelSchema = z.object({ class_name: z.string(), config: z.unknown() })
const functionalSchema = z.object({
  name: z.string().default('model'),
  layers: z.array(layerSchema),
  input_layers: z.array(z.unknown()).default([]),
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
  /** What the names of its weights may begin with: all models that hold it, some of them, its own name. */
  readonly weightScopes: readonly string[]
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
  if (!isModel(className)) throw unsupported(`it is a ${className}`)
  const { name, layers, output } = openModels(readModel(className, config))
  return { name, layers, output, manifest, metadata }
}

/** A layer as it is listed; it may be a model. */
type RawLayer = z.output<typeof layerSchema>

interface ListedLayer {
  readonly name: string
  readonly layer: RawLayer
  readonly inputs: readonly string[]
}

/** One model, the models inside it not opened. */
interface Model {
  readonly name: string
  readonly layers: readonly ListedLayer[]
  /** Its input layers in the order in which it is fed. */
  readonly inputs: readonly string[]
  readonly output: string
}

function isModel(className: string): boolean {
  return ['Sequential', 'Model', 'Functional'].includes(className)
}

function readModel(className: string, config: unknown): Model {
  return className === 'Sequential' ? readSequential(config) : readFunctional(config)
}

/** Models inside of models as one list: their layers stand where the model stood, and what feeds it feeds them. */
function openModels(
  { name, layers, inputs, output }: Model,
  given: readonly string[] = [],
  scopes: readonly string[] = [],
  taken: Set<string> = new Set(),
): Pick<TfjsModelFile, 'name' | 'layers' | 'output'> {
  const found: TfjsLayerNode[] = []
  const renamed = new Map(inputs.flatMap((input, index) => (given[index] === undefined ? [] : [[input, given[index]]])))
  const find = (input: string): string => renamed.get(input) ?? input
  // A layer may be listed before those that feed it.
  const waiting = new Map(layers.map((listed) => [listed.name, listed]))
  const visit = (listed: ListedLayer): void => {
    waiting.delete(listed.name)
    for (const input of listed.inputs) {
      const before = waiting.get(input)
      if (before) visit(before)
    }
    if (renamed.has(listed.name)) return
    const { layer } = listed
    const from = listed.inputs.map(find)
    if (isModel(layer.class_name)) {
      const inner = openModels(readModel(layer.class_name, layer.config), from, [...scopes, listed.name], taken)
      found.push(...inner.layers)
      renamed.set(listed.name, inner.output)
      return
    }
    const own = freeName([...scopes, listed.name], taken)
    renamed.set(listed.name, own)
    const config = configSchema.safeParse(layer.config)
    if (!config.success) throw malformed(`its layer "${listed.name}" has no settings`, config.error)
    const path = [...scopes, listed.name]
    const weightScopes = path.map((_, index) => path.slice(index).join('/'))
    found.push({ name: own, className: layer.class_name, config: config.data, inputs: from, weightScopes })
  }
  for (const listed of layers) if (waiting.has(listed.name)) visit(listed)
  return { name, layers: found, output: find(output) }
}

/** The layer's own name; where another model has it too, behind those of the models that hold it. */
function freeName(path: readonly string[], taken: Set<string>): string {
  let name = path.at(-1) ?? ''
  for (let start = path.length - 2; start >= 0 && taken.has(name); start--) name = path.slice(start).join('/')
  taken.add(name)
  return name
}

/** What a layer or the first layer of a model takes; undefined where it does not say. */
function inputShapeOf({ class_name: className, config }: RawLayer): unknown {
  if (!isModel(className))
    return Array.isArray(config) ? undefined : (config['batch_input_shape'] ?? config['batch_shape'])
  const { layers, inputs } = readModel(className, config)
  const first = layers.find(({ name }) => name === inputs[0])
  return first && inputShapeOf(first.layer)
}

function nameOf({ name, config }: RawLayer): string {
  const own = name ?? (Array.isArray(config) ? undefined : config['name'])
  if (typeof own === 'string') return own
  throw malformed('one of its layers has no name')
}

function readSequential(config: unknown): Model {
  const named = z.object({ name: z.string().default('model'), layers: z.array(layerSchema) })
  const parsed = z
    .union([named, z.array(layerSchema).transform((layers) => ({ name: 'model', layers }))])
    .safeParse(config)
  if (!parsed.success) throw malformed('its list of layers is damaged', parsed.error)
  const { name, layers: listed } = parsed.data
  const [first] = listed
  if (!first) throw malformed('it has no layers')
  const shape = inputShapeOf(first)
  const hasInput = first.class_name === 'InputLayer'
  const names = new Set(listed.map((layer, index) => layerName(layer, index)))
  const inputName = names.has('input') ? 'sequential input' : 'input'
  const input = { class_name: 'InputLayer', name: inputName, config: { batch_input_shape: shape }, inbound_nodes: [] }
  const layers = (hasInput ? listed : [input, ...listed]).map((layer, index, all): ListedLayer => {
    const before = all[index - 1]
    return { name: layerName(layer, index), layer, inputs: before ? [layerName(before, index - 1)] : [] }
  })
  return { name, layers, inputs: [layers[0]?.name ?? ''], output: layers.at(-1)?.name ?? '' }
}

/** A model that is a bare list of layers has no name; in a sequence its place serves. */
function layerName(layer: RawLayer, index: number): string {
  return Array.isArray(layer.config) && layer.name === undefined ? `model ${index + 1}` : nameOf(layer)
}

function readFunctional(config: unknown): Model {
  const parsed = functionalSchema.safeParse(config)
  if (!parsed.success) throw malformed('its layers are damaged', parsed.error)
  const { name, layers, input_layers: inputs, output_layers: outputs } = parsed.data
  const ends = readReferences(outputs)
  const [output] = ends
  if (!output || ends.length > 1) throw unsupported(`it has ${ends.length} outputs`)
  const listed = layers.filter((layer) => layer.class_name === 'InputLayer').map(nameOf)
  return {
    name,
    output,
    inputs: inputs.length > 0 ? readReferences(inputs) : listed,
    layers: layers.map((layer) => {
      const own = nameOf(layer)
      if (layer.inbound_nodes.length > 1) throw unsupported(`its layer "${own}" is used several times`)
      const [node = []] = layer.inbound_nodes
      if (!Array.isArray(node)) throw unsupported('it was saved by Keras 3, whose edges have another form')
      return { name: own, layer, inputs: readReferences(node) }
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
