// A network as a row of bars: what its parts are, how large their feature maps and how many; not its drawing (the gallery of the screen).
import { analyzeDocument, analyzeNodes } from '../../network/analyze'
import type { NetworkDocument } from '../../graph/document'
import { findDefinition } from '../../layers/index'
import type { LayerCategory } from '../../layers/define'

export interface SchematicBar {
  readonly category: LayerCategory
  /** Height of the feature map against that of the image, by logarithms: above 0, at most 1. */
  readonly height: number
  /** 1 for a single feature, 1 more for each doubling. */
  readonly width: number
}

/** What changes no sizes or has no weights of its own is left out. */
const drawn: ReadonlySet<LayerCategory> = new Set(['convolution', 'pooling', 'dense', 'merge', 'block'])

/** Bars for one block at most, however often it is repeated. */
const mostRepeats = 8

/** One bar for each part of the document, in its order; a repeated block gives several. */
export function drawSchematic(document: NetworkDocument): readonly SchematicBar[] {
  const analysis = analyzeDocument(document)
  const largest = Math.log2(1 + Math.max(1, ...(analysis.input?.slice(1) ?? [])))
  const repeats = new Map<string, number>(
    document.nodes.map(({ id, params: { repeat } }) => [id, typeof repeat === 'number' ? repeat : 1]),
  )
  return analyzeNodes(document, analysis).flatMap(({ id, type, output }) => {
    const category = findDefinition(type)?.category
    if (!category || !drawn.has(category)) return []
    const [features = 1, ...extents] = output
    const height = Math.log2(1 + Math.max(1, ...extents)) / largest
    const bar = { category, height: Math.min(1, height), width: 1 + Math.log2(features) }
    return Array.from({ length: Math.min(mostRepeats, repeats.get(id) ?? 1) }, (): SchematicBar => bar)
  })
}
