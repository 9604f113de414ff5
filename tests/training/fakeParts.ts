// A tiny exact engine and loader for tests of the training loop: one neuron with momentum, no ONNX.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRunFolder } from '../../src/main/runs/runFolder'
import type { BatchesRequest, ImageSource } from '../../src/main/models/evaluate'
import { LockedRun } from '../../src/main/trainer/loop/lockedRun'
import type { FileWriter } from '../../src/main/files/durableFile'
import type { TrainingEvent } from '../../src/shared/training/events'
import type { RunRecord } from '../../src/main/runs/runRecord'
import { runTraining } from '../../src/main/trainer/loop/trainingLoop'
import type { TrainingParts } from '../../src/main/trainer/loop/trainingPlan'
import type { SplitName } from '../../src/shared/datasets/dataset'
import type { Engine, TrainingRequest } from '../../src/shared/training/computeEngine'
import type { TensorMap } from '../../src/shared/onnx/tensor'
import type { OnnxModel } from '../../src/shared/onnx/model'
import { RandomStream } from '../../src/shared/training/randomStream'
import { recipeSchema } from '../../src/shared/training/recipe'
import type { RecipeInput } from '../../src/shared/training/recipe'

export const plainScaling = { mean: [0], deviation: [1] }

/** Images of one pixel; bright ones are of class 1, mostly. */
export class FakeLoader implements ImageSource {
  private readonly pixels: Uint8Array
  private readonly classes: Int32Array

  constructor(
    private readonly counts: { readonly [Split in SplitName]?: number } = { train: 23, val: 8, test: 8 },
    /** Places in the training split that cannot be decoded. */
    private readonly broken: readonly number[] = [],
  ) {
    const random = new RandomStream(5, 'images')
    this.pixels = Uint8Array.from({ length: 100 }, () => random.below(256))
    this.classes = Int32Array.from(this.pixels, (pixel) => (pixel + 60 * random.normal() > 128 ? 1 : 0))
  }

  labels(split: SplitName): Int32Array {
    return this.classes.subarray(0, this.counts[split] ?? 0)
  }

  unreadable() {
    return this.broken.map((place) => ({ file: `${place}.png`, reason: 'truncated' }))
  }

  async *batches({ split, order, batchSize, startBatch }: BatchesRequest) {
    for (let start = startBatch * batchSize; start < order.length; start += batchSize) {
      await Promise.resolve()
      const places = Array.from(order.subarray(start, start + batchSize)).filter(
        (place) => split !== 'train' || !this.broken.includes(place),
      )
      yield {
        pixels: Uint8Array.from(places, (place) => this.pixels[place] ?? 0),
        labels: Int32Array.from(places, (place) => this.classes[place] ?? 0),
        indices: places,
      }
    }
  }
}

export interface FakeEngineOptions {
  /** Called before each step; may throw. */
  readonly beforeStep?: (step: number) => void
  /** Replaces the loss of a step. */
  readonly lossOf?: (step: number, loss: number) => number
  /** From this step on the weights are NaN, though the loss of the step is not. */
  readonly breakWeightsAt?: number
}

const tensor = (values: readonly number[]) => ({ dims: [values.length], data: Float32Array.from(values) })

/** s = w * x + b with squared loss and momentum 0.9, in float32. */
export class FakeEngine implements Engine {
  readonly name = 'ort'

  constructor(private readonly options: FakeEngineOptions = {}) {}

  openTraining(request: TrainingRequest) {
    const { options } = this
    const weights = Float32Array.from(request.weights.get('neuron/weight')?.data ?? [])
    const slots = Float32Array.from(request.slots?.get('neuron/weight#momentum')?.data ?? [0, 0])
    let steps = request.stepsTaken ?? 0
    return Promise.resolve({
      device: 'cpu' as const,
      step: ({ pixels, labels, learningRate }: { pixels: Uint8Array; labels: Int32Array; learningRate: number }) => {
        options.beforeStep?.(steps + 1)
        const [w = 0, b = 0] = weights
        const errors = Array.from(labels, (label, i) => Math.fround(w * ((pixels[i] ?? 0) / 255) + b - label))
        const loss = Math.fround(errors.reduce((sum, e) => sum + e * e, 0) / labels.length)
        const gradient = [
          errors.reduce((sum, e, i) => sum + (2 * e * (pixels[i] ?? 0)) / 255, 0) / labels.length,
          errors.reduce((sum, e) => sum + 2 * e, 0) / labels.length,
        ]
        steps++
        gradient.forEach((g, i) => {
          slots[i] = 0.9 * (slots[i] ?? 0) + g + 1e-3 * new RandomStream(1, 'mask', steps).normal()
          weights[i] = (weights[i] ?? 0) - learningRate * (slots[i] ?? 0)
        })
        if (options.breakWeightsAt !== undefined && steps >= options.breakWeightsAt) weights.fill(NaN)
        const correct = errors.filter((e) => Math.abs(e) < 0.5).length
        return Promise.resolve({ loss: options.lossOf?.(steps, loss) ?? loss, correct })
      },
      readWeights: () => Promise.resolve(new Map([['neuron/weight', tensor([...weights])]])),
      readSlots: () => Promise.resolve(new Map([['neuron/weight#momentum', tensor([...slots])]])),
      dispose: () => Promise.resolve(),
    })
  }

  openPrediction({ weights }: { weights: TensorMap }) {
    const [w = 0, b = 0] = weights.get('neuron/weight')?.data ?? []
    return Promise.resolve({
      predict: (pixels: Uint8Array) =>
        Promise.resolve(
          Float32Array.from(
            Array.from(pixels).flatMap((pixel) => [1 - ((w * pixel) / 255 + b), (w * pixel) / 255 + b]),
          ),
        ),
      dispose: () => Promise.resolve(),
    })
  }
}

export const fakeRecipe: RecipeInput = {
  epochs: 4,
  batchSize: 4,
  learningRate: 0.05,
  loss: { type: 'mse' },
  schedule: { type: 'plateau', patience: 1, factor: 0.5 },
  warmupSteps: 3,
  seed: 11,
}

export function fakeRecord(recipe: RecipeInput = fakeRecipe): RunRecord {
  return {
    format: 'netloom-run',
    version: 1,
    created: '2026-01-01T00:00:00.000Z',
    state: 'created',
    error: null,
    engine: 'ort',
    device: 'cpu',
    seed: recipe.seed ?? 1,
    versions: { netloom: '0', onnxruntime: '0', node: '0' },
    dataset: { reference: 'fake', options: {}, workingDirectory: '.', fingerprint: 'f', classes: ['dark', 'bright'] },
    resize: 'stretch',
    scaling: plainScaling,
    recipe: recipeSchema.parse(recipe),
    outcome: null,
    document: { format: 'netloom', version: 1, name: 'neuron', nodes: [], edges: [] },
  }
}

/** A new run folder in a temporary place. */
export async function createFakeRun(recipe: RecipeInput = fakeRecipe, parent?: string): Promise<string> {
  const directory = join(parent ?? (await mkdtemp(join(tmpdir(), 'netloom-loop-'))), 'run')
  await createRunFolder(directory, fakeRecord(recipe))
  return directory
}

/** Trains in a run folder as far as the parts let it. */
export async function trainFake(
  directory: string,
  parts: Partial<TrainingParts> = {},
  writer?: FileWriter,
): Promise<readonly TrainingEvent[]> {
  const runFolder = await LockedRun.open(directory, writer)
  const events: TrainingEvent[] = []
  const { recipe, document } = runFolder.record
  await runTraining({
    plan: {
      document,
      recipe,
      scaling: plainScaling,
      classes: ['dark', 'bright'],
      device: 'cpu',
      initialWeights: () => Promise.resolve(new Map([['neuron/weight', tensor([0.3, -0.2])]])),
      buildModel: fakeModel,
    },
    engine: new FakeEngine(),
    loader: new FakeLoader(),
    runFolder,
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    ...parts,
  })
  return events
}

/** A model that holds the weights and gives them back. */
function fakeModel(weights: TensorMap): OnnxModel {
  const initializers = new Map(
    [...weights].map(([path, { dims, data }]) => [path, { dataType: 'float32', dims, data } as const]),
  )
  const names = { inputs: ['neuron/weight'], outputs: ['weight'] }
  const nodes = [{ opType: 'Identity', domain: '', name: 'weight', attributes: {}, ...names }]
  const outputs = [{ name: 'weight', dataType: 'float32', dims: [2] } as const]
  const graph = { name: 'fake', inputs: [], outputs, initializers, nodes }
  return { irVersion: 8, opsets: { '': 17 }, producerName: 'test', producerVersion: '', metadata: {}, graph }
}
