// Classifiers that end in [N, classes, 1, 1] brought to end in [N, classes], as evaluation and training want them; not other ends.
import { internalError } from '../../graph/errors'
import type { Shape } from '../../graph/shape'
import { findLayer } from '../../layers/index'
import type { ConvertedNetwork, Draft, DraftSource } from './convert'

/** What was done for the report. */
export const flattenedNote = 'The file gives [N, classes, 1, 1]; a flatten layer at the end makes it [N, classes].'

/**
 * Puts a flatten layer at the end of a network of the output shape [classes, 1, 1], before a softmax that ends it.
 * @returns the same network where its output is something else
 */
export function endInVector(network: ConvertedNetwork, shape: Shape): ConvertedNetwork {
  const [, ...positions] = shape
  if (shape.length !== 3 || positions.some((extent) => extent !== 1)) return network
  const { layers, output } = network
  const last = layers[output.layer]
  if (!last) throw internalError('the output is no layer')
  const [before] = last.sources
  const end = (layer: number): DraftSource => ({ layer, port: 'out' })
  if (last.definition.type !== 'softmax' || !before || output.layer !== layers.length - 1)
    return { ...network, layers: [...layers, flattenAfter(output)], output: end(layers.length) }
  const place = layers.length - 1
  const moved: Draft = { ...last, sources: [end(place)], naming: { ...last.naming, sources: [place] } }
  return { ...network, layers: [...layers.slice(0, -1), flattenAfter(before), moved], output: end(place + 1) }
}

function flattenAfter(source: DraftSource): Draft {
  const definition = findLayer('flatten')
  if (!definition) throw internalError('there is no flatten layer')
  const naming = {
    layerType: 'flatten' as const,
    opType: 'Flatten',
    nodeName: '',
    weightNames: [],
    sources: [source.layer],
  }
  return { definition, params: {}, sources: [source], weights: new Map(), naming }
}
