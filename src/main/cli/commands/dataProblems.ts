// `netloom data --find`: problems of the images of a dataset, as text or JSON; what else a dataset holds is data.ts.
import { problemKinds, type Problem, type ProblemKind } from '../../../shared/datasets/quality/problems'
import {
  countProblems,
  describeLabelCheck,
  explainProblem,
  problemWords,
} from '../../../shared/datasets/quality/problemWords'
import { countOf, printCount, printDuration } from '../../../shared/graph/printNumbers'
import { absoluteReference } from '../../datasets/datasetReference'
import { openDataset } from '../../datasets/openDataset'
import { findKept } from '../../datasets/quality/problemShelf'
import type { FoundInDataset } from '../../datasets/quality/searchDataset'
import { searchProblems } from '../../datasets/quality/searchProblems'
import { withInterrupts } from '../interrupts'
import { writeJson, writeResult } from '../output'
import { Progress } from '../progress'
import { exitCodes } from '../usage'

/** How many problems of a kind, and files of a group, are listed; JSON has all of them. */
const listed = 10
const listedFiles = 4

/** Runs `netloom data --find`. @throws NetloomError dataset.*, engine.failed */
export async function runDataProblems(reference: string, options: { readonly json?: boolean }): Promise<void> {
  const dataset = await openDataset(reference)
  const kept = await findKept(dataset, {})
  const found = kept?.isCurrent ? kept.found : await search(reference, dataset)
  if (options.json) return writeJson({ reference, ...found })
  writeResult(printFound(reference, found, found === kept?.found).join('\n'))
}

async function search(reference: string, dataset: Awaited<ReturnType<typeof openDataset>>): Promise<FoundInDataset> {
  const progress = new Progress()
  const ended = new AbortController()
  const command = { reference: absoluteReference(reference, process.cwd()), options: {} }
  const titles = { opening: 'opening', looking: 'looking at images', comparing: 'comparing' } as const
  try {
    return await withInterrupts(
      () => {
        ended.abort()
        process.exit(exitCodes.interrupted)
      },
      () =>
        searchProblems(
          dataset,
          command,
          ({ stage, done, total, secondsLeft }) =>
            progress.update({ done, total, secondsLeft, title: titles[stage], detail: '' }),
          ended.signal,
        ),
    )
  } finally {
    progress.clear()
  }
}

function printFound(reference: string, found: FoundInDataset, isKept: boolean): readonly string[] {
  const { problems, images, unreadable, elapsedMs, foundAt, labelCheck } = found
  const when = isKept ? `, found ${foundAt.slice(0, 10)} and unchanged since` : ` in ${printDuration(elapsedMs / 1000)}`
  const damaged = unreadable > 0 ? ` (${countOf(unreadable, 'file')} cannot be read)` : ''
  return [
    `${reference}: ${countOf(images, 'image')} looked at${when}${damaged}`,
    describeLabelCheck(labelCheck),
    ...problemKinds.flatMap((kind) => printKind(problems, kind)),
  ]
}

function printKind(problems: readonly Problem[], kind: ProblemKind): readonly string[] {
  const { title } = problemWords[kind]
  const { likely } = countProblems(problems, kind)
  if (likely === 0) return ['', `${title}: none`]
  const own = problems.filter((problem) => problem.kind === kind && problem.isLikely)
  const rest = own.length - listed
  return [
    '',
    `${title}: ${printCount(likely)}`,
    ...own.slice(0, listed).map((problem) => `  ${printFiles(problem)}: ${explainProblem(problem)}`),
    ...(rest > 0 ? [`  and ${printCount(rest)} more`] : []),
  ]
}

function printFiles({ images }: Problem): string {
  const rest = images.length - listedFiles
  const shown = images.slice(0, listedFiles).map(({ file, class: name }) => `${file} (${name})`)
  return [...shown, ...(rest > 0 ? [`${printCount(rest)} more`] : [])].join(' = ')
}
