// A network in training on TensorFlow.js: its model, its optimiser slots, one step after the other; the formulas are losses.ts and updates.ts.
import type { Rank, Scalar, Tensor as TfTensor, Variable } from '@tensorflow/tfjs-core'
import type {
  FloatBatch,
  StepResult,
  TrainingBatch,
  TrainingRequest,
  TrainingSession,
} from '../../../shared/training/computeEngine'
import type { Tensor, TensorMap } from '../../../shared/onnx/tensor'
import { internalError } from '../../../shared/graph/errors'
import { readRateFactors } from '../../../shared/network/freezing'
import { lowerTfjs } from '../../../shared/targets/tfjs/lowerTfjs'
import { runForward, type TfjsNetwork, type TfjsWeight } from '../../../shared/targets/tfjs/tfjsNetwork'
import { fromVariable, toNhwc, toNhwcDims, toVariable } from '../../../shared/targets/tfjs/weightLayout'
import { stepsBehind, writeStepsBehind } from '../../../shared/training/ownSteps'
import { computeStepScalars, slotNames } from '../../../shared/training/optimizers'
import { activate, tf, type TfjsBackend, type TfjsDevice } from './backend'
import { tfjsError } from './engineError'
import { computeLoss, countCorrect } from './lossFunctions'
import { drawMask, scalePixels } from './imageTensors'
import { requireGradients } from './requireGradients'
import { computeClipFactor, updateWeight } from './updates'

/** A variable that gradient steps change, with its optimiser slots. */
interface Trained extends TfjsWeight {
  readonly value: Variable
  /** By name. */
  readonly slots: ReadonlyMap<string, Variable>
  /** 0 where a dilated window has a gap; undefined where it has none. */
  readonly taps: TfTensor | undefined
  readonly decays: boolean
  /** What the learning rate is multiplied by. */
  readonly rateFactor: number
  /** How many steps fewer than the run it has been trained. */
  readonly stepsBehind: number
}

export class TfjsTrainingSession implements TrainingSession {
  private stepsTaken: number
  private readonly trained: readonly Trained[]

  private constructor(
    private readonly request: TrainingRequest,
    private readonly backend: TfjsBackend,
    private readonly network: TfjsNetwork,
  ) {
    this.stepsTaken = request.stepsTaken ?? 0
    this.trained = network.weights.filter(({ weight }) => weight.trainable).map((part) => prepareWeight(part, request))
  }

  /** @throws NetloomError the first error of the document; `autodiff.noGradient`; `weights.mismatch` */
  static async open(request: TrainingRequest, backend: TfjsBackend): Promise<TfjsTrainingSession> {
    const { document, recipe, weights } = request
    requireGradients(document, recipe)
    await activate(backend)
    const network = lowerTfjs(tf, document, {
      mode: 'training',
      audience: 'engine',
      weights,
      logits: true,
      freeze: recipe.freeze,
    })
    return new TfjsTrainingSession(request, backend, network)
  }

  get device(): TfjsDevice {
    return this.backend.device
  }

  async step(batch: TrainingBatch): Promise<StepResult> {
    const { inputShape } = this.network
    return this.run(scalePixels(batch.pixels, batch.labels.length, inputShape, this.request.scaling), batch)
  }

  /** Takes a step on ready numbers; the scaling does not apply. */
  async stepFloats(batch: FloatBatch): Promise<StepResult> {
    return this.run(toNhwc(batch.inputs, batch.labels.length, this.network.inputShape), batch)
  }

  async readWeights(): Promise<TensorMap> {
    await activate(this.backend)
    const weights = new Map(this.request.weights)
    const updated = this.network.weights.filter(
      ({ weight }) => weight.trainable || this.network.updates.has(weight.path),
    )
    for (const { weight } of updated) weights.set(weight.path, emptyTensor(weight.shape))
    for (const { weight, variable, layout } of updated) {
      const target = weights.get(weight.path)
      if (target) fromVariable(await readValues(variable.read()), layout, weight.shape, target.data)
    }
    return weights
  }

  async readSlots(): Promise<TensorMap> {
    await activate(this.backend)
    const tensors = new Map<string, Tensor>()
    for (const { weight, layout, slots, stepsBehind: behind } of this.trained) {
      const written = writeStepsBehind(weight.path, behind)
      if (written) tensors.set(...written)
      for (const [slot, variable] of slots) {
        const path = `${weight.path}#${slot}`
        const target = tensors.get(path) ?? emptyTensor(weight.shape)
        tensors.set(path, target)
        fromVariable(await readValues(variable), layout, weight.shape, target.data)
      }
    }
    return tensors
  }

  async dispose(): Promise<void> {
    await activate(this.backend)
    for (const { slots, taps } of this.trained) {
      for (const variable of slots.values()) variable.dispose()
      taps?.dispose()
    }
    this.network.model.dispose()
  }

  private async run(
    inputs: Float32Array,
    batch: { readonly labels: Int32Array; readonly learningRate: number },
  ): Promise<StepResult> {
    await activate(this.backend)
    try {
      const [loss, correct] = this.takeStep(inputs, batch)
      const [[lossValue = Number.NaN], [correctValue = 0]] = await Promise.all([loss.data(), correct.data()])
      tf.dispose([loss, correct])
      this.stepsTaken++
      return { loss: lossValue, correct: Math.round(correctValue) }
    } catch (cause) {
      throw tfjsError('TensorFlow.js stopped in the middle of a step', this.backend, cause)
    }
  }

  /** Forward, loss, gradients and updates. @returns loss and correct count, to be disposed of */
  private takeStep(
    inputs: Float32Array,
    { labels, learningRate }: { readonly labels: Int32Array; readonly learningRate: number },
  ): [Scalar, Scalar] {
    const { network, request } = this
    const count = labels.length
    const { seed } = request.recipe
    return tf.tidy(() => {
      const feeds = [
        tf.tensor(inputs, [count, ...toNhwcDims(network.inputShape)]),
        ...network.masks.map((mask) =>
          tf.tensor(drawMask(mask, count, seed, this.stepsTaken), [count, ...toNhwcDims(mask.shape)]),
        ),
      ]
      const classes = tf.tensor1d(labels, 'int32')
      const kept: TfTensor[] = []
      let correct: Scalar | undefined
      let own: Scalar | undefined
      let updates: ReadonlyMap<string, TfTensor> = new Map()
      const computeMean = (): Scalar => {
        const forward = runForward(network, feeds)
        const logits = tf.reshape<Rank.R2>(forward.output, [count, -1])
        correct = tf.keep(countCorrect(tf, logits, classes))
        updates = new Map(Array.from(forward.updates, ([path, value]) => [path, tf.keep(value)]))
        kept.push(...updates.values())
        const loss = computeLoss(tf, request.recipe.loss, logits, classes)
        own = tf.keep(loss)
        // The side branches teach, but the loss that is told stays that of the output, as in validation.
        return forward.auxiliaries.reduce<Scalar>((sum, { logits: side, weight }) => {
          const flat = tf.reshape<Rank.R2>(side, [count, -1])
          return tf.add(sum, tf.mul(computeLoss(tf, request.recipe.loss, flat, classes), weight))
        }, loss)
      }
      const gradients = this.differentiate(computeMean)
      this.applyGradients(gradients, learningRate)
      for (const { weight, variable } of network.weights) {
        const value = updates.get(weight.path)
        if (value) variable.write(value)
      }
      tf.dispose(kept)
      if (!correct || !own) throw internalError('the step was not computed')
      return [own, correct]
    })
  }

  /** @returns the gradients of the trained variables, in their order */
  private differentiate(compute: () => Scalar): readonly TfTensor[] {
    if (this.trained.length === 0) {
      compute()
      return []
    }
    const { grads } = tf.variableGrads(
      compute,
      this.trained.map((part) => part.value),
    )
    return this.trained.map(({ value: variable, weight, taps }) => {
      const gradient = grads[variable.name]
      if (!gradient) throw internalError(`the weight "${weight.path}" got no gradient`)
      return taps ? tf.mul(gradient, taps) : gradient
    })
  }

  private applyGradients(gradients: readonly TfTensor[], learningRate: number): void {
    const { optimizer, gradientClipNorm, weightDecay } = this.request.recipe
    const step = this.stepsTaken + 1
    const factor =
      gradientClipNorm === null || gradients.length === 0
        ? undefined
        : computeClipFactor(tf, gradients, gradientClipNorm)
    this.trained.forEach(({ value, slots, decays, rateFactor, stepsBehind: behind }, index) => {
      const gradient = gradients[index]
      if (!gradient) throw internalError(`"${value.name}" has no gradient`)
      const variables = [...slots.values()]
      const next = updateWeight(tf, optimizer, {
        weight: value,
        gradient: factor ? tf.mul(gradient, factor) : gradient,
        slots: variables,
        decay: decays ? weightDecay : 0,
        scalars: computeStepScalars(optimizer, step - behind, learningRate * rateFactor),
      })
      value.assign(next.weight)
      variables.forEach((variable, position) => {
        const slot = next.slots[position]
        if (slot) variable.assign(slot)
      })
    })
  }
}

function emptyTensor(dims: readonly number[]): Tensor {
  return { dims, data: new Float32Array(dims.reduce((product, extent) => product * extent, 1)) }
}

async function readValues(tensor: TfTensor): Promise<Float32Array> {
  return new Float32Array(await tensor.data())
}

/** The slots of a weight, from an earlier run or zero. */
function prepareWeight(part: TfjsWeight, { recipe, slots, stepsTaken = 0 }: TrainingRequest): Trained {
  const { weight, variable, layout } = part
  const openSlot = (slot: string): Variable => {
    const given = slots?.get(`${weight.path}#${slot}`) ?? emptyTensor(weight.shape)
    const { dims, data } = toVariable(given, layout)
    return tf.tidy(() => tf.variable(tf.tensor(data, [...dims]), false))
  }
  const ones = { dims: weight.shape, data: emptyTensor(weight.shape).data.fill(1) }
  const taps = layout.dilation && toVariable(ones, layout)
  return {
    ...part,
    value: variable.read() as Variable, // A variable of a layer is one of TensorFlow.js, which its type does not say.
    slots: new Map(slotNames(recipe.optimizer).map((slot) => [slot, openSlot(slot)])),
    taps: taps && tf.tensor(taps.data, [...taps.dims]),
    decays: recipe.decayedWeights === 'all' || weight.spec.decays,
    rateFactor: readRateFactors(recipe)(weight.path),
    stepsBehind: stepsBehind(weight.path, { optimizer: recipe.optimizer, slots, stepsTaken }),
  }
}
