// Our side of the bench, inside its own process: opens a network on an engine and times its steps on request.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { loadEngine } from '../engines'
import { initialiseWeights } from '../../shared/network/initialise'
import type { EngineName } from '../../shared/training/deviceNames'
import type { PredictionSession, TrainingSession } from '../../shared/training/computeEngine'
import type { InputScaling, NetworkDocument } from '../../shared/graph/document'
import { internalError } from '../../shared/graph/errors'
import { RandomStream } from '../../shared/training/randomStream'
import { recipeSchema, type Recipe } from '../../shared/training/recipe'
import { readVersions } from '../runs/runRecord'
import { benchCases, benchClasses } from './benchCases'
import { readPeakMemory } from './memory'
import { planNetwork } from './networkPlan'
import { callSchema, type Call, type OpenCall } from './protocol'

/** Batches that are stepped through in turn, so that no step sees the images of the one before. */
const batchesInTurn = 4

/** Pixels of both sides are as good as random; the scaling only makes the inputs of the size that networks see. */
export const benchScaling: InputScaling = { mean: [0.5], deviation: [0.25] }

/** The recipe of every training row. */
export function benchRecipe(call: Pick<OpenCall, 'batch' | 'learningRate' | 'momentum'>): Recipe {
  const { batch, learningRate, momentum } = call
  return recipeSchema.parse({ batchSize: batch, learningRate, optimizer: { type: 'momentum', momentum } })
}

export interface BenchBatch {
  /** [N, C, H, W], 0 ... 255 */
  readonly pixels: Uint8Array
  /** [N] */
  readonly labels: Int32Array
}

/** Random images of a network's input shape. */
export function drawBatches(inputShape: readonly number[], batch: number): readonly BenchBatch[] {
  const size = inputShape.reduce((product, extent) => product * extent, batch)
  return Array.from({ length: batchesInTurn }, (_, index) => {
    const random = new RandomStream(1, 'bench', index)
    return {
      pixels: Uint8Array.from({ length: size }, () => random.below(256)),
      labels: Int32Array.from({ length: batch }, () => random.below(benchClasses)),
    }
  })
}

/** The scaling with one value per channel. */
export function scalingFor([channels = 1]: readonly number[]): InputScaling {
  const repeat = ([value = 0]: readonly number[]) => Array.from({ length: channels }, () => value)
  return { mean: repeat(benchScaling.mean), deviation: repeat(benchScaling.deviation) }
}

type OpenSession =
  | { readonly mode: 'train'; readonly session: TrainingSession }
  | { readonly mode: 'infer'; readonly session: PredictionSession }

/** A network ready to take steps. */
class BenchNetwork {
  private stepsTaken = 0

  constructor(
    private readonly opened: OpenSession,
    private readonly batches: readonly BenchBatch[],
    private readonly learningRate: number,
  ) {}

  /** @returns the seconds that `steps` steps took */
  async run(steps: number): Promise<number> {
    const start = performance.now()
    for (let step = 0; step < steps; step++) await this.step()
    return (performance.now() - start) / 1000
  }

  private async step(): Promise<void> {
    const batch = this.batches[this.stepsTaken % this.batches.length]
    if (!batch) throw internalError('the bench has no images')
    this.stepsTaken++
    if (this.opened.mode === 'train') await this.opened.session.step({ ...batch, learningRate: this.learningRate })
    else await this.opened.session.predict(batch.pixels, batch.labels.length)
  }
}

async function openSession(call: OpenCall, document: NetworkDocument, scaling: InputScaling): Promise<OpenSession> {
  const engine = await loadEngine(call.engine)
  const { device } = call
  const weights = initialiseWeights(document, 1)
  if (call.mode === 'infer') {
    return { mode: 'infer', session: await engine.openPrediction({ document, scaling, weights }, device) }
  }
  const request = { document, scaling, weights, recipe: benchRecipe(call) }
  return { mode: 'train', session: await engine.openTraining(request, device) }
}

function versionOf(engine: EngineName): string {
  if (engine === 'ort') return readVersions().onnxruntime
  const manifest: unknown = createRequire(import.meta.url)('@tensorflow/tfjs-core/package.json')
  return z.object({ version: z.string() }).parse(manifest).version
}

/** Serves calls from standard input until it ends. */
export async function serveBench(): Promise<void> {
  let network: BenchNetwork | undefined
  const answer = async (call: Call): Promise<object> => {
    switch (call.call) {
      case 'open': {
        const document = benchCases.find((each) => each.name === call.name)?.build()
        if (!document) throw internalError(`there is no row "${call.name}"`)
        const { inputShape, trainable } = planNetwork(document)
        const session = await openSession(call, document, scalingFor(inputShape))
        network = new BenchNetwork(session, drawBatches(inputShape, call.batch), call.learningRate)
        return { version: versionOf(call.engine), parameters: trainable }
      }
      case 'run':
        if (!network) throw internalError('no network is open')
        return { seconds: await network.run(call.steps) }
      case 'memory':
        return { peakMemoryBytes: readPeakMemory() }
      default:
        return call satisfies never
    }
  }
  for await (const line of createInterface({ input: process.stdin })) {
    let reply: object
    try {
      reply = await answer(callSchema.parse(JSON.parse(line)))
    } catch (error) {
      reply = { error: error instanceof Error ? error.message : String(error) }
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`)
  }
}
