// Training on the terminal: events as lines and a progress bar on stderr, the outcome as a result; not starting it.
import { countOf, printAccuracy, printCount } from '../../shared/graph/printNumbers'
import type { DeviceChoice } from '../../shared/training/events'
import type { TrainingEvent, TrainingOutcome } from '../../shared/training/events'
import type { Recipe } from '../../shared/training/recipe'
import {
  describeBest,
  findTrainingSigns,
  type RecipeChange,
  type SeenEpoch,
  type TrainingSign,
} from '../../shared/training/trainingSigns'
import { Progress } from './progress'
import { printDecimal } from './text'

/** How many unreadable images are named. */
const namedImages = 5

/** Shows the events of one training, in the order in which they come. */
export class TrainingReport {
  private readonly progress = new Progress()
  private skipped = 0
  private epochs: readonly SeenEpoch[] = []
  private readonly told = new Set<TrainingSign['code']>()
  /** What changes of it are worth; none are named without it. */
  recipe: Recipe | undefined

  readonly onEvent = (event: TrainingEvent): void => {
    switch (event.kind) {
      case 'started':
        return this.showStart(event)
      case 'progress':
        return this.progress.update({
          done: event.step,
          total: event.totalSteps,
          title: `epoch ${event.epoch}/${event.epochs}`,
          detail: `loss ${printDecimal(event.loss)}  accuracy ${printAccuracy(event.accuracy)}  ${printCount(Math.round(event.imagesPerSecond))} images/s`,
          secondsLeft: event.secondsLeft,
        })
      case 'epochEnded':
        return this.showEpoch(event)
      case 'imagesSkipped':
        return this.showSkipped(event.files)
      case 'paused':
      case 'continued':
        return this.note(`${event.kind} at step ${printCount(event.step)}`)
      case 'checkpointWritten':
      case 'finished':
      case 'failed':
        return this.progress.clear()
      default:
        return event satisfies never
    }
  }

  /** What a run that goes on has behind it: its signs are told again, and looked for together with the epochs to come. */
  goOn(epochs: readonly SeenEpoch[], recipe: Recipe): void {
    this.recipe = recipe
    this.epochs = epochs
    this.showSigns()
  }

  /** A line above the bar. */
  note(text: string): void {
    this.progress.line(text)
  }

  close(): void {
    this.progress.clear()
  }

  private showStart({
    run,
    engine,
    device,
    images,
    step,
    totalSteps,
    choice,
  }: Extract<TrainingEvent, { kind: 'started' }>): void {
    this.note(`run folder  ${run}`)
    const counts = `${printCount(images.train)} to train, ${printCount(images.val)} to validate, ${printCount(images.test)} to test`
    this.note(`images    ${counts}`)
    this.note(`engine      ${engine} on ${device}`)
    if (choice && choice.measured.length > 0 && choice.device === device)
      this.note(`chosen      ${printChoice(choice)}`)
    if (step > 0) this.note(`goes on     after step ${printCount(step)} of ${printCount(totalSteps)}`)
  }

  private showEpoch(event: Extract<TrainingEvent, { kind: 'epochEnded' }>): void {
    const { epoch, train, val, learningRate, best } = event
    const validation = val ? `  val loss ${printDecimal(val.loss)}  accuracy ${printAccuracy(val.accuracy)}` : ''
    this.note(
      `epoch ${epoch}  loss ${printDecimal(train.loss)}  accuracy ${printAccuracy(train.accuracy)}${validation}  lr ${Number(learningRate.toPrecision(3))}${best ? `  best ${describeBest(val !== null)}` : ''}`,
    )
    // An epoch that is taken again counts once.
    this.epochs = [...this.epochs.filter((before) => before.epoch < epoch), event]
    this.showSigns()
  }

  /** Each sign when it is seen first: the next epochs would only repeat it. */
  private showSigns(): void {
    for (const { code, title, text, changes } of findTrainingSigns(this.epochs, this.recipe)) {
      if (this.told.has(code)) continue
      this.told.add(code)
      this.note(`note: ${title}. ${text}${printChanges(changes)}`)
    }
  }

  private showSkipped(files: readonly { readonly file: string; readonly reason: string }[]): void {
    for (const { file, reason } of files) {
      if (this.skipped < namedImages) this.note(`left out: ${file}: ${reason}`)
      else if (this.skipped === namedImages) this.note('left out: more images; "netloom data" names them all')
      this.skipped++
    }
  }
}

/** What each device took for a step of the network, the fastest first, and how to take another one. */
export function printChoice({ measured, isRemembered }: DeviceChoice): string {
  const time = ({ secondsPerStep }: DeviceChoice['measured'][number]) => secondsPerStep ?? Infinity
  const figures = [...measured]
    .sort((a, b) => time(a) - time(b))
    .map(({ device, secondsPerStep }) =>
      secondsPerStep === null ? `${device} failed` : `${device} ${printMilliseconds(secondsPerStep)} a step`,
    )
  return `by ${isRemembered ? 'an earlier measurement' : 'measuring'}: ${figures.join(', ')}; --device takes another`
}

/** `8.4 ms`, from seconds. */
function printMilliseconds(seconds: number): string {
  const milliseconds = 1000 * seconds
  return `${milliseconds < 100 ? Number(milliseconds.toPrecision(2)) : printCount(Math.round(milliseconds))} ms`
}

const changeFlags: Partial<Readonly<Record<RecipeChange['key'], string>>> = {
  learningRate: '--lr',
  weightDecay: '--weight-decay',
  epochs: '--epochs',
}

/** ` (--lr 0.0001)`; nothing for what no option sets. */
function printChanges(changes: readonly RecipeChange[]): string {
  const flags = changes.flatMap(({ key, value }) => (changeFlags[key] ? [`${changeFlags[key]} ${value}`] : []))
  return flags.length === 0 ? '' : ` (${flags.join(', or ')})`
}

/** The result of a training, in a few lines. @param folder the run folder as it is to be typed */
export function printOutcome(outcome: TrainingOutcome, folder: string): string {
  const { epochs, steps, seconds, imagesPerSecond, train, val, test, bestEpoch, model } = outcome
  const means = ({ loss, accuracy }: { readonly loss: number; readonly accuracy: number }) =>
    `loss ${printDecimal(loss)}  accuracy ${printAccuracy(accuracy)}`
  return [
    `${countOf(epochs, 'epoch')}, ${countOf(steps, 'step')}, ${seconds.toFixed(1)} s, ${printCount(Math.round(imagesPerSecond))} images/s`,
    `train   ${means(train)}${bestEpoch === null ? '' : `  (epoch ${bestEpoch})`}`,
    ...(val ? [`val     ${means(val)}`] : []),
    ...(test
      ? [
          `test    loss ${printDecimal(test.loss)}  top-1 ${printAccuracy(test.top1)}${(test.classes ?? Infinity) > 5 ? `  top-5 ${printAccuracy(test.top5)}` : ''}`,
        ]
      : []),
    `run     ${folder}`,
    ...(bestEpoch === null || model === null ? [] : [`model   ${model}`]),
  ].join('\n')
}
