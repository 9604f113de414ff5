// Which layers of a document a search finds.
import type { NetworkDocument, NodeId } from '../../../../shared/graph/document'

/** The layers whose name, type or title holds every word of the search, in the order of the document. */
export function findNodes(
  document: NetworkDocument,
  query: string,
  titleOf: (type: string) => string | undefined,
): readonly NodeId[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  return document.nodes
    .filter(({ id, type }) => {
      const text = `${id} ${type} ${titleOf(type) ?? ''}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
    .map(({ id }) => id)
}
