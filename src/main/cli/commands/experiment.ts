// `netloom experiment`: lists the experiments of the lectures, and runs one with its progress on stderr.
import { printAccuracy, printClock, printCount } from '../../../shared/graph/printNumbers'
import { resolve } from 'node:path'
import { experiments, findExperiment } from '../../../shared/lectures/experiments/index'
import type { Experiment } from '../../../shared/lectures/experiments/experimentPlan'
import { countWrong, printPlane } from '../../../shared/lectures/experiments/perceptronRule'
import {
  verdictOf,
  type ExperimentState,
  type VariantResult,
  type Verdict,
} from '../../../shared/lectures/experiments/results'
import { suggestName } from '../../../shared/graph/suggest'
import { resultPath } from '../../trainer/experiments/experimentResults'
import { runExperiment, type BeginTraining } from '../../trainer/experiments/runExperiment'
import { findFreeRunFolder } from '../../files/projects'
import { startTraining } from '../../trainer/startTraining'
import { withInterrupts } from '../interrupts'
import { writeJson, writeNote, writeResult } from '../output'
import { Progress } from '../progress'
import { printTable, showPath } from '../text'
import { exitCodes, UsageError } from '../usage'

export interface ExperimentOptions {
  readonly list?: boolean
  readonly quick?: boolean
  readonly data?: string
  readonly seed: number
  /** The folder of the runs and the result. */
  readonly out: string
  readonly json?: boolean
}

/** Runs `netloom experiment`. @throws UsageError, NetloomError */
export async function runExperimentCommand(name: string | undefined, options: ExperimentOptions): Promise<number> {
  if (options.list || name === undefined) {
    if (!options.list && options.json) throw new UsageError('name an experiment, or list them with --list.')
    listExperiments(options.json === true)
    return exitCodes.done
  }
  const experiment = findExperiment(name)
  if (!experiment) throw unknownExperiment(name)
  const runsFolder = resolve(options.out)
  const progress = new Progress()
  const stopping = new AbortController()
  writeNote(`${experiment.title} (${experiment.lecture})`)
  writeNote(`claim  ${experiment.claim}`)
  try {
    const state = await withInterrupts(
      () => {
        progress.line('Stopping after this step ... (once more to end at once)')
        stopping.abort()
      },
      () =>
        runExperiment({
          experiment,
          size: options.quick ? 'quick' : 'full',
          seed: options.seed,
          data: options.data,
          runsFolder,
          begin: beginIn(runsFolder),
          onState: reporter(progress),
          signal: stopping.signal,
        }),
    )
    progress.clear()
    const file = resultPath(runsFolder, state.id)
    if (options.json) writeJson(describeResult(experiment, state, file))
    else writeResult(printState(experiment, state, file))
    return state.state === 'stopped' ? exitCodes.interrupted : exitCodes.done
  } finally {
    progress.clear()
  }
}

/** Trainings in a folder, started from this process alone. */
function beginIn(runsFolder: string): BeginTraining {
  return async (request, name, onEvent) => {
    const directory = await findFreeRunFolder(runsFolder, name)
    const handle = startTraining({ ...request, directory }, { onEvent })
    return { run: handle.directory, stop: () => handle.stop(), done: handle.done }
  }
}

/** Shows how far the variants are, and a line for each that is done. */
function reporter(progress: Progress): (state: ExperimentState) => void {
  const told = new Set<string>()
  return ({ variants, secondsLeft }) => {
    for (const { id, title, result } of variants) {
      if (!result || told.has(id)) continue
      told.add(id)
      progress.line(`${title}: ${describeVariant(result)}, ${result.seconds.toFixed(1)} s`)
    }
    const place = variants.findIndex(({ state }) => state === 'training' || state === 'measuring')
    const present = variants[place]
    if (!present) return
    progress.update({
      done: place + present.fraction,
      total: variants.length,
      title: `${place + 1}/${variants.length} ${present.title}`,
      detail: `epoch ${present.epoch}/${present.epochs}`,
      secondsLeft,
    })
  }
}

function describeVariant({ epochs, test, table, parameters }: VariantResult): string {
  const train = epochs.at(-1)?.train
  const parts = [
    `${printCount(parameters)} parameters`,
    ...(train ? [`training error ${printAccuracy(1 - train.accuracy)}`] : []),
    ...(test && !table ? [`test ${printAccuracy(test.top1)}`] : []),
  ]
  return parts.join(', ')
}

function unknownExperiment(name: string): UsageError {
  const near = suggestName(
    name,
    experiments.map(({ id }) => id),
  )
  return new UsageError(
    `there is no experiment "${name}"; ${near ? `did you mean "${near}"?` : '"netloom experiment --list" shows them.'}`,
  )
}

function listExperiments(json: boolean): void {
  const rows = experiments.map(({ id, title, lecture, claim, method, data, takesData }) => ({
    id,
    title,
    lecture,
    claim,
    method,
    data: data.reference,
    takesData,
  }))
  if (json) return writeJson(rows)
  const columns = [{ title: 'name' }, { title: 'title' }, { title: 'images' }]
  writeResult(
    printTable(
      columns,
      rows.map(({ id, title, data }) => [id, title, data]),
    ),
  )
}

/** What `--json` prints. */
function describeResult({ claim }: Experiment, state: ExperimentState, file: string) {
  const { experiment, size, seed, data, seconds, variants } = state
  const verdict = verdictOf(state)
  return {
    experiment,
    claim,
    size,
    seed,
    data,
    state: state.state,
    seconds,
    agrees: verdict?.agrees ?? null,
    parts: verdict?.parts ?? [],
    outcome: verdict?.text ?? null,
    variants: variants.flatMap(({ title, result }) => {
      if (!result) return []
      const { field: _, ...rest } = result
      return [{ title, ...rest }]
    }),
    result: file,
  }
}

function printState(experiment: Experiment, state: ExperimentState, file: string): string {
  const { variants, seconds, size } = state
  const verdict = verdictOf(state)
  const measures = experiment.variants({ size, seed: state.seed, data: experiment.data })[0]?.measures ?? []
  const columns = [
    { title: 'network' },
    { title: 'parameters', align: 'right' },
    { title: 'training error', align: 'right' },
    { title: 'test', align: 'right' },
    ...measures.map(({ title }) => ({ title, align: 'right' as const })),
    { title: 'time', align: 'right' },
  ] as const
  const rows = variants.flatMap(({ title, result }) => {
    if (!result) return []
    const train = result.epochs.at(-1)?.train
    return [
      [
        title,
        printCount(result.parameters),
        train ? printAccuracy(1 - train.accuracy) : '',
        result.test ? printAccuracy(result.test.top1) : '',
        ...measures.map(({ id }) => {
          const measure = result.measures.find((candidate) => candidate.id === id)
          return measure ? printAccuracy(measure.top1) : ''
        }),
        printClock(result.seconds),
      ],
    ]
  })
  const tables = variants.flatMap(({ title, result }) => (result?.table ? [printOutputs(title, result)] : []))
  return [
    '',
    printTable(columns, rows),
    ...tables,
    '',
    `claim    ${experiment.claim}`,
    ...(verdict ? [`outcome  ${verdict.text}`, ...printVerdict(verdict)] : ['outcome  stopped before the end']),
    `result   ${showPath(file)} (${seconds.toFixed(0)} s)`,
  ].join('\n')
}

/** Whether the outcome is as claimed, and where it is not in every part, each part. */
function printVerdict({ agrees, parts }: Verdict): readonly string[] {
  if (agrees === null) return ['         A quick run is too small to be judged; leave out --quick.']
  if (agrees) return ['         As claimed.']
  return ['         Not as claimed:', ...parts.map((part) => `         ${part.agrees ? 'yes' : 'no '}  ${part.what}.`)]
}

/** Wrong rows after each epoch, and the plane at the end. */
function printOutputs(title: string, { table }: VariantResult): string {
  if (!table) return ''
  const wrong = table.epochs.map(({ epoch, answers }) => `${epoch}:${countWrong(table, answers)}`)
  const plane = table.epochs.at(-1)?.plane
  return [
    '',
    `${title}: wrong rows after each epoch  ${wrong.join(' ')}`,
    ...(plane ? [`${title}: plane  ${printPlane(plane)}`] : []),
  ].join('\n')
}
