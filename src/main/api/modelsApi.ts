// The calls `models`: measuring, predicting and exporting for a screen; not the computing.
import { readImageSource } from './uploadsApi'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { EvaluationResult } from '../../shared/contract/modelCalls'
import type { InputScaling } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import { parseDocument, serializeDocument } from '../../shared/graph/schema'
import { absoluteReference } from '../datasets/datasetReference'
import { decodeImageBytes } from '../datasets/decodeImage'
import type { Core } from './core'
import { findModelPath, findWeightsFile } from './stagedWeights'
import { chooseOptions, evaluateModel } from '../models/evaluation'
import { streamOf } from '../process/eventQueue'
import { exportOnnx } from '../exchange/exportOnnx'
import { exportPytorch } from '../exchange/exportPytorch'
import { exportTfjs } from '../exchange/exportTfjs'
import { os, withTypedErrors } from './implementer'
import { noteTestUse } from '../models/testUses'
import { loadModel, openModel, type NetworkModel, type OpenedModel, type ModelOptions } from '../models/openModel'
import { pickDocumentWeights, readWeightsFile } from '../models/documentWeights'
import { imageChannels, rankClasses } from '../models/prediction'
import type { OwnedDataset } from './datasetGate'
import { isScalingUnknown } from './modelScaling'
import { ownDataset } from './ownDataset'
import { implementPredictFolder } from './predictFolderApi'

type EvaluateInput = Parameters<Parameters<typeof os.models.evaluate.handler>[0]>[0]['input']
type EvaluateEvent =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | {
      readonly kind: 'evaluation'
      readonly evaluation: EvaluationResult
      readonly dataset: OwnedDataset
      readonly isScaledOtherwise: boolean
    }

const batchSize = 128

/** Implements `models.*`. */
export function implementModels(core: Core) {
  return {
    weightShapes: os.models.weightShapes.handler(async ({ input }) => {
      const file = await findWeightsFile(core, input.weights, input.documentPath)
      const tensors = await readWeightsFile(file)
      return Array.from(tensors, ([name, { dims }]) => ({ name, dims: [...dims] }))
    }),
    stage: os.models.stage.handler(({ input }) => stage(core, input)),
    evaluate: os.models.evaluate.handler(({ input, signal }) =>
      withTypedErrors(
        streamOf<EvaluateEvent>(signal, (push, left) =>
          core.work.during('evaluation', basename(input.model), left, (entry) => {
            const tell = (event: EvaluateEvent): void => {
              if (event.kind === 'progress') entry.report(event.done / Math.max(1, event.total))
              push(event)
            }
            return evaluate(core, input, tell, left)
          }),
        ),
      ),
    ),
    predict: os.models.predict.handler(async ({ input }) => {
      const path = await findModelPath(core, input.model)
      const bytes = await readImageSource(core, input.image)
      const use = (options?: ModelOptions) => core.models.use(path, async (model) => predict(model, bytes), options)
      const { otherwiseScaling } = input
      return use().catch((error: unknown) => {
        if (!isScalingUnknown(error) || !otherwiseScaling) throw error
        return use({ scaling: otherwiseScaling })
      })
    }),
    ...implementPredictFolder(core),
    exportOnnx: os.models.exportOnnx.handler(async ({ input }) => {
      const { path, model } = await prepareExport(core, input, '.onnx')
      const { scalingInside, force, temperature, image: given } = input
      const image = given && { name: given.name, bytes: await readImageSource(core, given.source) }
      const { sizeBytes, receipt } = await exportOnnx(model, path, { scalingInside, force, temperature, image })
      const { maxAbs, maxRel, comparisons } = receipt
      return { path, sizeBytes, maxAbs, maxRel, comparisons: [...(comparisons ?? [])] }
    }),
    exportTfjs: os.models.exportTfjs.handler(async ({ input }) => {
      const { path, model } = await prepareExport(core, input, '.tfjs')
      const { sizeBytes, receipt } = await exportTfjs(model, path, {
        scalingInside: input.scalingInside,
        force: input.force,
      })
      return { path, sizeBytes, ...receipt }
    }),
    exportPytorch: os.models.exportPytorch.handler(async ({ input }) => {
      const { path, model } = await prepareExport(core, input, '.pytorch')
      const { scalingInside, force } = input
      const { sizeBytes, receipt } = await exportPytorch(model, path, { scalingInside, force })
      return { path, sizeBytes, ...receipt }
    }),
  }
}

/**
 * Keeps a document with the path of its weights as a model.
 * @throws NetloomError document.*, file.*, weights.*; model.weights where layers have none
 */
async function stage(core: Core, input: { readonly document: string; readonly documentPath: string | null }) {
  const document = parseDocument(input.document)
  const { name, weights } = document
  if (weights === undefined)
    throw new NetloomError('model.weights', `"${name}" has no weights yet.`, { hint: 'Train it first.' })
  const whole = { ...document, weights: await findWeightsFile(core, weights, input.documentPath) }
  const { missing } = await pickDocumentWeights(name, whole)
  const layers = [...new Set(missing.map((path) => path.slice(0, path.lastIndexOf('/'))))]
  if (layers.length > 0)
    throw new NetloomError(
      'model.weights',
      `${layers.length === 1 ? 'A layer' : `${layers.length} layers`} of "${name}" ${layers.length === 1 ? 'has' : 'have'} no weights yet: ${layers.slice(0, 5).join(', ')}${layers.length > 5 ? ' ...' : ''}.`,
      { received: layers, hint: 'Train the network first, or undo the change that took its weights.' },
    )
  return { model: await core.imports.stage(serializeDocument(whole)) }
}

/** @throws NetloomError file.outside; file.write for another ending; model.* where there is nothing to export */
async function prepareExport(
  core: Core,
  input: { readonly model: string; readonly path: string },
  ending: string,
): Promise<{ readonly path: string; readonly model: NetworkModel }> {
  const path = await core.roots.require(input.path)
  if (!path.toLowerCase().endsWith(ending))
    throw new NetloomError('file.write', `"${path}" does not end in ${ending}.`, { path, hint: 'Add the ending.' })
  const model = await loadModel(await findModelPath(core, input.model), { scalingMayBeUnknown: true })
  if (model.kind === 'onnx')
    throw new NetloomError('model.weights', `"${input.model}" is an ONNX file already.`, {
      hint: 'Export a run, or a document with weights.',
    })
  return { path, model }
}

async function predict(model: OpenedModel, bytes: Uint8Array) {
  const [channels, height, width] = model.inputShape
  const format = { channels: imageChannels(model.name, channels), height, width, resize: model.resize }
  const pixels = await decodeImageBytes(bytes, format).catch((error: unknown) => {
    if (!(error instanceof NetloomError) || error.code !== 'dataset.unreadable') throw error
    throw new NetloomError('dataset.unreadable', `The image cannot be read: ${error.message}.`, { cause: error })
  })
  const ranked = rankClasses(model, await model.predict(pixels, 1))
  return ranked.map((entry) => ({ name: entry.class, probability: entry.probability }))
}

/** The dataset that is asked for, or the one that a run was trained on. @throws NetloomError dataset.missing, file.outside */
async function chooseDataset(core: Core, { dataset }: EvaluateInput, model: OpenedModel): Promise<OwnedDataset> {
  if (dataset) return ownDataset(core, dataset)
  const { trainedOn } = model
  if (trainedOn)
    return ownDataset(core, {
      reference: absoluteReference(trainedOn.reference, trainedOn.workingDirectory),
      options: trainedOn.options,
    })
  throw new NetloomError('dataset.missing', `${model.name} does not say what it was trained on.`, {
    hint: 'Choose a dataset to evaluate it on.',
  })
}

/** Opens a model; one that does not say how pixels become inputs, with the given scaling. @throws NetloomError as openModel */
async function openScaled(path: string, otherwise: InputScaling | undefined) {
  try {
    return { opened: await openModel(path), isScaledOtherwise: false }
  } catch (error) {
    if (!isScalingUnknown(error) || !otherwise) throw error
    return { opened: await openModel(path, { scaling: otherwise }), isScaledOtherwise: true }
  }
}

function pairOf([before, after]: readonly [number, number]): [number, number] {
  return [before, after]
}

async function evaluate(
  core: Core,
  input: EvaluateInput,
  push: (event: EvaluateEvent) => void,
  signal: AbortSignal,
): Promise<EvaluateEvent> {
  const path = await findModelPath(core, input.model)
  await stat(path).catch(() => {
    throw new NetloomError('model.unknown', `There is no model "${input.model}".`, { path })
  })
  const { opened, isScaledOtherwise } = await openScaled(path, input.otherwiseScaling)
  const model: OpenedModel = input.asGiven ? { ...opened, trainedOn: undefined } : opened
  try {
    const chosen = await chooseDataset(core, input, model)
    const { reference } = chosen
    const options = input.asGiven ? { ...chosen.options, wholeAs: chosen.options.wholeAs } : chosen.options
    const used = chooseOptions({ model, reference, split: input.split, options })
    const answers: EvaluationResult['answers'] = []
    const report = await evaluateModel({
      model,
      reference,
      options,
      split: input.split,
      batchSize,
      signal,
      onProgress: (done, total) => push({ kind: 'progress', done, total }),
      onImage: (answer) => answers.push(answer),
    })
    const { images, loss, top1, top5, classes, confusion, classesMatchedBy, temperature: fitted } = report
    const temperature = fitted && { ...fitted, loss: pairOf(fitted.loss), error: pairOf(fitted.error) }
    const testUse =
      input.split === 'test' ? await noteTestUse(report.fingerprint, path, core.options.stateFolder) : null
    const perClass = report.perClass.map(({ count, precision, recall }, index) => ({
      name: classes[index] ?? String(index),
      count,
      precision,
      recall,
    }))
    const matched = { classesMatchedBy, leftOut: report.leftOut.map((left) => ({ ...left })) }
    const copied = { ...matched, classes: [...classes], confusion: confusion.map((row) => [...row]) }
    return {
      kind: 'evaluation',
      evaluation: { images, loss, top1, top5, ...copied, perClass, temperature, testUse, answers },
      dataset: { reference, options: used },
      isScaledOtherwise,
    }
  } finally {
    await model.dispose()
  }
}
