// The calls `problems`: what is wrong with the images of a dataset; not finding it (main/datasets/quality).
import type { ProblemEvent } from '../../shared/contract/problemCalls'
import { findKept } from '../datasets/quality/problemShelf'
import { searchProblems } from '../datasets/quality/searchProblems'
import { streamOf } from '../process/eventQueue'
import type { Core } from './core'
import { ownDataset } from './ownDataset'
import { os, withTypedErrors } from './implementer'

/** Implements `problems.*`. */
export function implementProblems(core: Core) {
  return {
    find: os.problems.find.handler(({ input, signal }) =>
      withTypedErrors(
        streamOf<ProblemEvent>(signal, (push, left) =>
          core.work.during('search', input.reference, left, async (entry) => {
            const owned = await ownDataset(core, input)
            const dataset = await core.datasets.get(owned.reference, owned.options)
            const found = await searchProblems(
              dataset,
              owned,
              (progress) => {
                if (progress.stage === 'looking') entry.report((0.85 * progress.done) / Math.max(1, progress.total))
                push({ kind: 'progress', progress })
              },
              left,
            )
            return { kind: 'found', found }
          }),
        ),
      ),
    ),
    kept: os.problems.kept.handler(async ({ input }) => {
      const { reference, options } = await ownDataset(core, input)
      return (await findKept(await core.datasets.get(reference, options), options)) ?? null
    }),
  }
}
