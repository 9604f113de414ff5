// The calls `datasets` that bring corrections into the files: planning, moving, going on after an end, taking back; not the moving itself.
import { NetloomError } from '../../shared/graph/errors'
import { folderOf, planApplying, writeList, type PlannedApply } from '../datasets/corrections/applyFolder'
import { beginJournal, readApplyState, runJournal, turnJournal } from '../datasets/corrections/applyJournal'
import { readCorrections, setCorrections } from '../datasets/corrections/correctionFile'
import { streamOf } from '../process/eventQueue'
import type { Core } from './core'
import type { OwnedDataset } from './datasetGate'
import { os, withTypedErrors } from './implementer'
import { nameDataset, ownDataset } from './ownDataset'

type ApplyEvent =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly moved: number; readonly file: string | null }
type Push = (event: ApplyEvent) => void

/** Implements the calls `datasets` about applying corrections. */
export function implementApplying(core: Core) {
  return {
    planApplying: os.datasets.planApplying.handler(async ({ input }) => {
      const { offer } = await plan(core, await ownDataset(core, input), input.intoSplits)
      return offer.kind === 'csv'
        ? { ...offer }
        : { ...offer, targets: offer.targets.map((target) => ({ ...target })), staying: [...offer.staying] }
    }),
    apply: os.datasets.apply.handler(({ input, signal }) =>
      withTypedErrors(
        streamOf<ApplyEvent>(signal, async (push, left) => {
          const owned = await ownDataset(core, input)
          const planned = await plan(core, owned, input.intoSplits)
          const count = planned.offer.kind === 'csv' ? planned.offer.rows : planned.offer.moves
          if (count !== input.expected)
            throw new NetloomError('file.changed', `There are ${count} files to move now, not ${input.expected}.`, {
              expected: input.expected,
              received: count,
              hint: 'Look at what would move once more.',
            })
          if (planned.work.kind === 'csv') {
            await writeList(planned.work)
            return { kind: 'done', moved: 0, file: planned.work.file }
          }
          await beginJournal(planned.work.folder, planned.work.journal)
          return settle(core, owned, planned.work.folder, push, left)
        }),
      ),
    ),
    applied: os.datasets.applied.handler(async ({ input }) => {
      const folder = await findFolder(await nameDataset(core, input))
      if (folder === undefined) return { begun: null, last: null }
      const { begun, applied } = await readApplyState(folder)
      return {
        begun: begun ? { at: begun.at, moves: begun.moves.length, isBack: begun.way === 'back' } : null,
        last: applied ? { at: applied.at, moves: applied.moves.length } : null,
      }
    }),
    settleApplying: os.datasets.settleApplying.handler(({ input, signal }) =>
      withTypedErrors(
        streamOf<ApplyEvent>(signal, async (push, left) => {
          const owned = await nameDataset(core, input)
          const folder = await findFolder(owned)
          if (folder === undefined) return { kind: 'done', moved: 0, file: null }
          if (input.way === 'takeBack') await turnJournal(folder, [...(await readCorrections(owned.reference))])
          return settle(core, owned, folder, push, left)
        }),
      ),
    ),
  }
}

/** The folder of a dataset that may have lost its images halfway; undefined where it is none. */
function findFolder({ reference }: OwnedDataset): Promise<string | undefined> {
  return folderOf(reference).catch(() => undefined)
}

async function plan(core: Core, { reference, options }: OwnedDataset, intoSplits: boolean): Promise<PlannedApply> {
  const dataset = await core.datasets.get(reference, options)
  const planned = await planApplying(reference, { dataset, options, intoSplits })
  const { offer } = planned
  // What is left out goes beside the folder, which has to be opened to the screen too.
  if (offer.kind === 'folder' && offer.leftOut > 0 && !(await core.roots.holds(offer.leftOutFolder)))
    throw new NetloomError(
      'file.outside',
      `Images that are left out would go to "${offer.leftOutFolder}", outside the folders that were opened here.`,
      {
        path: offer.leftOutFolder,
        hint: 'Open the folder above too, or take back what leaves images out.',
      },
    )
  return planned
}

async function settle(
  core: Core,
  { reference }: OwnedDataset,
  folder: string,
  push: Push,
  signal: AbortSignal,
): Promise<ApplyEvent> {
  try {
    const moved = await runJournal(folder, {
      signal,
      onProgress: (done, total) => push({ kind: 'progress', done, total }),
      setCorrections: (entries) => setCorrections(reference, entries),
    })
    return { kind: 'done', moved, file: null }
  } finally {
    core.datasets.forget(reference)
  }
}
