// The findings about the network on the screen, also against its dataset; what is found is shared/network's.
import type { Issue } from '../../../shared/graph/errors'
import { keptIssuesOf } from '../document/derived'
import { useDocumentStore } from '../document/documentStore'
import { useDatasetStore } from './datasetStore'

/** Errors and warnings of the present document, also against the classes of its dataset. */
export function useIssues(): readonly Issue[] {
  const classCount = useDatasetStore((state) => state.classes?.length ?? null)
  return useDocumentStore((state) => keptIssuesOf(state.document, classCount))
}
