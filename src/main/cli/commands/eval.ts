// `netloom eval`: accuracy, loss and confusion matrix of a model on a dataset.
import { resolve } from 'node:path'
import { countOf, printAccuracy, printCount, printRange } from '../../../shared/graph/printNumbers'
import type { ResizePolicy, SplitName } from '../../../shared/datasets/dataset'
import type { TransformOptions } from '../../../shared/datasets/imageTransform'
import type { DeviceName, EngineName } from '../../../shared/training/deviceNames'
import type { InputScaling } from '../../../shared/graph/document'
import { evaluateModel, type EvaluationReport } from '../../models/evaluation'
import { noteTestUse } from '../../models/testUses'
import { describeTestUse, judgeEvaluation } from '../../../shared/training/judgement'
import { openModel, type OpenedModel } from '../../models/openModel'
import { writeJson, writeNote, writeResult } from '../output'
import { Progress } from '../progress'
import { printDecimal, printTable } from '../text'
import { orAccept, UsageError } from '../usage'

export interface EvalOptions {
  readonly data?: string
  readonly split?: SplitName
  readonly batch: number
  readonly testRange?: readonly [number, number]
  readonly centre?: boolean
  readonly shift?: number
  readonly permute?: number
  readonly normalize?: InputScaling
  readonly resize?: ResizePolicy
  readonly engine: EngineName
  readonly device: DeviceName
  readonly acceptDifference?: boolean
  readonly json?: boolean
}

/** A confusion matrix of more classes than this is left to `--json`. */
const largestPrintedMatrix = 20

/** Runs `netloom eval`. @throws UsageError, NetloomError as openModel and evaluateModel */
export async function runEval(reference: string, options: EvalOptions): Promise<void> {
  const { data, normalize, resize, engine, device, acceptDifference } = options
  if (data === undefined) throw new UsageError('name a dataset with --data, such as --data builtin:digits.')
  const model = await orAccept(openModel(reference, { scaling: normalize, resize, engine, device, acceptDifference }))
  const progress = new Progress()
  const startedAtMs = performance.now()
  try {
    const report = await evaluateModel({
      model,
      reference: data,
      testRange: options.testRange,
      split: options.split,
      transform: transformOf(options),
      batchSize: options.batch,
      onProgress: (done, total) => {
        const secondsLeft = ((performance.now() - startedAtMs) / 1000 / done) * (total - done)
        progress.update({
          done,
          total,
          title: `${printCount(done)} of ${countOf(total, 'image')}`,
          detail: '',
          secondsLeft,
        })
      },
    })
    progress.clear()
    for (const { file, reason } of report.unreadable) writeNote(`left out: ${file}: ${reason}`)
    for (const note of classNotes(model, report)) writeNote(`note: ${note}`)
    const use = report.split === 'test' ? await noteTestUse(report.fingerprint, resolve(reference)) : null
    const looks = use && describeTestUse(use)
    if (looks) writeNote(`note: ${looks}`)
    if (options.json) writeJson(report)
    else writeResult(printReport(model.name, report).join('\n'))
  } finally {
    progress.clear()
    await model.dispose()
  }
}

/** What the options say of the images; what they do not say stays as the model was trained. */
function transformOf({ centre, shift, permute }: EvalOptions): TransformOptions {
  return {
    ...(centre !== undefined && { centre }),
    ...(shift !== undefined && { shift }),
    ...(permute !== undefined && { permute }),
  }
}

/** How the classes were found, where that is not by name for all of them. */
function classNotes(
  model: Pick<OpenedModel, 'classes'>,
  { classesMatchedBy, leftOut, classes }: EvaluationReport,
): readonly string[] {
  const notes: string[] = []
  if (classesMatchedBy === 'order' && model.classes)
    notes.push(
      `no class is known by name: the model's ${model.classes.slice(0, 3).join(', ')}, ... are taken in order for the dataset's ${classes.slice(0, 3).join(', ')}, ...`,
    )
  if (leftOut.length > 0) {
    const images = leftOut.reduce((sum, { images }) => sum + images, 0)
    const shown = leftOut.slice(0, 5).map(({ name, images }) => `${name} (${printCount(images)})`)
    const rest = leftOut.length > 5 ? `, and ${leftOut.length - 5} more` : ''
    notes.push(
      `left out: ${countOf(images, 'image')} of classes that the model does not know: ${shown.join(', ')}${rest}`,
    )
  }
  return notes
}

function printReport(name: string, report: EvaluationReport): readonly string[] {
  const { images, loss, top1, top5, classes, split, interval, majority, balancedAccuracy, macroF1 } = report
  const range = interval ? `, 95% interval ${printRange(interval)}` : ''
  return [
    `${name} on ${countOf(images, 'image')} (${split})`,
    `top-1   ${printAccuracy(top1)}${range}`,
    ...(majority
      ? [`always  ${printAccuracy(majority.share)}, naming "${classes[majority.classIndex]}" each time`]
      : []),
    ...(classes.length > 5 ? [`top-5   ${printAccuracy(top5)}`] : []),
    ...(balancedAccuracy === null ? [] : [`balanced accuracy ${printAccuracy(balancedAccuracy)}`]),
    ...(macroF1 === null ? [] : [`macro F1 ${printDecimal(macroF1)}`]),
    `loss    ${printDecimal(loss)}`,
    ...printCalibration(report),
    '',
    printClassTable(report),
    ...(classes.length > largestPrintedMatrix
      ? []
      : ['', 'rows: true class, columns: predicted class', printMatrix(report)]),
  ]
}

function printCalibration({ calibrationError, temperature }: EvaluationReport): readonly string[] {
  if (calibrationError === null) return []
  const line = `calibration error ${printAccuracy(calibrationError)}`
  if (!temperature) return [line]
  const { temperature: value, error } = temperature
  return [`${line}; ${printAccuracy(error[1])} at temperature ${value} (netloom export --temperature ${value})`]
}

function printClassTable({ classes, perClass, confusion }: EvaluationReport): string {
  const { f1 } = judgeEvaluation(confusion)
  const share = (value: number | null) => (value === null ? '' : printAccuracy(value))
  const columns = [
    { title: 'class' },
    { title: 'images', align: 'right' },
    { title: 'found (recall)', align: 'right' },
    { title: 'right (precision)', align: 'right' },
    { title: 'F1', align: 'right' },
  ] as const
  const rows = classes.flatMap((label, index) => {
    const { count = 0, recall = null, precision = null } = perClass[index] ?? {}
    // Of a model's thousand classes, those that occur.
    const isShown = classes.length <= largestPrintedMatrix || count > 0 || precision !== null
    const both = f1[index] ?? null
    return isShown ? [[label, printCount(count), share(recall), share(precision), both?.toFixed(3) ?? '']] : []
  })
  const hidden = classes.length - rows.length
  const rest = hidden > 0 ? [`${countOf(hidden, 'more class', 'more classes')} without images, never predicted`] : []
  return [printTable(columns, rows), ...rest].join('\n')
}

function printMatrix({ classes, confusion }: EvaluationReport): string {
  const columns = [{ title: '' }, ...classes.map((title) => ({ title, align: 'right' as const }))]
  return printTable(
    columns,
    confusion.map((row, index) => [classes[index] ?? '', ...row.map(printCount)]),
  )
}
