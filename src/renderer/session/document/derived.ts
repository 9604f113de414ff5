// What follows from a document: shapes, issues, counts; each computed once per document. The hooks stand in documentStore.ts.
import { analyzeDocument, type Analysis } from '../../../shared/network/analyze'
import { checkDocument } from '../../../shared/network/checkDocument'
import { checkClasses } from '../../../shared/network/classCount'
import { hashStructure } from '../../../shared/network/hashStructure'
import { inferDocument, type Inference } from '../../../shared/network/inferDocument'
import type { NetworkDocument } from '../../../shared/graph/document'
import type { Issue } from '../../../shared/graph/errors'

/** A function whose results are kept as long as their documents. */
function oncePerDocument<T>(derive: (document: NetworkDocument) => T): (document: NetworkDocument) => T {
  const known = new WeakMap<NetworkDocument, { readonly value: T }>()
  return (document) => {
    const kept = known.get(document)
    if (kept) return kept.value
    const value = derive(document)
    known.set(document, { value })
    return value
  }
}

/** Shapes and weights of a document. */
export const inferenceOf: (document: NetworkDocument) => Inference = oncePerDocument((document) =>
  inferDocument(document),
)

/** Counts of a document, with the layers that its recipe freezes. */
export const analysisOf: (document: NetworkDocument) => Analysis = oncePerDocument((document) => {
  const freeze = document.recipe?.freeze
  const isNames = Array.isArray(freeze) && freeze.every((entry) => typeof entry === 'string')
  return analyzeDocument(document, isNames ? { freeze } : {})
})

/** The name of a document as it computes. */
export const structureOf: (document: NetworkDocument) => string = oncePerDocument((document) => hashStructure(document))

const checksOf = oncePerDocument((document) => checkDocument(document))

/**
 * All findings about a document, and about how it fits a dataset.
 * @param classCount of the dataset in use; null where none is chosen
 */
export function issuesOf(document: NetworkDocument, classCount: number | null): readonly Issue[] {
  const issues = checksOf(document)
  if (classCount === null || document.nodes.length === 0) return issues
  const others = checkClasses(document, classCount).filter(
    ({ code, nodeId }) => !issues.some((issue) => issue.code === code && issue.nodeId === nodeId),
  )
  return others.length === 0 ? issues : [...issues, ...others]
}

const issueLists = new WeakMap<NetworkDocument, Map<number | null, readonly Issue[]>>()

/** The same list for the same document and number of classes. */
export function keptIssuesOf(document: NetworkDocument, classCount: number | null): readonly Issue[] {
  const lists = issueLists.get(document) ?? new Map<number | null, readonly Issue[]>()
  issueLists.set(document, lists)
  const issues = lists.get(classCount) ?? issuesOf(document, classCount)
  lists.set(classCount, issues)
  return issues
}
