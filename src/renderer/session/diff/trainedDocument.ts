// The network of a run as it was trained, as a query: it never changes.
import { parseDocument } from '../../../shared/graph/schema'
import { client } from '../../kernel/core/client'

/** Reads it once. */
export function trainedDocumentQuery(run: string) {
  return {
    queryKey: ['trained document', run] as const,
    queryFn: async () => parseDocument(await client.runs.document({ run })),
    staleTime: Infinity,
  }
}
