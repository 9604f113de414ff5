// What the canvas itself is doing: wiring, menus, search, which way it flows; not the document and not its selection.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { NodeId, PortReference, Position } from '../../shared/graph/document'
import type { Verdict } from './connections'
import type { Direction } from './geometry'

/** A wire that is being dragged from a port. */
export interface Wiring {
  readonly held: PortReference
  readonly side: 'output' | 'input'
  /** By `node:port`. */
  readonly verdicts: ReadonlyMap<string, Verdict>
}

/** Where the quick-add menu stands and what it will do. */
export interface QuickAddRequest {
  /** In pixels of the window. */
  readonly at: { readonly x: number; readonly y: number }
  readonly goal:
    | { readonly kind: 'place'; readonly position: Position }
    | { readonly kind: 'after'; readonly node: NodeId; readonly asBranch: boolean }
    | {
        readonly kind: 'port'
        readonly held: PortReference
        readonly side: 'output' | 'input'
        readonly position: Position
      }
    | { readonly kind: 'wire'; readonly edgeId: string }
}

/** A context menu of a node, a wire or the empty canvas. */
export interface MenuRequest {
  readonly at: { readonly x: number; readonly y: number }
  readonly on: 'node' | 'edge' | 'canvas'
}

export interface CanvasState {
  readonly direction: Direction
  readonly snaps: boolean
  readonly showsMinimap: boolean
  readonly selectedEdges: ReadonlySet<string>
  /** The node the keyboard stands on. */
  readonly activeId: string | null
  readonly wiring: Wiring | null
  /** Edges on the path through the edge under the pointer. */
  readonly litEdges: ReadonlySet<string> | null
  /** The edge onto which what is dragged would be put. */
  readonly dropEdge: string | null
  readonly quickAdd: QuickAddRequest | null
  readonly menu: MenuRequest | null
  readonly isFinding: boolean
  readonly renaming: string | null
  /** Whether the layout thread is busy. */
  readonly isLayingOut: boolean
  /** Draws all nodes, also those out of sight, for an export. */
  readonly drawsAll: boolean
}

const remembered = 'netloom.canvas'

function remember(): Pick<CanvasState, 'snaps' | 'showsMinimap'> {
  const fallback = { snaps: true, showsMinimap: true }
  try {
    const kept = JSON.parse(localStorage.getItem(remembered) ?? '{}') as Partial<typeof fallback>
    return { snaps: kept.snaps ?? fallback.snaps, showsMinimap: kept.showsMinimap ?? fallback.showsMinimap }
  } catch {
    // A browser without storage, or something else wrote there: begin with the defaults.
    return fallback
  }
}

/** The store behind `useCanvas`. */
export const canvasStore = createStore<CanvasState>()(() => ({
  direction: 'down',
  ...remember(),
  selectedEdges: new Set(),
  activeId: null,
  wiring: null,
  litEdges: null,
  dropEdge: null,
  quickAdd: null,
  menu: null,
  isFinding: false,
  renaming: null,
  isLayingOut: false,
  drawsAll: false,
}))

/** Turns snapping or the minimap on or off, and remembers it. */
export function toggleSetting(name: 'snaps' | 'showsMinimap'): void {
  canvasStore.setState((state) => ({ [name]: !state[name] }))
  const { snaps, showsMinimap } = canvasStore.getState()
  try {
    localStorage.setItem(remembered, JSON.stringify({ snaps, showsMinimap }))
  } catch {
    // Without storage the setting holds for this window only.
  }
}

/** A part of what the canvas is doing, followed while the component is mounted. */
export function useCanvas<T>(selector: (state: CanvasState) => T): T {
  return useStore(canvasStore, selector)
}
