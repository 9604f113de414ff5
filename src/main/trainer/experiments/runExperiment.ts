// Runs an experiment: its variants one after the other through the trainer, measured, judged and kept; what they are is shared/lectures/experiments.
import { basename } from 'node:path'
import { analyzeDocument } from '../../../shared/network/analyze'
import type { ImageShape } from '../../../shared/lectures/architectures/architecture'
import type {
  Experiment,
  ExperimentData,
  ExperimentRequest,
  Variant,
} from '../../../shared/lectures/experiments/experimentPlan'
import {
  verdictOf,
  type ExperimentState,
  type VariantResult,
  type VariantState,
} from '../../../shared/lectures/experiments/results'
import { internalError, NetloomError } from '../../../shared/graph/errors'
import { truthTableNames } from '../../../shared/datasets/truthTables'
import { openDataset } from '../../datasets/openDataset'
import { loadEngine } from '../../engines/index'
import { evaluateModel } from '../../models/evaluation'
import { findFreeResult, writeResult } from './experimentResults'
import { mapPlane, traceTable, type TrainedTable } from './experimentTables'
import { defaultResize, openModel } from '../../models/openModel'
import { readCheckpoint, readRun } from '../../runs/runFolder'
import { readMetrics } from '../../runs/runMetrics'
import type { StartTrainingRequest, TrainingEvent, TrainingOutcome } from '../startTraining'

/** A training that has been accepted. */
export interface BegunTraining {
  readonly run: string
  stop(): void
  readonly done: Promise<TrainingOutcome>
}

/** Starts a training in a new run folder of a name like `name`; resolves when its checks have passed. */
export type BeginTraining = (
  request: Omit<StartTrainingRequest, 'directory'>,
  name: string,
  onEvent: (event: TrainingEvent) => void,
) => Promise<BegunTraining>

export interface RunExperimentRequest {
  readonly experiment: Experiment
  readonly size: ExperimentRequest['size']
  readonly seed: number
  /** A dataset in place of the experiment's own. */
  readonly data?: string
  /** Where the result is kept. */
  readonly runsFolder: string
  readonly begin: BeginTraining
  /** Called with every change. */
  readonly onState: (state: ExperimentState) => void
  /** Ends the training after its step; what is done so far is kept. */
  readonly signal: AbortSignal
}

/** Networks of experiments are made for small images; larger ones are resized to this. */
const largestExtent = 32

/** The images of an experiment as its networks take them. @throws NetloomError dataset.* */
export async function findExperimentData(experiment: Experiment, reference?: string): Promise<ExperimentData> {
  if (reference === undefined || reference === experiment.data.reference) return experiment.data
  if (!experiment.takesData)
    throw new NetloomError(
      'dataset.reference',
      `"${experiment.title}" works on its own tables and takes no other data.`,
      {
        received: reference,
        hint: 'Leave the dataset out.',
      },
    )
  const { description, classes } = await openDataset(reference)
  if ((description.splits.test?.count ?? 0) === 0)
    throw new NetloomError('dataset.empty', `"${reference}" has no test images, and the experiment compares on them.`, {
      path: reference,
      hint: 'Choose a dataset with a test split.',
    })
  const [size] = description.sizes
  const isSmall = size && description.sizes.length === 1 && Math.max(size.height, size.width) <= largestExtent
  const input: ImageShape = isSmall
    ? [description.channels, size.height, size.width]
    : [description.channels, largestExtent, largestExtent]
  return { reference, input, classes: classes.length }
}

/** Cost of a variant, in the unit of a second on a usual machine; for the time left only. */
function estimateCost({ document, recipe, options }: Variant, images: number): number {
  const macs = analyzeDocument(document).macs
  const seen = recipe.epochs * Math.min(images, options.limit ?? images)
  return 1 + (seen * (macs + 200_000 + 20_000 * document.nodes.length)) / 3e9
}

/** Images of a training split where nothing is known yet. */
const usualImages = 6000

/**
 * Runs all variants of an experiment.
 * @returns the last state: finished, or stopped by the signal
 * @throws NetloomError what training and measuring throw; the state is then `failed` and kept
 */
export async function runExperiment(request: RunExperimentRequest): Promise<ExperimentState> {
  const data = await findExperimentData(request.experiment, request.data)
  return new ExperimentRun(request, data, await findFreeResult(request.runsFolder, request.experiment.id)).run()
}

class ExperimentRun {
  private state: ExperimentState
  private readonly variants: readonly Variant[]
  private readonly costs: readonly number[]
  private readonly startedAtMs = performance.now()

  constructor(
    private readonly request: RunExperimentRequest,
    data: ExperimentData,
    id: string,
  ) {
    const { experiment, seed } = request
    // An experiment on tables has one size: nothing about it is too small.
    const size = experiment.takesData ? request.size : 'full'
    this.variants = experiment.variants({ size, seed, data })
    this.costs = this.variants.map((variant) => estimateCost(variant, variant.watch === 'table' ? 8 : usualImages))
    this.state = {
      id,
      experiment: experiment.id,
      size,
      seed,
      data: data.reference,
      startedMs: Date.now(),
      state: 'running',
      error: null,
      seconds: 0,
      secondsLeft: null,
      variants: this.variants.map(({ id, title, recipe }) => ({
        id,
        title,
        state: 'waiting',
        run: null,
        epoch: 0,
        epochs: recipe.epochs,
        fraction: 0,
        result: null,
      })),
      verdict: null,
    }
  }

  async run(): Promise<ExperimentState> {
    const { signal } = this.request
    try {
      await this.keep({})
      for (const variant of this.variants) {
        if (signal.aborted) break
        await this.runVariant(variant)
        await this.keep({})
      }
      if (signal.aborted) await this.keep({ state: 'stopped', secondsLeft: null })
      else await this.keep({ state: 'finished', secondsLeft: null, verdict: this.judge() })
      return this.state
    } catch (error) {
      // Stopping ends whatever was under way, also before its first step.
      if (signal.aborted) {
        await this.keep({ state: 'stopped', secondsLeft: null })
        return this.state
      }
      const message = error instanceof Error ? error.message : String(error)
      await this.keep({ state: 'failed', error: message, secondsLeft: null })
      throw error
    }
  }

  private judge() {
    const results = new Map<string, VariantResult>()
    for (const { id, result } of this.state.variants) if (result) results.set(id, result)
    return verdictOf({ size: this.state.size, verdict: this.request.experiment.judge(results) })
  }

  /** Changes the state and tells of it. */
  private change(change: Partial<ExperimentState>): void {
    const seconds = (performance.now() - this.startedAtMs) / 1000
    this.state = { ...this.state, seconds, ...change }
    this.request.onState(this.state)
  }

  /** Changes the state and writes it down. */
  private async keep(change: Partial<ExperimentState>): Promise<void> {
    this.change(change)
    await writeResult(this.request.runsFolder, this.state)
  }

  private changeVariant(id: string, change: Partial<VariantState>): void {
    const variants = this.state.variants.map((variant) => (variant.id === id ? { ...variant, ...change } : variant))
    this.change({ variants, secondsLeft: this.estimateLeft(variants) })
  }

  /** By the share of the estimated cost that is done; null while too little is. */
  private estimateLeft(variants: readonly VariantState[]): number | null {
    const total = this.costs.reduce((sum, cost) => sum + cost, 0)
    const done = variants.reduce((sum, { fraction }, index) => sum + fraction * (this.costs[index] ?? 0), 0)
    if (done < 0.02 * total) return null
    return ((performance.now() - this.startedAtMs) / 1000) * ((total - done) / done)
  }

  private async runVariant(variant: Variant): Promise<void> {
    const { begin, signal, experiment } = this.request
    const { id, document, recipe, reference, options } = variant
    this.changeVariant(id, { state: 'training' })
    const training = await begin(
      {
        document,
        recipe,
        dataset: { reference, options },
        scaling: document.scaling,
        engine: 'ort',
        device: 'cpu',
        resize: defaultResize,
        origin: { path: null, experiment: this.state.id },
      },
      `${experiment.id}-${id}`,
      (event) => this.follow(id, event),
    )
    this.changeVariant(id, { run: training.run })
    const stop = () => training.stop()
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    try {
      const outcome = await training.done
      if (outcome.state === 'stopped') {
        if (signal.aborted) return
        throw new NetloomError('training.stopped', `The training of "${variant.title}" was stopped.`, {
          path: outcome.run,
          hint: 'Run the experiment again.',
        })
      }
      this.changeVariant(id, { state: 'measuring', fraction: 1, epoch: recipe.epochs })
      const result = await this.measure(variant, outcome)
      this.changeVariant(id, { state: 'done', result })
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  private follow(id: string, event: TrainingEvent): void {
    if (event.kind !== 'progress') return
    const { epoch, epochs, step, totalSteps } = event
    this.changeVariant(id, { epoch, epochs, fraction: totalSteps > 0 ? step / totalSteps : 0 })
  }

  private async measure(variant: Variant, outcome: TrainingOutcome): Promise<VariantResult> {
    const { id, document, watch } = variant
    const { run, seconds, test } = outcome
    const { epochs } = await readMetrics(run, Number.MAX_SAFE_INTEGER)
    const { parameters, macs } = analyzeDocument(document)
    const images = await this.countTestImages(variant)
    const trained = watch === 'table' ? await openTable(run) : undefined
    return {
      id,
      run,
      parameters: parameters.total,
      macs,
      seconds,
      epochs: epochs.map(({ epoch, train, val }) => ({ epoch, train, val })),
      test: test && { loss: test.loss, top1: test.top1, images },
      measures: await this.measureChanged(variant, run),
      table: trained ? await traceTable(trained) : null,
      field: trained ? await mapPlane(trained) : null,
    }
  }

  private async countTestImages({ reference, options }: Variant): Promise<number> {
    const { description } = await openDataset(reference, options)
    return description.splits.test?.count ?? 0
  }

  private async measureChanged({ measures, reference }: Variant, run: string): Promise<VariantResult['measures']> {
    if (measures.length === 0) return []
    const model = await openModel(run, { device: 'cpu' })
    try {
      const results: VariantResult['measures'] = []
      for (const { id, transform } of measures) {
        const { signal } = this.request
        const report = await evaluateModel({ model, reference, split: 'test', transform, batchSize: 256, signal })
        results.push({ id, loss: report.loss, top1: report.top1, images: report.images })
      }
      return results
    } finally {
      await model.dispose()
    }
  }
}

/** A run on a truth table, read for being looked at. @throws NetloomError run.missing, file.read */
async function openTable(run: string): Promise<TrainedTable> {
  const { document, recipe, scaling, dataset } = await readRun(run)
  const checkpoint = await readCheckpoint(run, 'last')
  const table = truthTableNames.find((name) => dataset.reference === `builtin:${name}`)
  if (!table || !checkpoint || !scaling) throw internalError(`"${basename(run)}" is no finished run on a truth table`)
  return { table, document, recipe, scaling, weights: checkpoint.weights, engine: await loadEngine('ort') }
}
