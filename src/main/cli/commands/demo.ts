// `netloom demo`: the whole way on built-in digits, from drawing a network to a checked ONNX file; no arguments, no downloads.
import { countOf, printAccuracy, printCount } from '../../../shared/graph/printNumbers'
import { textEnding } from '../../../shared/graph/fileNames'
import { join, resolve } from 'node:path'
import { lenet5 } from '../../../shared/lectures/architectures/lenet5'
import { analyzeDocument } from '../../../shared/network/analyze'
import { internalError, NetloomError } from '../../../shared/graph/errors'
import { serializeDocument } from '../../../shared/graph/schema'
import { recipeSchema } from '../../../shared/training/recipe'
import { evaluateModel } from '../../models/evaluation'
import { exportOnnx, type Receipt } from '../../exchange/exportOnnx'
import { defaultResize, loadModel, openLoaded } from '../../models/openModel'
import { findFreeRunFolder, readDocument, writeDocument } from '../../files/projects'
import { exists } from '../../runs/runFolder'
import { startTraining, type TrainingOutcome } from '../../trainer/startTraining'
import { writeFailure } from '../../files/durableFile'
import { withInterrupts } from '../interrupts'
import { writeJson, writeNote, writeResult } from '../output'
import { quoteArgument, showPath } from '../text'
import { TrainingReport } from '../trainingReport'
import { exitCodes } from '../usage'
import { makeFolders } from '../../files/makeFolders'

export interface DemoOptions {
  readonly out: string
  readonly json?: boolean
}

const datasetReference = 'builtin:digits'

/** Adam with a falling learning rate; enough for more than 97% on the test digits. */
const demoRecipe = recipeSchema.parse({
  epochs: 6,
  batchSize: 64,
  learningRate: 2e-3,
  schedule: { type: 'cosine' },
})

/** What `netloom demo --json` prints. */
interface DemoResult {
  readonly document: string
  readonly run: string
  readonly model: string
  readonly parameters: number
  readonly epochs: number
  readonly steps: number
  readonly imagesPerSecond: number
  readonly test: { readonly images: number; readonly loss: number; readonly top1: number; readonly top5: number }
  readonly receipt: Receipt
  /** All of it, in seconds. */
  readonly seconds: number
}

/** Runs `netloom demo`. @throws NetloomError */
export async function runDemo(options: DemoOptions): Promise<number> {
  const startedAtMs = performance.now()
  const folder = resolve(options.out)
  const document = join(folder, `lenet5${textEnding}`)
  const parameters = await drawNetwork(folder, document)
  const outcome = await train(document, await findFreeRunFolder(folder, 'run'))
  if (outcome.state === 'stopped') {
    writeNote(`Stopped. Go on with: netloom train --resume ${quoteArgument(outcome.run)}`)
    return exitCodes.interrupted
  }
  const { run, epochs, steps, imagesPerSecond } = outcome
  const { test, receipt, model } = await measureAndExport(run, join(folder, 'lenet5.onnx'))
  const seconds = (performance.now() - startedAtMs) / 1000
  const result = { document, run, model, parameters, epochs, steps, imagesPerSecond, test, receipt, seconds }
  if (options.json) writeJson(result)
  else writeResult(printResult(result))
  return exitCodes.done
}

/** @returns the number of parameters */
async function drawNetwork(folder: string, path: string): Promise<number> {
  const document = lenet5.build()
  const { parameters, macs } = analyzeDocument(document)
  await makeFolder(folder)
  if (await exists(path)) {
    // A later demo writes the same document; one that somebody has changed is not replaced.
    const isSame = serializeDocument(await readDocument(path)) === serializeDocument(document)
    if (!isSame)
      throw new NetloomError('file.write', `"${path}" exists and is not the demo's network any more.`, {
        path,
        hint: 'Choose another folder with --out.',
      })
  } else await writeDocument(path, document, false)
  writeNote(`1. LeNet-5: ${printCount(parameters.total)} parameters, ${printCount(macs)} MACs per image`)
  return parameters.total
}

async function makeFolder(path: string): Promise<void> {
  try {
    await makeFolders(path)
  } catch (cause) {
    throw writeFailure(path, cause)
  }
}

async function train(documentPath: string, directory: string): Promise<TrainingOutcome> {
  writeNote(`2. training on ${datasetReference}, ${countOf(demoRecipe.epochs, 'epoch')}`)
  const report = new TrainingReport()
  const handle = startTraining(
    {
      document: await readDocument(documentPath),
      recipe: demoRecipe,
      dataset: { reference: datasetReference, options: {} },
      engine: 'ort',
      device: 'cpu',
      directory,
      resize: defaultResize,
    },
    { onEvent: report.onEvent },
  )
  try {
    return await withInterrupts(
      () => handle.stop(),
      () => handle.done,
    )
  } finally {
    report.close()
  }
}

async function measureAndExport(run: string, path: string): Promise<Pick<DemoResult, 'test' | 'receipt' | 'model'>> {
  const model = await loadModel(run)
  if (model.kind !== 'network') throw internalError('a run is no network')
  writeNote('3. evaluating the best epoch on the test images')
  const opened = await openLoaded(model, 'cpu')
  const request = { model: opened, reference: datasetReference, split: 'test', batchSize: 256 } as const
  const { images, loss, top1, top5 } = await evaluateModel(request)
  await opened.dispose()
  writeNote('4. exporting ONNX, and running the file in ONNX Runtime')
  const { receipt } = await exportOnnx(model, path)
  return { test: { images, loss, top1, top5 }, receipt, model: path }
}

function printResult({
  document,
  run,
  model,
  parameters,
  epochs,
  steps,
  imagesPerSecond,
  test,
  receipt,
  seconds,
}: DemoResult): string {
  const show = (path: string) => quoteArgument(showPath(path))
  return [
    `Drew LeNet-5 (${printCount(parameters)} parameters), trained it for ${countOf(epochs, 'epoch')} (${countOf(steps, 'step')}, ${printCount(Math.round(imagesPerSecond))} images/s)`,
    `on ${datasetReference}: ${printAccuracy(test.top1)} of ${countOf(test.images, 'test image')} right.`,
    `The exported model gives the same outputs in ONNX Runtime: largest difference ${receipt.maxAbs.toExponential(1)} on ${countOf(receipt.images, 'image')}.`,
    `${seconds.toFixed(0)} seconds in all. The files:`,
    `  network  ${show(document)}`,
    `  run      ${show(run)}`,
    `  model    ${show(model)}`,
    'Next: netloom info, eval or predict with any of them.',
  ].join('\n')
}
