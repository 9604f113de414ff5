// Counts of the nodes of the present document, a block being the sum of what it holds; kept once per analysis.
import { useMemo } from 'react'
import { analyzeNodes, type Analysis, type LayerAnalysis } from '../../../../shared/network/analyze'
import type { NetworkDocument } from '../../../../shared/graph/document'
import { useAnalysis, useDocument } from '../../../session/document/documentStore'

const known = new WeakMap<Analysis, readonly LayerAnalysis[]>()

/** One row for each sound node of a document, in the order of the data. */
export function nodeRowsOf(document: NetworkDocument, analysis: Analysis): readonly LayerAnalysis[] {
  const rows = known.get(analysis) ?? analyzeNodes(document, analysis)
  known.set(analysis, rows)
  return rows
}

/** The counts of all sound nodes of the present document, by their ids. */
export function useNodeCounts(): ReadonlyMap<string, LayerAnalysis> {
  const document = useDocument()
  const analysis = useAnalysis()
  return useMemo(() => new Map(nodeRowsOf(document, analysis).map((row) => [row.id, row])), [document, analysis])
}
