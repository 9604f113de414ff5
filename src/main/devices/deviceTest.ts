// A process that trains a tiny network with one engine on one device and tells what happened; judging that is deviceTrial.ts.
import { defaultRecipe, tinyNetwork } from './tinyNetwork'
import { trialCommandSchema, type TrialCommand, type TrialReport } from './deviceTrial'
import { loadEngine } from '../engines/index'
import { hearParent, tellParent } from '../process/ChildTask'
import { initialiseWeights } from '../../shared/network/initialise'
import type { DeviceName, EngineName } from '../../shared/training/deviceNames'
import type { TrainingBatch, TrainingSession } from '../../shared/training/computeEngine'
import { NetloomError } from '../../shared/graph/errors'
import { RandomStream } from '../../shared/training/randomStream'

const batchSize = 16
const warmUpSteps = 3
/** Steps are timed for so long, which a slow device may exceed by its last one. */
const timedMs = 300

/** Noise with labels. */
function makeBatch(): TrainingBatch {
  const stream = new RandomStream(1, 'device test')
  const pixels = Uint8Array.from({ length: batchSize * 3 * 16 * 16 }, () => stream.below(256))
  return { pixels, labels: Int32Array.from({ length: batchSize }, (_, index) => index % 4), learningRate: 0.01 }
}

/** Images per second over some steps. */
async function timeSteps(session: TrainingSession, batch: TrainingBatch): Promise<number> {
  const start = performance.now()
  let steps = 0
  while (performance.now() - start < timedMs) {
    await session.step(batch)
    steps++
  }
  return (1000 * batchSize * steps) / (performance.now() - start)
}

/** Trains on noise, and reads the weights back, which some drivers fail at. */
async function measure(name: EngineName, device: DeviceName): Promise<TrialReport> {
  const document = tinyNetwork()
  const engine = await loadEngine(name)
  const weights = initialiseWeights(document, 1)
  const scaling = { mean: [0.5], deviation: [0.5] }
  const session = await engine.openTraining({ document, recipe: defaultRecipe(), scaling, weights }, device)
  const batch = makeBatch()
  const losses: number[] = []
  for (let step = 0; step < warmUpSteps; step++) losses.push((await session.step(batch)).loss)
  const imagesPerSecond = await timeSteps(session, batch)
  await session.readWeights()
  await session.dispose()
  return { imagesPerSecond, losses }
}

async function answer({ engine, device }: TrialCommand): Promise<void> {
  const report = await measure(engine, device).catch((error: unknown): TrialReport => ({
    error: error instanceof Error ? error.message : String(error),
    ...(error instanceof NetloomError ? { code: error.code } : {}),
  }))
  await tellParent(report)
  // A driver that keeps threads of its own would keep the process.
  process.exit(0)
}

hearParent(trialCommandSchema, (command) => void answer(command))
process.on('disconnect', () => process.exit(0))
