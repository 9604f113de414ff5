// The training loop: epochs, steps, validation, checkpoints and the final model, over injected engine, loader and folder; not the process.
import { setImmediate as yieldToEvents } from 'node:timers/promises'
import { stateOfFailure } from '../../../shared/training/runStates'
import type { DeviceName } from '../../../shared/training/deviceNames'
import type { TensorMap } from '../../../shared/onnx/tensor'
import type { TrainingSession } from '../../../shared/training/computeEngine'
import type { SplitName } from '../../../shared/datasets/dataset'
import { NetloomError } from '../../../shared/graph/errors'
import { RandomStream } from '../../../shared/training/randomStream'
import { addBatch, emptySums, meansOf } from '../../../shared/training/metrics'
import type { Evaluation } from '../../../shared/training/metrics'
import { advanceSchedule, learningRateAt } from '../../../shared/training/schedules'
import { standingOf } from '../../../shared/training/standing'
import type { LockedRun } from './lockedRun'
import { adaptProgress } from './batchChange'
import { findNonFinite } from '../../runs/checkpoint'
import type { Checkpoint } from '../../runs/checkpoint'
import { deviceFailure, isDeviceFailure } from '../../devices/deviceFailure'
import { divergenceError } from './divergence'
import { evaluateSplit, outputKind } from '../../models/evaluate'
import type { ImageBatch } from '../../models/evaluate'
import { describeError } from '../../process/sentErrors'
import type { TrainingOutcome } from '../../../shared/training/events'
import type { StepWatch } from './stepWatch'
import { TrainingPace } from './trainingPace'
import type { Clock } from './trainingPace'
import { countUsedImages, isBetter, startOfRun } from './trainingPlan'
import type { TrainingParts } from './trainingPlan'
import { TrainingReporter } from './trainingReporter'

/**
 * Trains from the folder's last checkpoint, or from the start, to the end of the recipe or until the signal.
 * Batches, losses and weights depend only on the recipe's seed, the epoch and the step, so that a resumed run
 * repeats an uninterrupted one.
 * @returns the outcome, which is also the last event and in run.json
 * @throws NetloomError training.diverged, file.write, engine.*, dataset.*; the last checkpoint stays in every case
 */
export async function runTraining(parts: TrainingParts): Promise<TrainingOutcome> {
  const { runFolder, onEvent } = parts
  try {
    const outcome = await new TrainingLoop(parts).run()
    await runFolder.close()
    onEvent({ kind: 'finished', outcome })
    return outcome
  } catch (error) {
    await recordFailure(runFolder, error)
    onEvent({ kind: 'failed', error: describeError(error) })
    throw error
  }
}

/** Notes the failure in the folder as far as it can still be written to; what is reported is the failure itself. */
async function recordFailure(runFolder: LockedRun, error: unknown): Promise<void> {
  const { code, message } = describeError(error)
  const state = stateOfFailure(code) === 'diverged' ? 'diverged' : 'failed'
  await Promise.allSettled([runFolder.updateRecord({ state, error: { code, message } })])
  await Promise.allSettled([runFolder.noteAndClose(`${state}: ${message}`)])
}

class TrainingLoop {
  private progress = startOfRun
  private checkpointStep = 0
  private lastFinite: { loss: number; step: number } | null = null
  private readonly clock: Clock
  private readonly pace: TrainingPace
  private readonly reporter: TrainingReporter
  private readonly images: number
  private readonly stepsPerEpoch: number
  private checkpointMs = 0
  private device: DeviceName
  private watch: StepWatch | undefined

  constructor(private readonly parts: TrainingParts) {
    this.clock = parts.clock ?? (() => performance.now())
    this.pace = new TrainingPace(this.clock)
    this.reporter = new TrainingReporter(parts, this.pace, this.clock)
    const { recipe, device } = parts.plan
    this.images = countUsedImages(this.countImages('train'), recipe.batchSize)
    this.stepsPerEpoch = Math.ceil(this.images / recipe.batchSize)
    this.device = device
  }

  private countImages(split: SplitName): number {
    return this.parts.loader.labels(split).length
  }

  private get totalSteps(): number {
    return this.parts.plan.recipe.epochs * this.stepsPerEpoch + (this.progress.stepsOffset ?? 0)
  }

  async run(): Promise<TrainingOutcome> {
    const { plan, engine, runFolder, signal } = this.parts
    const last = await runFolder.openJournals()
    const start = last ?? { weights: await plan.initialWeights(), slots: new Map(), progress: startOfRun }
    this.progress = adaptProgress(start.progress, plan.recipe.batchSize, this.countImages('train'))
    const session = await engine.openTraining(
      {
        document: plan.document,
        recipe: plan.recipe,
        scaling: plan.scaling,
        weights: start.weights,
        slots: start.slots.size > 0 ? start.slots : undefined,
        stepsTaken: start.progress.stepsTaken,
        epochsDone: start.progress.epoch,
      },
      plan.device,
    )
    this.device = session.device ?? plan.device
    if (this.device !== 'cpu' && this.device !== 'auto') this.watch = this.parts.watchDevice?.(this.device)
    try {
      await this.begin(last ? undefined : { ...start, progress: this.progress })
      while (this.progress.epoch < plan.recipe.epochs && !signal.aborted) await this.runEpoch(session)
      const outcome = await this.conclude(session)
      await session.dispose()
      return outcome
    } catch (error) {
      throw isDeviceFailure(error) ? await this.endAfter(error, session) : await this.leave(error, session)
    } finally {
      this.watch?.close()
    }
  }

  /** Gives the device back after a failure, which is what is to be told, not that a lost device cannot be given back. */
  private async leave(error: unknown, session: TrainingSession): Promise<unknown> {
    await session.dispose().catch(() => undefined)
    return error
  }

  /**
   * After a failure of the device: keeps the weights of the last good step where they can still be read, which is so
   * when only memory was lacking; else those of the last checkpoint stay.
   */
  private async endAfter(error: NetloomError, session: TrainingSession): Promise<NetloomError> {
    if (error.code === 'engine.memory' && this.progress.stepsTaken > this.checkpointStep)
      await this.keepLast(session).catch(() => undefined)
    // A device that is lost or hangs would take the process with it.
    if (error.code === 'engine.memory') await session.dispose().catch(() => undefined)
    return deviceFailure(error, this.checkpointStep)
  }

  private watched<T>(work: () => Promise<T>): Promise<T> {
    return this.watch ? this.watch.guardOther(work) : work()
  }

  /** @param first the checkpoint of step 0, for a new run */
  private async begin(first: Checkpoint | undefined): Promise<void> {
    const { runFolder, plan, engine } = this.parts
    const { stepsTaken } = this.progress
    this.checkpointStep = stepsTaken
    await runFolder.updateRecord({ state: 'running', error: null, outcome: null })
    if (first) await this.keep('last', first)
    this.checkpointMs = this.clock()
    await this.reporter.started({
      engine: engine.name,
      device: this.device,
      images: {
        train: this.countImages('train'),
        val: this.countImages('val'),
        test: this.countImages('test'),
      },
      epochs: plan.recipe.epochs,
      stepsPerEpoch: this.stepsPerEpoch,
      totalSteps: this.totalSteps,
      step: stepsTaken,
    })
  }

  private async runEpoch(session: TrainingSession): Promise<void> {
    const { loader, signal } = this.parts
    const { recipe } = this.parts.plan
    const { epoch, batchInEpoch } = this.progress
    await session.enterEpoch?.(epoch)
    const order = new RandomStream(recipe.seed, 'order', epoch).permutation(this.countImages('train'))
    const batches = loader.batches({
      split: 'train',
      order: order.subarray(0, this.images),
      batchSize: recipe.batchSize,
      startBatch: batchInEpoch,
      augmentation: recipe.augmentation,
      seed: recipe.seed,
      epoch,
    })
    let askedMs = this.clock()
    for await (const batch of batches) {
      if (signal.aborted) break
      await this.runStep(session, batch, this.clock() - askedMs)
      await yieldToEvents() // lets signals and messages in, whatever the engine does
      await this.checkpointIfDue(session)
      await this.waitWhilePaused(session)
      askedMs = this.clock()
    }
    if (!signal.aborted) await this.endEpoch(session)
    if (signal.aborted) await this.keepLast(session)
  }

  private async runStep(session: TrainingSession, batch: ImageBatch, waitMs: number): Promise<void> {
    const { recipe } = this.parts.plan
    const count = batch.labels.length
    const { epoch, stepsTaken, batchInEpoch } = this.progress
    if (count === 0) {
      this.progress = { ...this.progress, batchInEpoch: batchInEpoch + 1 }
      return
    }
    const learningRate = this.learningRateOf(stepsTaken)
    const startMs = this.clock()
    const images = recipe.augmentation === 'none' ? batch.indices : undefined
    const takeStep = () => session.step({ pixels: batch.pixels, labels: batch.labels, learningRate, images })
    const { loss, correct } = await (this.watch ? this.watch.guardStep(count, takeStep) : takeStep())
    this.pace.addStep(count, waitMs, this.clock() - startMs)
    const step = stepsTaken + 1
    if (!Number.isFinite(loss)) throw this.divergence(`the loss is ${loss}`, step)
    this.lastFinite = { loss, step }
    this.progress = {
      ...this.progress,
      batchInEpoch: batchInEpoch + 1,
      stepsTaken: step,
      sums: addBatch(this.progress.sums, loss, correct, count),
    }
    this.parts.runFolder.appendMetrics({
      kind: 'step',
      step,
      epoch: epoch + 1,
      loss,
      accuracy: correct / count,
      learningRate,
    })
    await this.reporter.progressed({
      step,
      totalSteps: this.totalSteps,
      epoch: epoch + 1,
      epochs: recipe.epochs,
      ...meansOf(this.progress.sums),
      learningRate,
      isLastOfEpoch: this.progress.batchInEpoch === this.stepsPerEpoch,
    })
  }

  private learningRateOf(step: number): number {
    const position = { step, epoch: this.progress.epoch, totalSteps: this.totalSteps }
    return learningRateAt(this.parts.plan.recipe, position, this.progress.schedule)
  }

  private divergence(finding: string, step: number): NetloomError {
    return divergenceError({
      finding,
      step,
      epoch: this.progress.epoch + 1,
      learningRate: this.learningRateOf(Math.max(0, step - 1)),
      lastFinite: this.lastFinite,
      recipe: this.parts.plan.recipe,
      checkpointStep: this.checkpointStep,
    })
  }

  private async checkpointIfDue(session: TrainingSession): Promise<void> {
    const { checkpointSeconds = 20 } = this.parts
    if (this.clock() - this.checkpointMs >= checkpointSeconds * 1000) await this.keepLast(session)
  }

  /** Where a pause is asked for: writes a checkpoint, then waits with the device until it may go on or is stopped. */
  private async waitWhilePaused(session: TrainingSession): Promise<void> {
    const { pauses, signal } = this.parts
    if (!pauses?.isPaused || signal.aborted) return
    await this.keepLast(session)
    const { stepsTaken } = this.progress
    await this.reporter.waited('paused', stepsTaken)
    const beganMs = this.clock()
    await pauses.wait(signal)
    const pausedMs = this.clock() - beganMs
    this.pace.leaveOut(pausedMs)
    this.checkpointMs += pausedMs
    if (!signal.aborted) await this.reporter.waited('continued', stepsTaken)
  }

  /** Writes the last checkpoint from what the session holds. */
  private async keepLast(session: TrainingSession, weights?: TensorMap): Promise<void> {
    const checkpoint = {
      weights: weights ?? (await this.watched(() => session.readWeights())),
      slots: await this.watched(() => session.readSlots()),
      progress: this.progress,
    }
    this.requireFinite(checkpoint.weights)
    this.requireFinite(checkpoint.slots)
    await this.keep('last', checkpoint)
  }

  /** A checkpoint never holds what cannot be trained on. */
  private requireFinite(tensors: TensorMap): void {
    const name = findNonFinite(tensors)
    if (name) throw this.divergence(`"${name}" holds values that are not finite`, this.progress.stepsTaken)
  }

  private async keep(name: 'last' | 'best', checkpoint: Checkpoint): Promise<void> {
    const startMs = this.clock()
    await this.parts.runFolder.writeCheckpoint(name, checkpoint)
    const step = checkpoint.progress.stepsTaken
    if (name === 'last') {
      this.checkpointStep = step
      this.watch?.noteCheckpoint(step)
    }
    this.checkpointMs = this.clock()
    this.reporter.checkpointWritten(name, step, this.checkpointMs - startMs)
  }

  /** Validation, the best checkpoint, the epoch's line and the last checkpoint; nothing where the signal comes in between. */
  private async endEpoch(session: TrainingSession): Promise<void> {
    const { sums, stepsTaken, epoch } = this.progress
    if (sums.count === 0)
      throw new NetloomError('dataset.unreadable', 'No image of the training split could be decoded.', {
        hint: 'What is known of the dataset gives the reasons.',
      })
    const weights = await this.watched(() => session.readWeights())
    this.requireFinite(weights)
    const train = meansOf(sums)
    const validation = this.countImages('val') > 0 ? await this.validate(weights) : null
    if (validation === undefined) return
    const val = validation && { loss: validation.loss, accuracy: validation.top1 }
    const { recipe, classes } = this.parts.plan
    const standing = validation ? standingOf(validation.confusion, classes, recipe.loss) : undefined
    const learningRate = this.learningRateOf(Math.max(0, stepsTaken - 1))
    const best = isBetter({ train, val }, this.progress.best)
    if (best) {
      this.progress = { ...this.progress, best: { epoch: epoch + 1, train, val } }
      await this.keep('best', { weights, slots: new Map(), progress: this.progress })
    }
    const ended = { epoch: epoch + 1, ...(standing && { standing }), train, val, learningRate, best }
    this.parts.runFolder.appendMetrics({ kind: 'epoch', ...ended })
    this.progress = {
      ...this.progress,
      epoch: epoch + 1,
      batchInEpoch: 0,
      sums: emptySums,
      schedule: advanceSchedule(recipe.schedule, this.progress.schedule, (val ?? train).loss),
    }
    await this.keepLast(session, weights)
    await this.reporter.epochEnded(ended)
  }

  /** @returns undefined where the signal ended it */
  private async validate(weights: TensorMap): Promise<Evaluation | undefined> {
    const result = await this.evaluate('val', weights)
    if (!result) return undefined
    if (!Number.isFinite(result.loss))
      throw this.divergence(`the validation loss is ${result.loss}`, this.progress.stepsTaken)
    return result
  }

  private async evaluate(split: SplitName, weights: TensorMap): Promise<Evaluation | undefined> {
    const { plan, engine, loader, signal } = this.parts
    const { document, recipe, scaling, classes } = plan
    const session = await engine.openPrediction({ document, scaling, weights }, this.device)
    try {
      return await evaluateSplit({
        session,
        loader,
        split,
        batchSize: recipe.batchSize,
        classes: classes.length,
        loss: recipe.loss,
        outputs: outputKind(document),
        signal,
      })
    } finally {
      await session.dispose()
    }
  }

  /** Writes the model, evaluates the test split with it, and says how it ended. */
  private async conclude(session: TrainingSession): Promise<TrainingOutcome> {
    const { runFolder, plan, engine } = this.parts
    const best = await runFolder.readCheckpoint('best')
    const weights = best?.weights ?? (await session.readWeights())
    await runFolder.writeModel(plan.buildModel(weights))
    const ended = this.progress.epoch >= plan.recipe.epochs
    const test = ended && this.countImages('test') > 0 ? await this.evaluate('test', weights) : undefined
    const of = best?.progress.best ?? null
    const outcome: TrainingOutcome = {
      run: runFolder.directory,
      state: ended ? 'finished' : 'stopped',
      engine: engine.name,
      device: this.device,
      epochs: this.progress.epoch,
      steps: this.progress.stepsTaken,
      seconds: this.pace.seconds,
      imagesPerSecond: this.pace.imagesPerSecond,
      bestEpoch: of?.epoch ?? null,
      train: of?.train ?? meansOf(this.progress.sums),
      val: of?.val ?? null,
      test: test ? { loss: test.loss, top1: test.top1, top5: test.top5, classes: plan.classes.length } : null,
      model: runFolder.pathOf('model'),
    }
    await runFolder.updateRecord({ state: outcome.state, outcome })
    runFolder.log(`${outcome.state} at step ${outcome.steps}`)
    return outcome
  }
}
