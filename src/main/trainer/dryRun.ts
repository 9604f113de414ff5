// A process of its own that takes three training steps on random pictures, to measure time and memory before a long run.
import { z } from 'zod'
import { initialiseWeights } from '../../shared/compile/initialise'
import { requireSound } from '../../shared/compile/inferDocument'
import { deviceNames, engineNames } from '../../shared/engine'
import { internalError } from '../../shared/graph/errors'
import { parseDocument } from '../../shared/graph/schema'
import { countElements } from '../../shared/graph/shape'
import { RandomStream } from '../../shared/random'
import { recipeSchema } from '../../shared/training/recipe'
import { loadEngine } from '../engines/index'
import { describeError } from './messages'

const commandSchema = z.object({
  /** As `serializeDocument` writes it. */
  document: z.string(),
  recipe: recipeSchema,
  engine: z.enum(engineNames),
  device: z.enum(deviceNames),
})

/** What is to be tried. */
export type DryRunCommand = z.output<typeof commandSchema>

/** Steps that are taken; the first one also prepares the graph and is not timed. */
const dryRunSteps = 3

async function measure({ document: text, recipe, engine: name, device }: DryRunCommand) {
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
  const times: number[] = []
  for (let step = 0; step < dryRunSteps; step++) {
    const began = performance.now()
    await session.step({ pixels, labels, learningRate: recipe.learningRate })
    times.push((performance.now() - began) / 1000)
  }
  const timed = times.slice(1)
  // maxRSS is in KiB.
  return {
    secondsPerStep: timed.reduce((sum, seconds) => sum + seconds, 0) / timed.length,
    memoryBytes: process.resourceUsage().maxRSS * 1024,
  }
}

async function answer(message: unknown): Promise<unknown> {
  try {
    return { kind: 'measured', ...(await measure(commandSchema.parse(message))) }
  } catch (error) {
    return { kind: 'failed', error: describeError(error) }
  }
}

process.once('message', (message) => {
  void answer(message).then((result) => {
    if (!process.send) throw internalError('a dry run has no parent')
    process.send(result, undefined, undefined, () => process.exit(0))
  })
})
process.on('disconnect', () => process.exit(0))
