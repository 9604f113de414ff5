// Which weights of its file the present document still uses and which layers start anew; the file's shapes come from the core once.
import { useStore } from 'zustand'
import { pickWeights } from '../../../shared/network/fileWeights'
import type { Tensor, TensorMap } from '../../../shared/onnx/tensor'
import type { NetworkDocument } from '../../../shared/graph/document'
import { client, connectionStore, messageOf } from '../../kernel/core/client'
import { documentStore, presentSession, useDocument } from './documentStore'
import { createSessionStores } from './perSession'

/** What a weights file holds, by shapes only. */
type FileShapes =
  | { readonly kind: 'none' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'known'; readonly shapes: TensorMap }

/** How the layers of a document stand to its weights file. */
export interface LayerWeights {
  /** How many layers have weights at all. */
  readonly layers: number
  /** Full paths of layers that start from random weights. */
  readonly anew: readonly string[]
  /** Tensors of the file that no layer takes. */
  readonly unused: readonly string[]
}

const store = createSessionStores<{ readonly key: string | null; readonly file: FileShapes }>(() => ({
  key: null,
  file: { kind: 'none' },
}))

const nothing = new Float32Array(0)

/** What identifies a document's weights file: its name, and for a relative one the folder. */
function keyOf({
  document,
  path,
}: {
  readonly document: NetworkDocument
  readonly path: string | null
}): string | null {
  const { weights } = document
  if (weights === undefined) return null
  const isRelative = !/^(?:kept:|[\\/]|[A-Za-z]:[\\/])/.test(weights)
  return JSON.stringify([weights, isRelative ? path : null])
}

async function load(key: string, weights: string, documentPath: string | null): Promise<void> {
  const own = store.of(presentSession())
  own.setState({ key, file: { kind: 'loading' } })
  let file: FileShapes
  try {
    const shapes = await client.models.weightShapes({ weights, documentPath })
    const tensors = shapes.map(({ name, dims }): [string, Tensor] => [name, { dims, data: nothing }])
    file = { kind: 'known', shapes: new Map(tensors) }
  } catch (error) {
    file = { kind: 'failed', message: messageOf(error) }
  }
  if (own.getState().key === key) own.setState({ file })
}

function look(): void {
  const state = documentStore.getState()
  const key = keyOf(state)
  if (key === store.getState().key) return
  const { weights } = state.document
  if (key === null || weights === undefined) store.setState({ key: null, file: { kind: 'none' } })
  else void load(key, weights, state.path)
}

/** Follows the document's weights file. @returns ends it */
export function followWeights(): () => void {
  look()
  const ends = [
    documentStore.subscribe(look),
    connectionStore.subscribe((state, before) => {
      if (state.connections === before.connections || store.getState().file.kind !== 'failed') return
      store.setState({ key: null })
      look()
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}

const known = new WeakMap<NetworkDocument, { readonly shapes: TensorMap; readonly weights: LayerWeights }>()

/** Compares a document with the shapes of its weights file; once for each document. */
export function compareWeights(document: NetworkDocument, shapes: TensorMap): LayerWeights {
  const kept = known.get(document)
  if (kept?.shapes === shapes) return kept.weights
  const { weights, missing, unused } = pickWeights(document, shapes)
  const layerOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))
  const anew = new Set(missing.map(layerOf))
  const layers = new Set([...Array.from(weights.keys(), layerOf), ...anew]).size
  const found = { layers, anew: [...anew], unused }
  known.set(document, { shapes, weights: found })
  return found
}

/** How the present document stands to its weights file: null without one, or why it is not known. */
export function useLayerWeights(): LayerWeights | { readonly problem: string } | 'loading' | null {
  const document = useDocument()
  const file = useStore(store, (state) => state.file)
  switch (file.kind) {
    case 'none':
      return null
    case 'loading':
      return 'loading'
    case 'failed':
      return { problem: file.message }
    case 'known':
      return compareWeights(document, file.shapes)
    default:
      return file satisfies never
  }
}

const none: ReadonlySet<string> = new Set()
const nodeSets = new WeakMap<LayerWeights, ReadonlySet<string>>()

/** Ids of the nodes of which at least one layer starts anew. */
export function useNodesAnew(): ReadonlySet<string> {
  const weights = useLayerWeights()
  if (weights === null || weights === 'loading' || 'problem' in weights || weights.anew.length === 0) return none
  const kept = nodeSets.get(weights)
  if (kept) return kept
  const found = new Set<string>()
  for (const path of weights.anew)
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) found.add(path.slice(0, end))
  nodeSets.set(weights, found)
  return found
}

const mostNamed = 3

/** `fc and head/conv start anew`, or how many do. */
export function describeAnew(anew: readonly string[]): string {
  if (anew.length === 0) return ''
  if (anew.length > mostNamed) return `${anew.length} layers start anew`
  const [last = '', ...others] = anew.toReversed()
  const names = others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`
  return `${names} ${anew.length === 1 ? 'starts' : 'start'} anew`
}
