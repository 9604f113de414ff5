// In what runs differ, fact by fact; not what differs between their networks layer by layer (session/diff).
import type { RunSummary } from '../../../shared/contract/runCalls'
import { printAccuracy, printCount, printDuration } from '../../../shared/graph/printNumbers'
import { printRecipe } from '../../kernel/print/printRecipe'
import { cellText } from './runTable'

export interface ComparedFact {
  readonly name: string
  /** One per run. */
  readonly values: readonly string[]
  readonly isDifferent: boolean
}

/** Names of networks as they compute, in the order of the runs: A, B, ... */
function nameStructures(runs: readonly RunSummary[]): readonly string[] {
  const known = [...new Set(runs.map(({ structure }) => structure))]
  if (known.length === 1) return runs.map(() => 'the same')
  return runs.map(({ structure }) => `version ${known.indexOf(structure) + 1}`)
}

function factsOf(run: RunSummary, structure: string): readonly (readonly [name: string, value: string])[] {
  return [
    ['Best validation', run.val ? printAccuracy(run.val.accuracy) : '–'],
    ['Best epoch', cellText(run, 'bestEpoch')],
    ['Test', run.test ? printAccuracy(run.test.top1) : '–'],
    ['Duration', run.seconds === null ? '–' : printDuration(run.seconds)],
    ['Network', run.architecture],
    ['Layers', structure],
    ['Parameters', printCount(run.parameters)],
    ['MACs', printCount(run.macs)],
    ['Dataset', run.dataset],
    ['Device', cellText(run, 'device')],
    ...printRecipe(run.recipe).map(({ name, value }): [string, string] => [name, value]),
  ]
}

/** Every fact of the runs side by side, in one order. */
export function compareRuns(runs: readonly RunSummary[]): readonly ComparedFact[] {
  const structures = nameStructures(runs)
  const facts = runs.map((run, index) => factsOf(run, structures[index] ?? ''))
  return (facts[0] ?? []).map(([name], place) => {
    const values = facts.map((of) => of[place]?.[1] ?? '')
    return { name, values, isDifferent: new Set(values).size > 1 }
  })
}
