// The calls `training`: from a screen's request to the registry of trainings and to the pre-flight; not the training.
import { dirname, join } from 'node:path'
import type { z } from 'zod'
import type { trainingRequestSchema } from '../../shared/contract/trainingCalls'
import type { NetworkDocument } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import { parseDocument } from '../../shared/graph/schema'
import { checkClasses, setClassCount } from '../../shared/network/classCount'
import { findTrainer } from '../runs/runLock'
import type { Core } from './core'
import { findWeightsFile } from './stagedWeights'
import { os, withTypedErrors } from './implementer'
import { readDocumentWeights } from '../models/documentWeights'
import { runPreflight } from '../trainer/preflight'
import { absoluteReference } from '../datasets/datasetReference'
import { parseDatasetOptions } from '../datasets/savedOptions'
import { readRun, runFiles } from '../runs/runFolder'
import type { RunOrigin, RunRecord } from '../runs/runRecord'
import { ownDataset } from './ownDataset'
import { labelOf, ownRun, rememberParent } from './runsApi'
import { changeLabel } from '../runs/runLabel'
import type { StartTrainingRequest } from '../trainer/startTraining'
import { watchTrainings } from './trainingWatch'
import { findBatchOf } from '../trainer/waysOn'

type Request = z.output<typeof trainingRequestSchema>

/** Implements `training.*`. */
export function implementTraining(core: Core) {
  return {
    preflight: os.training.preflight.handler(async ({ input, signal }) =>
      runPreflight(await readRequest(core, input), signal),
    ),
    start: os.training.start.handler(async ({ input }) => {
      const request = await readRequest(core, input)
      const parent = await core.roots.require(parentOf(core, input))
      const run = await core.trainings.start(request, parent, folderName(input.name ?? request.document.name))
      await rememberParent(core, parent)
      if (input.name !== undefined) await changeLabel(run, { name: input.name })
      return { run }
    }),
    again: os.training.again.handler(async ({ input }) => {
      const former = await ownRun(core, input.run)
      const request = await repeatRun(core, former)
      const name = `${await labelOf(core, former)} again`
      const run = await core.trainings.start(request, dirname(former), folderName(name))
      await changeLabel(run, { name })
      return { run }
    }),
    resume: os.training.resume.handler(async ({ input }) => {
      const run = await ownRun(core, input.run)
      await requireDatasetInside(core, (await readRun(run)).dataset)
      const { epochs, batchSize, device } = input
      return { run: await core.trainings.resume(run, { epochs, batchSize, device }) }
    }),
    findBatch: os.training.findBatch.handler(async ({ input, signal }) => ({
      batchSize: await findBatchOf(await ownRun(core, input.run), { signal }),
    })),
    stop: os.training.stop.handler(async ({ input }) => {
      const run = await ownRun(core, input.run)
      if (core.trainings.stop(run)) return
      // Another program trains it (the command line, or an app before this one); it ends cleanly on this signal.
      const trainer = findTrainer(run)
      if (trainer !== undefined) process.kill(trainer, 'SIGTERM')
    }),
    pause: os.training.pause.handler(async ({ input }) => {
      const run = await ownRun(core, input.run)
      if (!core.trainings.pause(run)) throw notOurs(run)
    }),
    continue: os.training.continue.handler(async ({ input }) => {
      const run = await ownRun(core, input.run)
      if (!core.trainings.continue(run)) throw notOurs(run)
    }),
    active: os.training.active.handler(() =>
      Promise.all(core.trainings.active().map(async (run) => ({ run, name: await labelOf(core, run) }))),
    ),
    watch: os.training.watch.handler(({ signal }) => withTypedErrors(watchTrainings(core, signal))),
    events: os.training.events.handler(({ input, signal }) =>
      withTypedErrors(followRun(core, input.run, input.after, signal)),
    ),
  }
}

/**
 * What a run was asked, asked once more: the same recipe and seed, on the dataset as it is now.
 * @throws NetloomError run.missing, dataset.*, file.outside, weights.*
 */
async function repeatRun(core: Core, former: string): Promise<Omit<StartTrainingRequest, 'directory'>> {
  const { document, recipe, dataset, engine, device, deviceChoice, resize, origin } = await readRun(former)
  const owned = await ownDataset(core, {
    reference: absoluteReference(dataset.reference, dataset.workingDirectory),
    options: parseDatasetOptions(dataset.options),
  })
  const { classes } = await core.datasets.get(owned.reference, owned.options)
  const fits = checkClasses(document, classes.length).length === 0
  const fitted = fits ? document : setClassCount(document, classes.length)
  return {
    document: { ...fitted, classes },
    recipe,
    dataset: owned,
    scaling: document.scaling,
    engine,
    device: deviceChoice === undefined ? device : 'auto',
    resize,
    origin,
    weights: document.weights === undefined ? undefined : await startingWeights(former, document, fitted),
  }
}

/** What a run started from, without the layers that have another number of outputs now. */
async function startingWeights(run: string, document: NetworkDocument, fitted: NetworkDocument) {
  const { weightPaths: _, ...rest } = document
  const weights = await readDocumentWeights(document.name, { ...rest, weights: join(run, runFiles.initial) })
  const changed = fitted.nodes.filter((node, index) => node !== document.nodes[index]).map(({ id }) => `${id}/`)
  return new Map([...weights].filter(([path]) => !changed.some((layer) => path.startsWith(layer))))
}

/** @throws NetloomError file.outside, dataset.outside where the images of a run may not be read from here; as `openDataset` */
async function requireDatasetInside(core: Core, dataset: RunRecord['dataset']): Promise<void> {
  if (core.options.roots === null) return
  const reference = absoluteReference(dataset.reference, dataset.workingDirectory)
  await ownDataset(core, { reference, options: parseDatasetOptions(dataset.options) })
}

/** Why a run cannot be paused here. */
function notOurs(run: string): NetloomError {
  return findTrainer(run) === undefined
    ? new NetloomError('training.stopped', `The run "${run}" is not training.`, { path: run })
    : new NetloomError('run.busy', `The run "${run}" is trained by another program, which takes no pauses.`, {
        path: run,
        hint: 'Stop it instead: everything is kept, and it can be resumed here.',
      })
}

async function* followRun(core: Core, wanted: string, after: number, signal: AbortSignal | undefined) {
  const run = core.trainings.isKnown(wanted) ? wanted : await ownRun(core, wanted)
  if (!core.trainings.isKnown(run)) await readRun(run)
  yield* core.trainings.events(run, after, signal)
}

/** `runs` beside the document, or the common folder. */
function parentOf(core: Core, { parent, documentPath }: Request): string {
  return parent ?? (documentPath === undefined ? core.runsFolder : join(dirname(documentPath), 'runs'))
}

/** A name as a folder: what some system would not take becomes `-`. */
export function folderName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80)
  return plain === '' ? 'run' : plain
}

/** @throws NetloomError document.*, file.outside, model.weights, dataset.reference */
async function readRequest(core: Core, input: Request): Promise<Omit<StartTrainingRequest, 'directory'>> {
  const { recipe, engine, device, resize } = input
  const document = parseDocument(input.document)
  return {
    document,
    recipe,
    engine,
    device,
    resize,
    dataset: await ownDataset(core, input.dataset),
    scaling: document.scaling,
    origin: await originOf(core, input),
    weights: document.weights === undefined ? undefined : await readWeights(core, input.documentPath, document),
  }
}

/** Where a document came from; a path that this screen may not reach is not noted. */
async function originOf(core: Core, { documentPath, session }: Request): Promise<RunOrigin> {
  const path = documentPath !== undefined && (await core.roots.holds(documentPath)) ? documentPath : null
  return { path, ...(session === undefined ? {} : { session }) }
}

/** The weights that the document names, under the present paths of its layers. @throws NetloomError model.weights, file.* */
async function readWeights(core: Core, path: string | undefined, document: StartTrainingRequest['document']) {
  const weights = await findWeightsFile(core, document.weights ?? '', path ?? null)
  return readDocumentWeights(document.name, { ...document, weights })
}
