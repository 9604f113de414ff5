// A process that trains a tiny network on one device, compares it with the CPU and prints what happened; reading that is deviceTrial.ts.
import type { TrialReport } from './deviceTrial'
import { defaultRecipe, tinyNetwork } from './tinyNetwork'
import { resolveDevice, type RunDevice } from './runtime'
import { OrtTrainingSession } from './trainingSession'
import { initialiseWeights } from '../../../shared/compile/initialise'
import { deviceNames, type TrainingBatch } from '../../../shared/engine'
import { NetloomError } from '../../../shared/graph/errors'
import { RandomStream } from '../../../shared/random'

const batchSize = 16
const warmUpSteps = 3
const timedSteps = 10

/** How far a device's loss may be from the CPU's in the first steps, as a part of it. */
const tolerance = 1e-3

function openSession(device: RunDevice): OrtTrainingSession {
  const document = tinyNetwork()
  const weights = initialiseWeights(document, 1)
  const scaling = { mean: [0.5], deviation: [0.5] }
  return new OrtTrainingSession({ document, recipe: defaultRecipe(), scaling, weights }, { device })
}

/** Noise with labels. */
function makeBatch(): TrainingBatch {
  const stream = new RandomStream(1, 'device test')
  const pixels = Uint8Array.from({ length: batchSize * 3 * 16 * 16 }, () => stream.below(256))
  return { pixels, labels: Int32Array.from({ length: batchSize }, (_, index) => index % 4), learningRate: 0.01 }
}

/** Takes steps on one batch. @returns their losses */
async function takeSteps(session: OrtTrainingSession, batch: TrainingBatch, count: number): Promise<number[]> {
  const losses: number[] = []
  for (let step = 0; step < count; step++) losses.push((await session.step(batch)).loss)
  return losses
}

/** Trains on noise. @returns pictures per second. @throws where the device fails, or computes other losses than the CPU */
async function measure(device: RunDevice): Promise<number> {
  const batch = makeBatch()
  const reference = openSession('cpu')
  const expected = await takeSteps(reference, batch, warmUpSteps)
  await reference.dispose()
  const session = openSession(device)
  const losses = await takeSteps(session, batch, warmUpSteps)
  const wrong = expected.findIndex((loss, step) => !(Math.abs((losses[step] ?? 0) - loss) <= tolerance * loss))
  if (wrong >= 0) {
    throw new NetloomError(
      'engine.failed',
      `${device} computes wrongly: the loss of step ${wrong + 1} is ${losses[wrong]}, and ${expected[wrong]} on the CPU.`,
      { expected: expected[wrong], received: losses[wrong], hint: 'Update its driver, or use --device cpu.' },
    )
  }
  const start = performance.now()
  await takeSteps(session, batch, timedSteps)
  const elapsedMs = performance.now() - start
  await session.readWeights()
  await session.dispose()
  return (1000 * batchSize * timedSteps) / elapsedMs
}

async function main(): Promise<void> {
  const device = deviceNames.find((name) => name === process.argv[2]) ?? 'cpu'
  const report = await measure(resolveDevice(device)).then(
    (imagesPerSecond): TrialReport => ({ imagesPerSecond }),
    (error: unknown): TrialReport => ({
      error: error instanceof Error ? error.message : String(error),
      ...(error instanceof NetloomError ? { code: error.code } : {}),
    }),
  )
  process.stdout.write(`${JSON.stringify(report)}\n`)
}

await main()
