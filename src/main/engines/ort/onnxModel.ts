// Any ONNX classifier for prediction as its file is, whoever wrote it; documents are opened by predictionSession.ts.
import type * as ort from 'onnxruntime-node'
import { adaptToWebGpu } from '../../../shared/targets/webgpu'
import { usualExtents } from '../../../shared/exchange/onnx/inputSize'
import type { DeviceName, RunDevice } from '../../../shared/training/deviceNames'
import type { PredictionSession } from '../../../shared/training/computeEngine'
import type { InputScaling } from '../../../shared/graph/document'
import { NetloomError } from '../../../shared/graph/errors'
import { countElements, type Shape } from '../../../shared/graph/shape'
import type { Tensor } from '../../../shared/onnx/tensor'
import { decodeModel, encodeModel } from '../../../shared/onnx/bytes'
import { scalePixels, toChannelsLast } from './imageLayout'
import { fedTypes, fromRuntime, toRuntime, type FedType } from './rawTensors'
import { openSession, resolveDevice, runSession } from './runtime'
import { readRegular } from '../../files/readRegular'

/** A prediction session on an ONNX file, with what it says of its own shapes. */
export interface OnnxPrediction extends PredictionSession {
  /** One image's input: [C, H, W]. */
  readonly inputShape: Shape
  /** Outputs per image. */
  readonly outputCount: number
}

export interface OnnxModelOptions {
  /** Pixels become `(pixel / 255 - mean) / deviation` on the host. */
  readonly scaling: InputScaling
  /** The output to read; left out: the first. */
  readonly output?: string
  /** Images at a time, where the file fixes that. */
  readonly batchSize?: number
}

/** The first operator set whose Pad and Slice take their numbers as inputs and whose ReduceSum takes its axes so. */
const adaptableOpset = 13

/**
 * A model as WebGPU computes it rightly.
 * @throws NetloomError `engine.device` where it is too old for that, `onnx.externalData` where its weights lie in other files
 */
async function adaptModel(source: Uint8Array | string): Promise<Uint8Array> {
  const model = decodeModel(typeof source === 'string' ? await readRegular(source) : source)
  const opset = model.opsets[''] ?? 1
  if (opset >= adaptableOpset) return encodeModel({ ...model, graph: adaptToWebGpu(model.graph) })
  throw new NetloomError(
    'engine.device',
    `The model is of operator set ${opset}; on webgpu Netloom runs those from ${adaptableOpset} on.`,
    { expected: adaptableOpset, received: opset, hint: 'Use the device cpu.', way: 'deviceCpu' },
  )
}

/** Images of more values than this are not tried: 8,192 x 8,192 pixels of three colours. */
const largestImage = 2 ** 28

/** How a file takes its images. */
interface Feeding {
  readonly name: string
  readonly type: FedType
  readonly isChannelsLast: boolean
  /** [C, H, W] to try, in order. */
  readonly shapes: readonly Shape[]
  /** The number of images that the file fixes, else 1. */
  readonly batch: number
  /** The same; undefined where it is open. */
  readonly fixedBatch: number | undefined
}

/**
 * Opens any ONNX classifier with one image input: of any numbers, channels first or last, of open or fixed extents.
 * @param source its bytes, or its path where weights may lie in files beside it
 * @throws NetloomError `onnx.unsupported` where the input is not images, `engine.failed`; on WebGPU also as `adaptModel`
 */
export async function openOnnxModel(
  source: Uint8Array | string,
  options: OnnxModelOptions,
  device: DeviceName,
): Promise<OnnxPrediction> {
  const target = resolveDevice(device)
  const session = await openSession(target === 'webgpu' ? await adaptModel(source) : source, { device: target })
  try {
    return await OnnxImages.open(session, target, readFeeding(session), options)
  } catch (error) {
    await session.release()
    throw error
  }
}

function readFeeding(session: ort.InferenceSession): Feeding {
  const [input, ...more] = session.inputMetadata
  const type = fedTypes.find((each) => input?.isTensor === true && each === input.type)
  const dims = input?.isTensor ? input.shape : []
  const shapes = shapesOf(dims).filter((shape) => countElements(shape) <= largestImage)
  if (input && type !== undefined && more.length === 0 && shapes.length > 0)
    return { name: input.name, type, isChannelsLast: isChannelsLast(dims), shapes, ...batchOf(dims) }
  const found = session.inputMetadata.map((each) =>
    each.isTensor ? `"${each.name}" (${each.type} [${each.shape.join(', ')}])` : `"${each.name}"`,
  )
  throw new NetloomError(
    'onnx.unsupported',
    `The model takes ${found.length === 0 ? 'no input' : found.join(' and ')}; Netloom feeds one image, [N, C, H, W] or [N, H, W, C] of numbers.`,
    { received: found, hint: 'Export it with one image input.' },
  )
}

type Extent = number | string

/** Batches of more images than this are not tried. */
const largestBatch = 4096

function batchOf([batch]: readonly Extent[]): Pick<Feeding, 'batch' | 'fixedBatch'> {
  const fixedBatch = typeof batch === 'number' && batch > 0 && batch <= largestBatch ? batch : undefined
  return { batch: fixedBatch ?? 1, fixedBatch }
}

function isChannelsLast([, first, , last]: readonly Extent[]): boolean {
  const isColour = (extent: Extent | undefined): boolean => extent === 1 || extent === 3
  return isColour(last) && !isColour(first)
}

/** Shapes that the extents of an input allow. */
function shapesOf(dims: readonly Extent[]): readonly Shape[] {
  if (dims.length !== 4) return []
  const [, a, b, c] = dims
  const [channels, height, width] = isChannelsLast(dims) ? [c, a, b] : [a, b, c]
  const fixed = (extent: Extent | undefined, open: number): number =>
    typeof extent === 'number' && extent > 0 ? extent : open
  const isOpen = [height, width].some((extent) => typeof extent !== 'number' || extent <= 0)
  const sizes = isOpen ? usualExtents : [0]
  const colours = typeof channels === 'number' && channels > 0 ? [channels] : [3, 1]
  return colours.flatMap((count) => sizes.map((size) => [count, fixed(height, size), fixed(width, size)]))
}

/** A model that gives values of images, whatever numbers it takes and in which order. */
export interface ImageValues {
  /** One image's input: [C, H, W]. */
  readonly inputShape: Shape
  /**
   * @param inputs [N, C, H, W], scaled
   * @returns the values that the model was opened for, each with the batch as its first extent
   * @throws NetloomError `engine.failed`
   */
  run(inputs: Float32Array, count: number): Promise<ReadonlyMap<string, Tensor>>
  dispose(): Promise<void>
}

/**
 * Opens a model for all its outputs, on the CPU. Values that are no numbers are left out.
 * @param batchSize images at a time, where the model fixes that: a smaller number is filled up
 * @throws NetloomError `onnx.unsupported` where the input is not images, `engine.failed`
 */
export async function openImageValues(source: Uint8Array, batchSize?: number): Promise<ImageValues> {
  const session = await openSession(source, { device: 'cpu' })
  try {
    const feeding = readFeeding(session)
    const batch = batchSize ?? feeding.fixedBatch
    const run = async (shape: Shape, inputs: Float32Array, count: number) => {
      const results = await runSession(session, feed(feeding, shape, inputs, count), 'cpu')
      return new Map(
        Object.entries(results).flatMap(([name, value]): [string, Tensor][] =>
          value.type === 'string' ? [] : [[name, fromRuntime(value)]],
        ),
      )
    }
    const inputShape = await findShape(feeding, batch ?? 1, run)
    return {
      inputShape,
      run: (inputs, count) =>
        batch === undefined
          ? run(inputShape, inputs, count)
          : runInBatches((part) => run(inputShape, part, batch), inputs, count, batch),
      dispose: () => session.release(),
    }
  } catch (error) {
    await session.release()
    throw error
  }
}

/** The only shape that a file allows, or the first that it takes. @throws NetloomError why it takes none */
async function findShape(
  { shapes }: Feeding,
  count: number,
  run: (shape: Shape, inputs: Float32Array, count: number) => Promise<unknown>,
): Promise<Shape> {
  const [only] = shapes
  if (only && shapes.length === 1) return only
  let failure: unknown
  for (const shape of shapes) {
    try {
      await run(shape, new Float32Array(count * countElements(shape)), count)
      return shape
    } catch (error) {
      if (!(error instanceof NetloomError)) throw error
      failure ??= error
    }
  }
  throw failure
}

/** Images through a model of a fixed batch, the last one filled up with zeros. */
async function runInBatches(
  run: (inputs: Float32Array) => Promise<ReadonlyMap<string, Tensor>>,
  inputs: Float32Array,
  count: number,
  batch: number,
): Promise<ReadonlyMap<string, Tensor>> {
  const size = inputs.length / count
  const parts: ReadonlyMap<string, Tensor>[] = []
  for (let first = 0; first < count; first += batch) {
    const part = new Float32Array(batch * size)
    part.set(inputs.subarray(first * size, (first + batch) * size))
    parts.push(await run(part))
  }
  const names = [...(parts[0]?.keys() ?? [])]
  return new Map(
    names.map((name) => [
      name,
      joinParts(
        parts.flatMap((part) => part.get(name) ?? []),
        count,
        batch,
      ),
    ]),
  )
}

/** One value of several batches, cut to the number of images. */
function joinParts(parts: readonly Tensor[], count: number, batch: number): Tensor {
  const [first] = parts
  const [, ...rest] = first?.dims ?? []
  const size = (first?.data.length ?? 0) / batch
  const data = new Float32Array(count * size)
  parts.forEach((part, index) => {
    const taken = Math.min(batch, count - index * batch)
    data.set(part.data.subarray(0, taken * size), index * batch * size)
  })
  return { dims: [count, ...rest], data }
}

function feed({ name, type, isChannelsLast }: Feeding, shape: Shape, inputs: Float32Array, count: number) {
  const image = { dims: [count, ...shape], data: inputs }
  return { [name]: toRuntime(isChannelsLast ? toChannelsLast(image) : image, type) }
}

/** A model whose images were tried. */
class OnnxImages implements OnnxPrediction {
  private constructor(
    private readonly session: ort.InferenceSession,
    private readonly device: RunDevice,
    private readonly feeding: Feeding,
    private readonly options: OnnxModelOptions & { readonly output: string },
    readonly inputShape: Shape,
    readonly outputCount: number,
  ) {}

  /** Runs black images of the shapes that the file allows; the first that it takes is the shape of its images. */
  static async open(
    session: ort.InferenceSession,
    device: RunDevice,
    feeding: Feeding,
    options: OnnxModelOptions,
  ): Promise<OnnxImages> {
    const { outputMetadata } = session
    const first = outputMetadata.find((each) => each.isTensor && each.type === 'float32') ?? outputMetadata[0]
    const output = options.output ?? first?.name ?? ''
    const count = options.batchSize ?? feeding.batch
    let failure: unknown
    for (const shape of feeding.shapes) {
      const opened = new OnnxImages(session, device, feeding, { ...options, output }, shape, 0)
      try {
        const values = await opened.run(new Float32Array(count * countElements(shape)), count)
        return new OnnxImages(session, device, feeding, { ...options, output }, shape, values.length / count)
      } catch (error) {
        if (!(error instanceof NetloomError)) throw error
        failure ??= error
      }
    }
    throw failure
  }

  async predict(pixels: Uint8Array, count: number): Promise<Float32Array> {
    return this.run(scalePixels(pixels, this.inputShape, this.options.scaling), count)
  }

  async dispose(): Promise<void> {
    await this.session.release()
  }

  private async run(inputs: Float32Array, count: number): Promise<Float32Array> {
    const { output } = this.options
    const feeds = feed(this.feeding, this.inputShape, inputs, count)
    const result = (await runSession(this.session, feeds, this.device))[output]
    if (!result) throw new NetloomError('engine.failed', `The model gives no output "${output}".`)
    return fromRuntime(result).data
  }
}
