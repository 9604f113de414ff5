// What keeps a run from being started now, from the stores; the rules stand in blockers.ts.
import { datasetStore, useDatasetStore, type DatasetState } from '../../../session/dataset/datasetStore'
import { keptIssuesOf } from '../../../session/document/derived'
import type { SessionState } from '../../../session/document/DocumentSession'
import { documentStore, useDocument } from '../../../session/document/documentStore'
import { knownDevices, useDeviceList } from '../../../kernel/devices/devicesStore'
import { uiStore, useUiStore } from '../../../kernel/ui/uiStore'
import { precisionProblem } from './precisionProblem'
import { findBlockers, type Blocker } from './blockers'
import { recipeDrafts } from './recipeDrafts'
import { useStore } from 'zustand'
import { recipeOf } from '../../../session/recipe/useRecipe'

function blockersOf(
  { document }: Pick<SessionState, 'document'>,
  { noted, chosen, classes, description }: DatasetState,
  unmixed: string | null,
  drafts: ReadonlyMap<string, string>,
): readonly Blocker[] {
  const known = noted && chosen?.reference === noted.reference ? description : null
  return findBlockers({
    document,
    issues: keptIssuesOf(document, classes?.length ?? null),
    dataset: document.dataset?.source,
    classes,
    trainCount: known ? (known.splits.train?.count ?? 0) : null,
    recipe: recipeOf(document.recipe),
    drafts: [...drafts.values()],
    precisionProblem: unmixed,
  })
}

/** Why mixed precision cannot be had with what is chosen, followed while the component is mounted. */
export function usePrecisionProblem(): string | null {
  const device = useUiStore((state) => state.device)
  const engine = useUiStore((state) => state.engine)
  const devices = useDeviceList(false).data
  return precisionProblem({ device, engine }, devices)
}

/** What blocks at this moment. */
export function findPresentBlockers(): readonly Blocker[] {
  return blockersOf(
    documentStore.getState(),
    datasetStore.getState(),
    precisionProblem(uiStore.getState(), knownDevices()),
    recipeDrafts.getState().problems,
  )
}

/** What blocks, followed while the component is mounted. */
export function useBlockers(): readonly Blocker[] {
  const document = useDocument()
  const dataset = useDatasetStore((state) => state)
  const drafts = useStore(recipeDrafts, (state) => state.problems)
  return blockersOf({ document }, dataset, usePrecisionProblem(), drafts)
}
