// The rows of the analysis table: blocks as one row each, or all layers with the blocks that hold them above; not the columns.
import { useMemo } from 'react'
import { listHeldLayers, type Analysis } from '../../../../shared/network/analyze'
import type { Inference } from '../../../../shared/network/inferDocument'
import type { NetworkDocument } from '../../../../shared/graph/document'
import type { AnalysisRow, AnalysisView } from './analysisRows'
import { useAnalysis, useDocument, useInference } from '../../../session/document/documentStore'
import { nodeRowsOf } from '../layer/nodeCounts'

/** The rows of a document in the order of the data. */
export function listAnalysisRows(
  document: NetworkDocument,
  analysis: Analysis,
  inference: Inference,
  view: AnalysisView,
): readonly AnalysisRow[] {
  const layers = new Map(analysis.layers.map((layer) => [layer.id, layer]))
  const nodes = new Map(Array.from(inference.nodes.values(), (node) => [String(node.node.id), node]))
  return nodeRowsOf(document, analysis).flatMap((row): AnalysisRow[] => {
    const node = nodes.get(row.id)
    const own: AnalysisRow = { ...row, ...(node && { title: node.definition.title }) }
    if (!node?.inside || view === 'blocks') return [own]
    const held = listHeldLayers(node).flatMap((id): AnalysisRow[] => {
      const layer = layers.get(id)
      return layer ? [{ ...layer, isInside: true }] : []
    })
    return [{ ...own, isGroup: true }, ...held]
  })
}

/** The rows of the present document, and whether it has blocks at all. */
export function useAnalysisRows(view: AnalysisView): {
  readonly rows: readonly AnalysisRow[]
  readonly hasBlocks: boolean
} {
  const document = useDocument()
  const analysis = useAnalysis()
  const inference = useInference()
  const rows = useMemo(
    () => listAnalysisRows(document, analysis, inference, view),
    [document, analysis, inference, view],
  )
  const hasBlocks = useMemo(() => [...inference.nodes.values()].some(({ inside }) => inside), [inference])
  return { rows, hasBlocks }
}
