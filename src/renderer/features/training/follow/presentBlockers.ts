// What keeps a run from being started now, from the stores; the rules stand in blockers.ts.
import { datasetStore, useDatasetStore, type DatasetState } from '../../../session/dataset/datasetStore'
import { keptIssuesOf } from '../../../session/document/derived'
import type { SessionState } from '../../../session/document/DocumentSession'
import { documentStore, useDocument } from '../../../session/document/documentStore'
import { uiStore, useUiStore, type UiState } from '../../../kernel/ui/uiStore'
import { findBlockers, type Blocker } from './blockers'
import { chosenDataset } from './trainingStore'
import { recipeOf } from '../../../session/recipe/useRecipe'

function blockersOf(
  { document }: Pick<SessionState, 'document'>,
  { datasetReference, datasetClasses }: Pick<UiState, 'datasetReference' | 'datasetClasses'>,
  { description }: Pick<DatasetState, 'description'>,
): readonly Blocker[] {
  const dataset = chosenDataset(datasetReference, document.dataset)
  const known = description && description.reference === dataset ? description : null
  const classes = datasetClasses ?? known?.classes ?? null
  return findBlockers({
    document,
    issues: keptIssuesOf(document, classes?.length ?? null),
    dataset,
    classes,
    trainCount: known ? (known.splits.train?.count ?? 0) : null,
    recipe: recipeOf(document.recipe),
  })
}

/** What blocks at this moment. */
export function findPresentBlockers(): readonly Blocker[] {
  return blockersOf(documentStore.getState(), uiStore.getState(), datasetStore.getState())
}

/** What blocks, followed while the component is mounted. */
export function useBlockers(): readonly Blocker[] {
  const document = useDocument()
  const datasetReference = useUiStore((state) => state.datasetReference)
  const datasetClasses = useUiStore((state) => state.datasetClasses)
  const description = useDatasetStore((state) => state.description)
  return blockersOf({ document }, { datasetReference, datasetClasses }, { description })
}
