// Which layers a search finds, and in which groups the palette shows them.
import type { LayerCategory, NodeDefinition } from '../../../../shared/layers/define'
import { nodeDefinitions } from '../../../../shared/layers/index'
import type { NetworkDocument } from '../../../../shared/graph/document'
import type { Shape } from '../../../../shared/graph/shape'
import { isFromLibrary } from '../../../session/blocks/library'
import { judgeLayer, type Verdict } from '../../../session/wiring/connections'
import { paramsFor } from '../edits/insertion'

/** Headings of the palette, in its order. */
export const categoryTitles: Readonly<Record<LayerCategory, string>> = {
  input: 'Input',
  convolution: 'Convolution',
  pooling: 'Pooling',
  block: 'Blocks',
  normalisation: 'Normalisation',
  activation: 'Activation',
  regularisation: 'Regularisation',
  dense: 'Dense',
  merge: 'Merge',
  reshape: 'Shape',
}

/** How well a layer answers a search: 0 best, undefined not at all. */
function rank({ type, title, category, keywords }: NodeDefinition, query: string): number | undefined {
  const name = title.toLowerCase()
  if (name === query || type.toLowerCase() === query) return 0
  if (name.startsWith(query) || type.toLowerCase().startsWith(query)) return 1
  if (name.includes(query) || type.toLowerCase().includes(query)) return 2
  const others = [...keywords, ...categoryTitles[category].toLowerCase().split(' ')]
  return others.some((word) => word.startsWith(query)) ? 3 : undefined
}

/** The layers that answer a search, best first; all in the order of the list for an empty one. */
export function searchLayers(
  text: string,
  among: readonly NodeDefinition[] = nodeDefinitions,
): readonly NodeDefinition[] {
  const query = text.trim().toLowerCase()
  if (query === '') return among
  return among
    .flatMap((definition) => {
      const found = rank(definition, query)
      return found === undefined ? [] : [{ definition, found }]
    })
    .sort((a, b) => a.found - b.found)
    .map(({ definition }) => definition)
}

/** The layers of a search by category, in the order of the palette; empty categories are left out. */
export function groupLayers(
  layers: readonly NodeDefinition[],
): readonly { readonly category: LayerCategory; readonly layers: readonly NodeDefinition[] }[] {
  const categories = Object.keys(categoryTitles) as LayerCategory[]
  return categories
    .map((category) => ({ category, layers: layers.filter((layer) => layer.category === category) }))
    .filter((group) => group.layers.length > 0)
}

/** The groups of the palette with their headings: by category; the document's own blocks and those of the library apart. */
export function groupPalette(
  layers: readonly NodeDefinition[],
): readonly { readonly title: string; readonly layers: readonly NodeDefinition[] }[] {
  const kept = layers.filter(({ type }) => isFromLibrary(type))
  const own = layers.filter(({ type }) => type.startsWith('user/'))
  const others = layers.filter((layer) => !kept.includes(layer) && !own.includes(layer))
  const extra = [
    { title: 'Blocks of this document', layers: own },
    { title: 'My blocks', layers: kept },
  ].filter((group) => group.layers.length > 0)
  const groups = groupLayers(others).map(({ category, layers }) => ({ title: categoryTitles[category], layers }))
  const place = groups.findIndex(({ title }) => title === categoryTitles.block) + 1
  return groups.toSpliced(place, 0, ...extra)
}

export interface Offer {
  readonly definition: NodeDefinition
  readonly verdict: Verdict
}

/** Layers that can come behind a shape, those that fit first; with no shape known all that take an input fit. */
export function offerLayers(
  layers: readonly NodeDefinition[],
  document: NetworkDocument,
  shape: Shape | undefined,
): readonly Offer[] {
  const offers = layers.map((definition) => {
    const params = paramsFor(definition.type, document, shape)
    return { definition, verdict: judgeLayer(document, definition, params, shape) }
  })
  const taken = offers.filter(({ verdict }) => verdict.kind !== 'refused')
  return [
    ...taken.filter(({ verdict }) => verdict.kind === 'fits'),
    ...taken.filter(({ verdict }) => verdict.kind === 'misfit'),
  ]
}
