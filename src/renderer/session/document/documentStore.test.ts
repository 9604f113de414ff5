// The document's history: undo back to empty and redo, merging, selection, saved state.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { lenet5 } from '../../../shared/lectures/architectures/lenet5'
import type { NetworkNode } from '../../../shared/graph/document'
import { parseNodeId } from '../../../shared/graph/nodeId'
import { serializeDocument } from '../../../shared/graph/schema'
import { inferenceOf, issuesOf } from './derived'
import { emptyDocument } from './DocumentSession'
import { documentStore, openSession, openText } from './documentStore'

const state = () => documentStore.getState()

function layer(id: string, type = 'relu'): NetworkNode {
  return { id: parseNodeId(id), type, params: {} }
}

function addLayer(id: string): void {
  state().apply({ type: 'addNode', node: layer(id) }, `Add ${id}`)
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
  openSession()
})
afterEach(() => vi.useRealTimers())

describe('the history', () => {
  it('undoes everything back to the empty document and redoes it byte for byte', () => {
    const empty = serializeDocument(state().document)
    const network = lenet5.build()
    for (const node of network.nodes) state().apply({ type: 'addNode', node }, `Add ${node.id}`)
    for (const edge of network.edges) state().apply({ type: 'connect', edge }, 'Connect')
    state().apply({ type: 'setName', name: network.name }, 'Rename the network')
    const full = serializeDocument(state().document)
    expect(full).toBe(serializeDocument(network))
    const steps = network.nodes.length + network.edges.length + 1
    for (let step = 0; step < steps; step++) state().undo()
    expect(serializeDocument(state().document)).toBe(empty)
    expect(state().undoLabel).toBeNull()
    for (let step = 0; step < steps; step++) state().redo()
    expect(serializeDocument(state().document)).toBe(full)
    expect(state().redoLabel).toBeNull()
  })

  it('names what undo and redo would do', () => {
    addLayer('relu1')
    addLayer('relu2')
    expect(state().undoLabel).toBe('Add relu2')
    state().undo()
    expect([state().undoLabel, state().redoLabel]).toEqual(['Add relu1', 'Add relu2'])
  })

  it('forgets what was undone once something else is done', () => {
    addLayer('relu1')
    state().undo()
    addLayer('relu2')
    expect(state().future).toEqual([])
    state().redo()
    expect(state().document.nodes.map(({ id }) => id)).toEqual(['relu2'])
  })

  it('changes nothing when an edit is refused', () => {
    addLayer('relu1')
    const before = state()
    expect(() => addLayer('relu1')).toThrow('A layer is already named "relu1".')
    expect(state()).toBe(before)
  })
})

describe('merging', () => {
  const move = (x: number, merge = 'move') =>
    state().apply({ type: 'moveNodes', moves: [{ id: parseNodeId('relu1'), position: { x, y: 0 } }] }, 'Move relu1', {
      merge,
    })

  it('makes one step of edits with the same key within a second', () => {
    addLayer('relu1')
    for (const x of [1, 2, 3]) {
      move(x)
      vi.advanceTimersByTime(900)
    }
    expect(state().past).toHaveLength(2)
    state().undo()
    expect(state().document.nodes[0]?.position).toBeUndefined()
    state().redo()
    expect(state().document.nodes[0]?.position).toEqual({ x: 3, y: 0 })
  })

  it('keeps edits apart after a second, with other keys, and after an undo', () => {
    addLayer('relu1')
    move(1)
    vi.advanceTimersByTime(1000)
    move(2)
    move(3, 'other')
    expect(state().past).toHaveLength(4)
    state().undo()
    move(4)
    state().undo()
    expect(state().document.nodes[0]?.position).toEqual({ x: 2, y: 0 })
  })
})

describe('the saved state', () => {
  it('is dirty after a change and clean again after its undo', () => {
    expect(state().isDirty).toBe(false)
    addLayer('relu1')
    expect(state().isDirty).toBe(true)
    state().undo()
    expect(state().isDirty).toBe(false)
  })

  it('follows the document that was written, also when it changed meanwhile', () => {
    addLayer('relu1')
    const written = state().document
    addLayer('relu2')
    state().markSaved('/home/a.netloom.json', 5, written)
    expect([state().path, state().modifiedMs, state().isDirty]).toEqual(['/home/a.netloom.json', 5, true])
    state().undo()
    expect(state().isDirty).toBe(false)
  })

  it('opens recovered work as unsaved, and undo cannot make it look saved', () => {
    openText(serializeDocument(lenet5.build()), { path: '/home/a.netloom.json', modifiedMs: 5, isDirty: true })
    addLayer('extra')
    state().undo()
    expect(state().isDirty).toBe(true)
  })

  it('keeps the present document when a text cannot be read', () => {
    addLayer('relu1')
    expect(() => openText('{')).toThrow()
    expect(state().document.nodes).toHaveLength(1)
  })
})

describe('the selection', () => {
  it('loses removed nodes, keeps renamed ones and comes back with undo', () => {
    addLayer('relu1')
    addLayer('relu2')
    state().select(['relu1', 'relu2', 'missing'])
    expect([...state().selection]).toEqual(['relu1', 'relu2'])
    state().apply({ type: 'renameNode', id: parseNodeId('relu1'), to: 'first' }, 'Rename')
    expect([...state().selection].sort()).toEqual(['first', 'relu2'])
    state().apply({ type: 'removeNode', id: parseNodeId('relu2') }, 'Delete')
    expect([...state().selection]).toEqual(['first'])
    state().undo()
    expect([...state().selection].sort()).toEqual(['first', 'relu2'])
  })

  it('stays the same object when the same nodes are selected again', () => {
    addLayer('relu1')
    state().select(['relu1'])
    const { selection } = state()
    state().select(new Set(['relu1']))
    expect(state().selection).toBe(selection)
  })
})

describe('what is derived', () => {
  it('is computed once per document', () => {
    const document = lenet5.build()
    expect(inferenceOf(document)).toBe(inferenceOf(document))
  })

  it('reports a dataset with another number of classes once', () => {
    const document = lenet5.build()
    expect(issuesOf(document, 10)).toEqual([])
    expect(issuesOf(document, 7).map(({ code }) => code)).toEqual(['dataset.classes'])
    expect(issuesOf(emptyDocument(), 7).some(({ code }) => code === 'dataset.classes')).toBe(false)
  })
})
