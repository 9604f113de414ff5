// A network in training on ONNX Runtime: one graph per batch size, the state fed back from step to step.
import type * as ort from 'onnxruntime-node'
import { Tensor as RuntimeTensor } from './silencedRuntime'
import { internalError } from '../../../shared/graph/errors'
import type {
  FloatBatch,
  StepResult,
  TrainingBatch,
  TrainingRequest,
  TrainingSession,
} from '../../../shared/training/computeEngine'
import type { Tensor, TensorMap } from '../../../shared/onnx/tensor'
import { cpuTarget, inHalfPrecision, plainTarget } from '../../../shared/targets/runtimeTargets'
import type { LoweredNetwork } from '../../../shared/lower/lower'
import { compileBatch, lowerForTraining } from '../../../shared/lower/pipeline'
import type { Target } from '../../../shared/lower/target'
import { fillPack, unpack, type StatePack } from '../../../shared/lower/statePack'
import { slotInput, type TrainingGraph } from '../../../shared/lower/trainingGraph'
import { RandomStream } from '../../../shared/training/randomStream'
import { nextLossScale, readLossScale, writeLossScale, type LossScale } from '../../../shared/training/lossScaling'
import { stepsBehind, writeStepsBehind } from '../../../shared/training/ownSteps'
import { computeStepScalars } from '../../../shared/training/optimizers'
import { copyToHost } from './hostCopy'
import { findBlockSize } from './blockSize'
import { openSession, runSession } from './runtime'
import type { RunDevice } from '../../../shared/training/deviceNames'

export interface OrtTrainingOptions {
  readonly device: RunDevice
  /** Folder and prefix for an operator trace of the first batch size. */
  readonly profilePrefix?: string
}

interface PreparedStep {
  readonly graph: TrainingGraph
  readonly session: ort.InferenceSession
}

export class OrtTrainingSession implements TrainingSession {
  private readonly network: LoweredNetwork
  private readonly steps = new Map<string, Promise<PreparedStep>>()
  private state: Map<string, ort.Tensor> | undefined
  private latest: TrainingGraph | undefined
  private stepsTaken: number
  private lossScale: LossScale
  /** Of a weight, when the session begins. */
  private readonly stepsBehind: (path: string) => number

  constructor(
    private readonly request: TrainingRequest,
    private readonly options: OrtTrainingOptions,
  ) {
    const { document, recipe, weights } = request
    this.network = lowerForTraining(document, recipe, weights)
    this.stepsTaken = request.stepsTaken ?? 0
    this.lossScale = readLossScale(request.slots)
    const { optimizer } = recipe
    const before = { optimizer, slots: request.slots, stepsTaken: this.stepsTaken - this.lossScale.skippedSteps }
    this.stepsBehind = (path) => stepsBehind(path, before)
  }

  get device(): RunDevice {
    return this.options.device
  }

  /** Builds and loads the graph for a batch size, which the first step would otherwise do. */
  async prepare(batchSize: number): Promise<void> {
    await this.prepareStep(batchSize, 'pixels')
  }

  async step(batch: TrainingBatch): Promise<StepResult> {
    const count = batch.labels.length
    const { graph, session } = await this.prepareStep(count, 'pixels')
    const dims = [count, ...this.network.inputShape]
    return this.run(graph, session, batch, new RuntimeTensor('uint8', batch.pixels, dims))
  }

  /** Takes a step on ready numbers; the scaling does not apply. */
  async stepFloats(batch: FloatBatch): Promise<StepResult> {
    const count = batch.labels.length
    const { graph, session } = await this.prepareStep(count, 'floats')
    const dims = [count, ...this.network.inputShape]
    return this.run(graph, session, batch, new RuntimeTensor('float32', batch.inputs, dims))
  }

  async readWeights(): Promise<TensorMap> {
    const weights = new Map(this.request.weights)
    const state = await this.readState(this.packs().map((pack) => pack.name))
    for (const pack of this.packs()) unpack(pack, requireVector(state, pack.name), weights)
    return weights
  }

  async readSlots(): Promise<TensorMap> {
    if (!this.latest) return new Map(this.request.slots)
    const { packs, slots } = this.latest
    const state = await this.readState(packs.flatMap((pack) => slots.map((slot) => slotInput(pack, slot))))
    const tensors = new Map<string, Tensor>()
    for (const pack of packs) {
      for (const slot of slots) {
        unpack(pack, requireVector(state, slotInput(pack, slot)), tensors, (path) => `${path}#${slot}`)
      }
    }
    for (const { entries, stepsBehind: behind } of packs)
      for (const { path } of entries) {
        const written = writeStepsBehind(path, behind)
        if (written) tensors.set(...written)
      }
    if (this.request.recipe.mixedPrecision) tensors.set(...writeLossScale(this.lossScale))
    return tensors
  }

  /** Where weights and slots lie after the first step. */
  stateLocations(): ReadonlySet<ort.Tensor['location']> {
    return new Set(Array.from(this.state?.values() ?? [], (tensor) => tensor.location))
  }

  async dispose(): Promise<void> {
    for (const tensor of this.state?.values() ?? []) tensor.dispose()
    this.state = undefined
    const steps = [...this.steps.values()]
    this.steps.clear()
    // A step that could not be prepared holds nothing; the others are given back all the same.
    const prepared = (await Promise.allSettled(steps)).flatMap((step) =>
      step.status === 'fulfilled' ? [step.value] : [],
    )
    await Promise.all(prepared.map(({ session }) => session.release()))
  }

  /** Stops profiling and leaves the trace in its file. */
  async endProfiling(): Promise<void> {
    for (const prepared of this.steps.values()) (await prepared).session.endProfiling()
  }

  private packs(): readonly StatePack[] {
    return this.latest ? [...this.latest.packs, ...this.latest.statistics] : []
  }

  private async run(
    graph: TrainingGraph,
    session: ort.InferenceSession,
    batch: { readonly labels: Int32Array; readonly learningRate: number },
    input: ort.Tensor,
  ): Promise<StepResult> {
    const state = (this.state ??= this.createState(graph))
    this.latest = graph
    const { optimizer, seed } = this.request.recipe
    const { scale, skippedSteps } = this.lossScale
    const steps = this.stepsTaken + 1 - skippedSteps
    const feeds: Record<string, ort.Tensor> = Object.fromEntries(state)
    feeds[graph.input] = input
    feeds[graph.labels] = new RuntimeTensor('int32', batch.labels, [batch.labels.length])
    for (const { name, scalar, stepsBehind: behind } of graph.scalars) {
      const value = computeStepScalars(optimizer, steps - behind, batch.learningRate)[scalar]
      feeds[name] = new RuntimeTensor('float32', Float32Array.of(value), [])
    }
    for (const mask of graph.masks) feeds[mask.name] = drawMask(mask, seed, this.stepsTaken)
    if (graph.lossScaling) feeds[graph.lossScaling.scale] = new RuntimeTensor('float32', Float32Array.of(scale), [])
    const known = new Set(session.inputNames)
    for (const name of Object.keys(feeds)) if (!known.has(name)) delete feeds[name]
    const outputs = await runSession(session, feeds, this.options.device)
    for (const [name, output] of graph.nextState) {
      const next = outputs[output]
      if (!(next instanceof RuntimeTensor)) throw internalError(`the step did not return "${output}"`)
      state.get(name)?.dispose()
      state.set(name, next)
    }
    this.stepsTaken++
    if (graph.lossScaling)
      this.lossScale = nextLossScale(this.lossScale, readScalar(outputs[graph.lossScaling.isFinite]) === 1)
    return { loss: readScalar(outputs[graph.loss]), correct: Math.round(readScalar(outputs[graph.correct])) }
  }

  private createState(graph: TrainingGraph): Map<string, ort.Tensor> {
    const { weights, slots = new Map<string, Tensor>() } = this.request
    const state = new Map<string, ort.Tensor>()
    const add = (name: string, pack: StatePack, vector: Float32Array) => {
      const [only, ...more] = pack.entries
      const dims = only && more.length === 0 ? only.dims : [pack.size]
      state.set(name, new RuntimeTensor('float32', vector, dims))
    }
    for (const pack of [...graph.packs, ...graph.statistics]) add(pack.name, pack, fillPack(pack, weights))
    for (const pack of graph.packs) {
      for (const slot of graph.slots)
        add(
          slotInput(pack, slot),
          pack,
          fillPack(pack, slots, (path) => `${path}#${slot}`),
        )
    }
    return state
  }

  private async readState(names: readonly string[]): Promise<ReadonlyMap<string, ort.Tensor>> {
    const present = new Map<string, ort.Tensor>()
    for (const name of names) {
      const tensor = this.state?.get(name)
      if (!tensor) throw internalError(`the state "${name}" is not there`)
      present.set(name, tensor)
    }
    const far = new Map([...present].filter(([, tensor]) => tensor.location === 'gpu-buffer'))
    return far.size === 0 ? present : new Map([...present, ...(await copyToHost(far, this.options.device))])
  }

  private prepareStep(batchSize: number, inputKind: 'pixels' | 'floats'): Promise<PreparedStep> {
    const key = `${inputKind} ${batchSize}`
    let prepared = this.steps.get(key)
    if (!prepared) {
      prepared = this.buildStep(batchSize, inputKind)
      this.steps.set(key, prepared)
      // What failed may be tried again: the memory that was missing may be there by then.
      prepared.catch(() => this.steps.delete(key))
    }
    return prepared
  }

  private async buildStep(batchSize: number, inputKind: 'pixels' | 'floats'): Promise<PreparedStep> {
    const { recipe, scaling, weights } = this.request
    const { device, profilePrefix } = this.options
    const target = await findTarget(device, recipe.mixedPrecision)
    const options = { batchSize, scaling, inputKind, weights, stepsBehind: this.stepsBehind }
    const { model, graph } = compileBatch(this.network, recipe, target, options)
    const session = await openSession(model, {
      device,
      keptOnDevice: [...graph.nextState.values()],
      profilePrefix,
      isFinal: target.isFinal,
    })
    return { graph, session }
  }
}

/** What this machine's ONNX Runtime wants of a training step. The blocked kernels of the CPU compute in float32 only. */
async function findTarget(device: RunDevice, isMixed: boolean): Promise<Target> {
  if (isMixed) return inHalfPrecision(plainTarget(device))
  return device === 'cpu' ? cpuTarget(await findBlockSize()) : plainTarget(device)
}

/** A dropout mask of this step: the same for the same seed, layer and step. */
function drawMask(mask: TrainingGraph['masks'][number], seed: number, step: number): ort.Tensor {
  const stream = new RandomStream(seed, 'dropout', mask.name, step)
  const kept = 1 / (1 - mask.rate)
  const size = mask.dims.reduce((product, extent) => product * extent, 1)
  const values = new Float32Array(size)
  const threshold = mask.rate * 4294967296
  for (let i = 0; i < size; i++) values[i] = stream.nextUint32() < threshold ? 0 : kept
  return new RuntimeTensor('float32', values, mask.dims)
}

function requireVector(state: ReadonlyMap<string, ort.Tensor>, name: string): Float32Array {
  const data = state.get(name)?.data
  if (data instanceof Float32Array) return data
  throw internalError(`the state "${name}" is not float32`)
}

function readScalar(value: ort.OnnxValue | undefined): number {
  const number = value instanceof RuntimeTensor ? Number(value.data[0]) : Number.NaN
  return number
}
