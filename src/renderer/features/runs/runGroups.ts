// Runs by the document that they trained, or by the experiment that they are part of; not their order within (runTable.ts).
import type { RunSummary } from '../../../shared/contract/runCalls'
import { findExperiment } from '../../../shared/lectures/experiments/index'
import { withoutEnding } from '../../../shared/graph/fileNames'
import { baseName } from '../../kernel/print/printTraining'
import { relateRun, type OpenNetwork } from '../../session/runs/runRelation'

export interface RunGroup {
  readonly key: string
  readonly title: string
  /** Where the document lies, or that it is open. */
  readonly detail: string
  readonly runs: readonly RunSummary[]
}

type GroupName = Omit<RunGroup, 'runs'>

/** `permuted-pixels-3`: the third result of an experiment. */
function nameExperiment(result: string): GroupName {
  const { experiment = result, number = '' } = /^(?<experiment>.+)-(?<number>[0-9]+)$/.exec(result)?.groups ?? {}
  const title = findExperiment(experiment)?.title ?? experiment
  return { key: `experiment ${result}`, title, detail: number === '' ? 'Experiment' : `Experiment, run ${number}` }
}

function nameGroup(run: RunSummary, open: OpenNetwork): GroupName {
  const { documentPath: path, architecture, experiment } = run
  if (experiment !== null) return nameExperiment(experiment)
  if (relateRun(run, open) !== 'other') {
    const title = open.path === null ? open.name : withoutEnding(baseName(open.path))
    return { key: 'open', title, detail: 'Open now' }
  }
  if (path !== null) return { key: `file ${path}`, title: withoutEnding(baseName(path)), detail: path }
  return { key: `name ${architecture}`, title: architecture, detail: 'Without a file' }
}

/** Groups runs that are in order: the open network's first, then in the order of their first runs. */
export function groupRuns(runs: readonly RunSummary[], open: OpenNetwork): readonly RunGroup[] {
  const groups = new Map<string, GroupName & { readonly runs: RunSummary[] }>()
  for (const run of runs) {
    const name = nameGroup(run, open)
    const group = groups.get(name.key) ?? { ...name, runs: [] }
    groups.set(name.key, group)
    group.runs.push(run)
  }
  const all = [...groups.values()]
  return [...all.filter(({ key }) => key === 'open'), ...all.filter(({ key }) => key !== 'open')]
}
