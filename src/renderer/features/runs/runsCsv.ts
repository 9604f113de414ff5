// The table of runs as CSV, with numbers as numbers; not the file it is saved to.
import type { RunSummary } from '../../../shared/contract/runCalls'
import { wordOfState } from '../../../shared/training/runStates'
import { printCsvRow } from '../../kernel/print/printCsv'
import { printRecipe } from '../../kernel/print/printRecipe'

type Cell = string | number | null

/** Titles with what stands below them. Units are in the titles. */
function cellsOf(run: RunSummary): readonly (readonly [title: string, cell: Cell])[] {
  return [
    ['Name', run.name],
    ['State', wordOfState(run.state).title],
    ['Network', run.architecture],
    ['Document', run.documentPath],
    ['Experiment', run.experiment],
    ['Tags', run.tags.join(' ')],
    ['Best validation accuracy', run.val?.accuracy ?? null],
    ['Best validation loss', run.val?.loss ?? null],
    ['Best epoch', run.bestEpoch],
    ['Epochs done', run.epochs],
    ['Test accuracy', run.test?.top1 ?? null],
    ['Parameters', run.parameters],
    ['MACs', run.macs],
    ['Model size in bytes', run.sizeBytes],
    ['Dataset', run.dataset],
    ['Engine', run.engine],
    ['Device', run.device],
    ['Seconds', run.seconds],
    ['Created', new Date(run.createdMs).toISOString()],
    ...printRecipe(run.recipe).map(({ name, value }): [string, Cell] => [name, value]),
    ['Note', run.note],
    ['Folder', run.id],
  ]
}

/** One line per run in the order given, below a line of titles; lines end with CR LF. */
export function printRunsCsv(runs: readonly RunSummary[]): string {
  const [first] = runs
  if (!first) return ''
  const titles = cellsOf(first).map(([title]) => title)
  const rows = runs.map((run) => printCsvRow(cellsOf(run).map(([, cell]) => cell)))
  return [printCsvRow(titles), ...rows, ''].join('\r\n')
}
