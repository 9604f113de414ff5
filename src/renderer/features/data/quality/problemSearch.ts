// Looking for problems of the dataset on the screen, and what was found in it before; not how it is shown.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { isSameDataset } from '../../../../shared/datasets/documentDataset'
import type { ProblemProgress } from '../../../../shared/contract/problemCalls'
import { client } from '../../../kernel/core/client'
import { queries, queryClient } from '../../../kernel/queries/queryClient'
import { useWork, Work } from '../../../kernel/queries/work'
import { uiStore } from '../../../kernel/ui/uiStore'
import type { DatasetChosen, Description } from '../../../session/dataset/descriptions'

/** Looking at the images takes about this share of the time. */
const lookingShare = 0.85

/** How far it is, in [0, 1]; null while the dataset is opened. */
export function fractionOf({ stage, done, total }: ProblemProgress): number | null {
  if (stage === 'opening' || total === 0) return null
  const share = done / total
  return stage === 'looking' ? lookingShare * share : lookingShare + (1 - lookingShare) * share
}

/** One search at a time; it goes on when the screen is left. */
export const searching = new Work<DatasetChosen, ProblemProgress | null>(
  'problems',
  async (chosen, { signal, tell }) => {
    const ui = uiStore.getState()
    ui.setActivity('problems', { label: 'Looking for problems', fraction: null, screen: 'data' })
    try {
      for await (const event of await client.problems.find(chosen, { signal })) {
        if (event.kind === 'progress') {
          tell(event.progress)
          const fraction = fractionOf(event.progress)
          ui.setActivity('problems', { label: 'Looking for problems', fraction, screen: 'data' })
        }
      }
    } finally {
      ui.setActivity('problems', null)
    }
    await queryClient.invalidateQueries({ queryKey: queries.problems.kept.key() })
    return null
  },
)

/** The search as far as it is one of this dataset. */
export function useSearch(chosen: DatasetChosen) {
  const { asked, told, isRunning, error } = useWork(searching)
  const isOwn = asked !== null && isSameDataset(asked, chosen)
  return { progress: told, isRunning: isRunning && isOwn, isOther: isRunning && !isOwn, error: isOwn ? error : null }
}

/** What was found before, followed through corrections: a corrected dataset has another fingerprint. */
export function useFound(chosen: DatasetChosen, { fingerprint, classes }: Description) {
  const { queryKey, queryFn } = queries.problems.kept.queryOptions({ input: chosen })
  return useQuery({
    queryKey: [...queryKey, fingerprint, classes.join('\n')],
    queryFn,
    placeholderData: keepPreviousData,
  })
}
