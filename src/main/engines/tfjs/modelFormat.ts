// Models in the format of tf.loadLayersModel: the bytes of their files, and running them as any program would; not writing the files.
import type { io } from '@tensorflow/tfjs-core'
import { exporter } from '../../../shared/targets/tfjs/exporter'
import { lowerTfjs } from '../../../shared/targets/tfjs/lowerTfjs'
import { toNchw, toNhwcDims } from '../../../shared/targets/tfjs/weightLayout'
import type { PredictionSession } from '../../../shared/training/computeEngine'
import type { Tensor, TensorMap } from '../../../shared/onnx/tensor'
import type { InputScaling, NetworkDocument } from '../../../shared/graph/document'
import { internalError } from '../../../shared/graph/errors'
import type { Shape } from '../../../shared/graph/shape'
import { activate, openBackend, tf, type TfjsBackend } from './backend'
import { scalePixels } from './imageTensors'

/** Browsers load shards side by side; more than one keeps each below what caches like. */
const shardBytes = 4 * 1024 * 1024

export interface TfjsModelOptions {
  readonly weights: TensorMap
  /** Left out of the files where nobody knows it. */
  readonly scaling: InputScaling | undefined
  /** True: the model takes pixels 0 ... 255. */
  readonly scalingInside: boolean
  readonly classes: readonly string[] | undefined
  readonly version: string
}

/** A file of a model by its name in the folder. */
export interface TfjsModelFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * The files of a model, `model.json` last. Its input is [N, H, W, C]; what it stands for is in its `userDefinedMetadata`.
 * @throws NetloomError `export.unsupported` for a layer that plain TensorFlow.js does not have
 */
export async function encodeTfjsModel(
  document: NetworkDocument,
  options: TfjsModelOptions,
): Promise<readonly TfjsModelFile[]> {
  const { weights, scaling, scalingInside, classes, version } = options
  await activate(await openBackend('cpu'))
  const network = lowerTfjs(tf, document, {
    mode: 'inference',
    audience: 'portable',
    weights,
    ...(scalingInside && scaling ? { scalingInside: scaling } : {}),
  })
  try {
    const metadata = {
      netloom: version,
      name: document.name,
      inputLayout: network.inputShape.length === 3 ? 'NHWC' : 'NF',
      ...(scaling ? { scaling: { mean: [...scaling.mean], deviation: [...scaling.deviation] } } : {}),
      scalingInside,
      output: network.output,
      ...(classes ? { classes: [...classes] } : {}),
    }
    network.model.setUserDefinedMetadata(metadata)
    return listFiles(await collectArtifacts(network.model))
  } finally {
    network.model.dispose()
  }
}

type Savable = Pick<ReturnType<typeof tf.model>, 'save'>

async function collectArtifacts(model: Savable): Promise<io.ModelArtifacts> {
  let collected: io.ModelArtifacts | undefined
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      collected = artifacts
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
    }),
  )
  if (!collected) throw internalError('the model was not saved')
  return collected
}

function listFiles({ modelTopology, weightSpecs = [], weightData, ...rest }: io.ModelArtifacts): TfjsModelFile[] {
  const data = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData ?? new ArrayBuffer(0)))
  const count = Math.max(1, Math.ceil(data.length / shardBytes))
  const shards = Array.from({ length: count }, (_, index) => ({
    name: `group1-shard${index + 1}of${count}.bin`,
    bytes: data.subarray(index * shardBytes, (index + 1) * shardBytes),
  }))
  const description = {
    format: rest.format,
    generatedBy: rest.generatedBy,
    convertedBy: exporter,
    modelTopology,
    weightsManifest: [{ paths: shards.map(({ name }) => name), weights: weightSpecs }],
    userDefinedMetadata: rest.userDefinedMetadata,
  }
  return [...shards, { name: 'model.json', bytes: new TextEncoder().encode(JSON.stringify(description)) }]
}

/** How a model of files takes its images. */
export interface TfjsModelFacts {
  /** [C, H, W] */
  readonly inputShape: Shape
  /** One image's output in our layout. */
  readonly outputShape: Shape
  readonly scaling: InputScaling
  readonly scalingInside: boolean
}

/** Loads a model from its files with tf.loadLayersModel, to predict. @throws Error of TensorFlow.js for files it refuses */
export async function openTfjsModel(
  files: readonly TfjsModelFile[],
  facts: TfjsModelFacts,
): Promise<PredictionSession> {
  const backend: TfjsBackend = await openBackend('cpu')
  await activate(backend)
  const description = files.find(({ name }) => name === 'model.json')
  if (!description) throw internalError('the model has no model.json')
  // model.json is what TensorFlow.js wrote; it checks it as it loads.
  const json = JSON.parse(new TextDecoder().decode(description.bytes)) as io.ModelJSON
  const shards = json.weightsManifest.flatMap(({ paths }) => paths)
  // Copies: a Buffer of Node may share its memory with others.
  const buffers = shards.map((path) => files.find(({ name }) => name === path)?.bytes ?? new Uint8Array())
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights),
      weightData: buffers.map((bytes) => new Uint8Array(bytes).buffer),
    }),
  )
  return {
    async predict(pixels, count) {
      await activate(backend)
      const { inputShape, scaling, scalingInside } = facts
      const identity = { mean: [0], deviation: [1 / 255] }
      const output = tf.tidy(() => {
        const inputs = scalePixels(pixels, count, inputShape, scalingInside ? identity : scaling)
        return model.predictOnBatch(tf.tensor(inputs, [count, ...toNhwcDims(inputShape)]))
      })
      if (Array.isArray(output)) throw internalError('the model gave several outputs')
      const values = new Float32Array(await output.data())
      output.dispose()
      return toNchw(values, count, facts.outputShape)
    },
    async dispose() {
      model.dispose()
    },
  }
}

/** One weight as model.json describes it. */
export interface TfjsWeightSpec {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: string
  readonly quantization?: unknown
}

/**
 * The weights in the bytes of all shards together, as float32, quantised ones widened.
 * @throws Error of TensorFlow.js for bytes that do not fit
 */
export async function decodeTfjsWeights(
  specs: readonly TfjsWeightSpec[],
  bytes: Uint8Array,
): Promise<Map<string, Tensor>> {
  await activate(await openBackend('cpu'))
  // The description was read by a schema of names, shapes and types; TensorFlow.js checks the quantisation itself.
  const entries = specs as unknown as io.WeightsManifestEntry[]
  const tensors = tf.io.decodeWeights(new Uint8Array(bytes).buffer, entries)
  const weights = new Map<string, Tensor>()
  for (const [name, tensor] of Object.entries(tensors)) {
    weights.set(name, { dims: tensor.shape, data: new Float32Array(await tensor.data()) })
    tensor.dispose()
  }
  return weights
}
