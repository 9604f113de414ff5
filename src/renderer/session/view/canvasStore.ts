// What the canvas itself is doing: wiring, menus, search, which way it flows; not the document and not its selection.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { groundCommandsOn } from '../../kernel/commands/commands'
import type { CanvasNote, LayoutStyle, NodeId, PortReference, Position } from '../../../shared/graph/document'
import type { DocumentSession } from '../document/DocumentSession'
import { sessionStore } from '../document/documentStore'
import type { Verdict } from '../wiring/connections'
import type { Direction } from '../layout/canvasGeometry'

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
  readonly on: 'node' | 'edge' | 'note' | 'canvas'
}

export interface CanvasState {
  readonly direction: Direction
  readonly snaps: boolean
  readonly showsMinimap: boolean
  /** Whether wires are drawn the thicker the more values run through them. */
  readonly sizesEdges: boolean
  readonly selectedEdges: ReadonlySet<string>
  /** Ids of the selected notes; those of notes that are gone do not count. */
  readonly selectedNotes: ReadonlySet<string>
  /** The note whose text is being edited. */
  readonly editingNote: string | null
  /** A new note that says nothing yet. */
  readonly draft: CanvasNote | null
  /** The node or note (`note:note1`) the keyboard stands on. */
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
  /** What the layout thread is busy with. */
  readonly layingOut: LayoutStyle | null
  /** Whether a network that was just opened is being laid out, and not shown yet. */
  readonly isPlacing: boolean
  /** What holds the window up, in the words of a menu. */
  readonly busyWith: string | null
  /** Draws all nodes, also those out of sight, for an export. */
  readonly drawsAll: boolean
}

const remembered = 'netloom.canvas'

const firstSettings = { snaps: true, showsMinimap: true, sizesEdges: false }
type Settings = typeof firstSettings

function parseSettings(text: string): Settings {
  // What lies in the browser's storage may be anything; each field is looked at by itself.
  const kept = JSON.parse(text) as Partial<Record<keyof Settings, unknown>> | null
  const read = (name: keyof Settings): boolean => {
    const value = kept?.[name]
    return typeof value === 'boolean' ? value : firstSettings[name]
  }
  return { snaps: read('snaps'), showsMinimap: read('showsMinimap'), sizesEdges: read('sizesEdges') }
}

function remember(): Settings {
  try {
    return parseSettings(localStorage.getItem(remembered) ?? '{}')
  } catch {
    // A browser without storage, or something else wrote there: begin with the defaults.
    return firstSettings
  }
}

/** What is held, selected or asked for in one network; a network that is opened has none of it, though its layers may have the same names. */
const untouched = {
  selectedEdges: new Set<string>(),
  selectedNotes: new Set<string>(),
  editingNote: null,
  draft: null,
  activeId: null,
  wiring: null,
  litEdges: null,
  dropEdge: null,
  quickAdd: null,
  menu: null,
  renaming: null,
}

/** The store behind `useCanvas`. */
export const canvasStore = createStore<CanvasState>()(() => ({
  direction: 'down',
  ...remember(),
  ...untouched,
  isFinding: false,
  layingOut: null,
  isPlacing: false,
  busyWith: null,
  drawsAll: false,
}))

groundCommandsOn(canvasStore)
/** What a network has of it when it comes back to the screen. */
const left = new WeakMap<DocumentSession, Partial<CanvasState>>()

sessionStore.subscribe(({ present }, before) => {
  if (present === before.present) return
  const { direction, selectedEdges, selectedNotes, activeId } = canvasStore.getState()
  left.set(before.present, { direction, selectedEdges, selectedNotes, activeId })
  canvasStore.setState({ ...untouched, isFinding: false, isPlacing: false, ...left.get(present) })
})

/** Turns snapping, the minimap or the thickness of wires on or off, and remembers it. */
export function toggleSetting(name: keyof Settings): void {
  canvasStore.setState((state) => ({ [name]: !state[name] }))
  const { snaps, showsMinimap, sizesEdges } = canvasStore.getState()
  try {
    localStorage.setItem(remembered, JSON.stringify({ snaps, showsMinimap, sizesEdges }))
  } catch {
    // Without storage the setting holds for this window only.
  }
}

/** A part of what the canvas is doing, followed while the component is mounted. */
export function useCanvas<T>(selector: (state: CanvasState) => T): T {
  return useStore(canvasStore, selector)
}
