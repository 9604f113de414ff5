// Training of networks with frozen layers: a frozen first part only predicts, and layers unfreeze between epochs; not where the cut lies (lower/splitFrozen.ts).
import { countUnfreezes, freezeAt } from '../../../shared/network/freezing'
import { splitFrozen, type SplitNetwork } from '../../../shared/lower/splitFrozen'
import type { DeviceName } from '../../../shared/training/deviceNames'
import type {
  Engine,
  PredictionSession,
  StepResult,
  TrainingBatch,
  TrainingRequest,
  TrainingSession,
} from '../../../shared/training/computeEngine'
import type { TensorMap } from '../../../shared/onnx/tensor'
import { internalError } from '../../../shared/graph/errors'
import { countElements } from '../../../shared/graph/shape'

/** Features of images that come again are kept up to so many bytes. */
const mostKeptBytes = 1 << 30

/** A smaller share of the arithmetic than this is not worth two networks. */
const leastShare = 0.2

/** The same engine for training in phases: layers unfreeze where the recipe says so, and frozen parts are not differentiated. */
export function withFreezing(engine: Engine): Engine {
  return {
    name: engine.name,
    openPrediction: (request, device) => engine.openPrediction(request, device),
    openTraining: (request, device) => PhasedSession.open(engine, request, device),
  }
}

/** Holds the session of the present phase and opens the next one where layers unfreeze. */
class PhasedSession implements TrainingSession {
  private constructor(
    private readonly engine: Engine,
    private readonly request: TrainingRequest,
    private readonly askedDevice: DeviceName,
    private session: TrainingSession,
    private unfreezes: number,
    private stepsTaken: number,
  ) {}

  static async open(engine: Engine, request: TrainingRequest, device: DeviceName): Promise<TrainingSession> {
    const { recipe, epochsDone = 0, stepsTaken = 0 } = request
    const session = await openTraining(engine, { ...request, ...freezeAt(request, epochsDone) }, device)
    const unfreezes = countUnfreezes(recipe, epochsDone)
    return recipe.unfreeze.length === 0
      ? session
      : new PhasedSession(engine, request, device, session, unfreezes, stepsTaken)
  }

  get device(): TrainingSession['device'] {
    return this.session.device
  }

  async enterEpoch(epochsDone: number): Promise<void> {
    const unfreezes = countUnfreezes(this.request.recipe, epochsDone)
    if (unfreezes === this.unfreezes) return
    const weights = await this.readWeights()
    const slots = await this.readSlots()
    const phase = {
      ...this.request,
      ...freezeAt(this.request, epochsDone),
      weights,
      slots,
      stepsTaken: this.stepsTaken,
    }
    await this.session.dispose()
    this.session = await openTraining(this.engine, phase, this.askedDevice)
    this.unfreezes = unfreezes
  }

  async step(batch: TrainingBatch): Promise<StepResult> {
    const result = await this.session.step(batch)
    this.stepsTaken++
    return result
  }

  readWeights(): Promise<TensorMap> {
    return this.session.readWeights()
  }

  readSlots(): Promise<TensorMap> {
    return this.session.readSlots()
  }

  dispose(): Promise<void> {
    return this.session.dispose()
  }
}

/**
 * Opens a training session; where a good part of the network is frozen, that part is run as a network that only predicts
 * (its batch norms folded, no gradients, no activations kept), and what it gives for an image is kept where the image
 * comes again unchanged.
 * @throws NetloomError what the engine throws
 */
async function openTraining(engine: Engine, request: TrainingRequest, device: DeviceName): Promise<TrainingSession> {
  const split = splitFrozen(request.document, request.recipe.freeze)
  if (!split || split.bodyMacs < leastShare * split.macs) return engine.openTraining(request, device)
  const head = await engine.openTraining(
    { ...request, document: split.head, weights: weightsOf(split.head, request) },
    device,
  )
  try {
    if (!head.stepFloats) throw internalError(`the engine "${engine.name}" takes no ready numbers`)
    const { scaling } = request
    const weights = weightsOf(split.body, request)
    const body = await engine.openPrediction({ document: split.body, scaling, weights }, head.device ?? device)
    return new FrozenBodySession(request.weights, split, body, head)
  } catch (error) {
    await head.dispose()
    throw error
  }
}

/** Weights of the layers of one part. */
function weightsOf({ nodes }: SplitNetwork['body'], { weights }: TrainingRequest): TensorMap {
  const ids = new Set<string>(nodes.map(({ id }) => id))
  return new Map([...weights].filter(([path]) => ids.has(path.slice(0, path.lastIndexOf('/')))))
}

class FrozenBodySession implements TrainingSession {
  private readonly featureSize: number
  /** Features by the place of their image; undefined once they would take too much memory. */
  private kept: Map<number, Float32Array> | undefined = new Map()

  constructor(
    private readonly weights: TensorMap,
    split: SplitNetwork,
    private readonly body: PredictionSession,
    private readonly head: TrainingSession,
  ) {
    this.featureSize = countElements(split.featureShape)
  }

  get device(): TrainingSession['device'] {
    return this.head.device
  }

  async step(batch: TrainingBatch): Promise<StepResult> {
    if (!this.head.stepFloats) throw internalError('the head takes no ready numbers')
    const { labels, learningRate } = batch
    return this.head.stepFloats({ inputs: await this.findFeatures(batch), labels, learningRate })
  }

  async readWeights(): Promise<TensorMap> {
    return new Map([...this.weights, ...(await this.head.readWeights())])
  }

  async readSlots(): Promise<TensorMap> {
    return this.head.readSlots()
  }

  async dispose(): Promise<void> {
    this.kept = undefined
    try {
      await this.head.dispose()
    } finally {
      await this.body.dispose()
    }
  }

  /** [N, ...features]: those kept from an earlier epoch, or computed. */
  private async findFeatures({ pixels, labels, images }: TrainingBatch): Promise<Float32Array> {
    const { kept, featureSize: size } = this
    const places = images && Array.from(images)
    const known = kept && places?.map((place) => kept.get(place))
    if (known?.every((features) => features !== undefined)) {
      const inputs = new Float32Array(labels.length * size)
      known.forEach((features, index) => features && inputs.set(features, index * size))
      return inputs
    }
    const inputs = await this.body.predict(pixels, labels.length)
    if (kept && places) this.keep(kept, places, inputs)
    return inputs
  }

  private keep(kept: Map<number, Float32Array>, places: readonly number[], inputs: Float32Array): void {
    const { featureSize: size } = this
    places.forEach((place, index) => kept.set(place, inputs.slice(index * size, (index + 1) * size)))
    if (kept.size * size * Float32Array.BYTES_PER_ELEMENT > mostKeptBytes) this.kept = undefined
  }
}
