// A process that trains a tiny network on one device and prints what happened; a driver that crashes takes only this process.
import { defaultRecipe, tinyNetwork } from './tinyNetwork'
import { resolveDevice } from './runtime'
import { OrtTrainingSession } from './trainingSession'
import { initialiseWeights } from '../../../shared/compile/initialise'
import { deviceNames, type DeviceName } from '../../../shared/engine'
import { RandomStream } from '../../../shared/random'

const batchSize = 16
const warmUpSteps = 3
const timedSteps = 10

/** Trains on noise; @returns pictures per second of the timed steps. @throws where the device fails or the loss is not finite */
async function measure(device: DeviceName): Promise<number> {
  const document = tinyNetwork()
  const session = new OrtTrainingSession(
    {
      document,
      recipe: defaultRecipe(),
      scaling: { mean: [0.5], deviation: [0.5] },
      weights: initialiseWeights(document, 1),
    },
    { device: resolveDevice(device) },
  )
  const stream = new RandomStream(1, 'device test')
  const pixels = Uint8Array.from({ length: batchSize * 3 * 16 * 16 }, () => stream.below(256))
  const labels = Int32Array.from({ length: batchSize }, (_, index) => index % 4)
  let start = performance.now()
  for (let step = 0; step < warmUpSteps + timedSteps; step++) {
    if (step === warmUpSteps) start = performance.now()
    const { loss } = await session.step({ pixels, labels, learningRate: 0.01 })
    if (!Number.isFinite(loss)) throw new Error(`the loss became ${loss}`)
  }
  const elapsedMs = performance.now() - start
  await session.readWeights()
  await session.dispose()
  return (1000 * batchSize * timedSteps) / elapsedMs
}

async function main(): Promise<void> {
  const device = deviceNames.find((name) => name === process.argv[2]) ?? 'cpu'
  const report = await measure(device).then(
    (imagesPerSecond) => ({ imagesPerSecond }),
    (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
  )
  process.stdout.write(`${JSON.stringify(report)}\n`)
}

await main()
