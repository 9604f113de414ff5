// A process of its own that takes some training steps on random images, to measure time and memory before a long run.
import { z } from 'zod'
import { initialiseWeights } from '../../shared/network/initialise'
import { requireSound } from '../../shared/network/inferDocument'
import { deviceNames, engineNames } from '../../shared/training/deviceNames'
import { parseDocument } from '../../shared/graph/schema'
import { countElements } from '../../shared/graph/shape'
import { RandomStream } from '../../shared/training/randomStream'
import { recipeSchema } from '../../shared/training/recipe'
import { loadEngine } from '../engines/index'
import { hearParent, tellParent } from '../process/ChildTask'
import { describeError } from '../process/sentErrors'

const commandSchema = z.object({
  /** As `serializeDocument` writes it. */
  document: z.string(),
  recipe: recipeSchema,
  engine: z.enum(engineNames),
  device: z.enum(deviceNames),
  /** Steps are timed for so long, at least two; left out: two. */
  timedSeconds: z.number().optional(),
  /** No further step is begun once one has taken longer than this. */
  hopelessSeconds: z.number().optional(),
})

/** What is to be tried. */
export type DryRunCommand = z.output<typeof commandSchema>

/** Steps that are timed at least; the first one of all prepares the graph and is not timed. */
const fewestSteps = 2

/** @returns the time of each step, the first one left out */
async function timeSteps(takeStep: () => Promise<unknown>, command: DryRunCommand): Promise<number[]> {
  const { timedSeconds = 0, hopelessSeconds = Infinity } = command
  await takeStep()
  const times: number[] = []
  let sum = 0
  while (times.length < fewestSteps || sum < timedSeconds) {
    const began = performance.now()
    await takeStep()
    const seconds = (performance.now() - began) / 1000
    times.push(seconds)
    sum += seconds
    if (seconds > hopelessSeconds) break
  }
  return times
}

async function measure(command: DryRunCommand) {
  const { document: text, recipe, engine: name, device } = command
  const document = parseDocument(text)
  const { inputNode, outputNode } = requireSound(document)
  const shape = inputNode.outputs[0] ?? []
  const classes = outputNode.outputs[0]?.[0] ?? 1
  const channels = Array.from({ length: shape[0] ?? 1 })
  const scaling = document.scaling ?? { mean: channels.map(() => 0.5), deviation: channels.map(() => 0.25) }
  const engine = await loadEngine(name)
  const weights = initialiseWeights(document, recipe.seed)
  const session = await engine.openTraining({ document, recipe, scaling, weights }, device)
  const random = new RandomStream(1, 'dry run')
  const pixels = Uint8Array.from({ length: recipe.batchSize * countElements(shape) }, () => random.below(256))
  const labels = Int32Array.from({ length: recipe.batchSize }, (_, index) => index % classes)
  const { learningRate } = recipe
  const timed = await timeSteps(() => session.step({ pixels, labels, learningRate }), command)
  // maxRSS is in KiB.
  return {
    secondsPerStep: timed.reduce((sum, seconds) => sum + seconds, 0) / timed.length,
    memoryBytes: process.resourceUsage().maxRSS * 1024,
  }
}

async function answer(command: DryRunCommand): Promise<void> {
  try {
    await tellParent({ kind: 'measured', ...(await measure(command)) })
  } catch (error) {
    await tellParent({ kind: 'failed', error: describeError(error) })
  }
  process.exit(0)
}

hearParent(commandSchema, (command) => void answer(command))
process.on('disconnect', () => process.exit(0))
