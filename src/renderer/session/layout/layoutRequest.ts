// What the layout is asked and what it answers, as plain data; not how it is done (layoutGraph.ts).
import type { Position } from '../../../shared/graph/document'
import type { Direction } from './canvasGeometry'
import type { WireRoute } from './wireGeometry'

/** A node with its ports as they are drawn. */
export interface LayoutNode {
  readonly id: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Where it stands. */
  readonly at?: Position
}

/** One end of a wire. */
export interface LayoutEnd {
  readonly node: string
  readonly port: string
}

export interface LayoutWire {
  readonly from: LayoutEnd
  readonly to: LayoutEnd
  /** What its pill says; empty for none. */
  readonly pill: string
}

export interface LayoutRequest {
  readonly direction: Direction
  readonly nodes: readonly LayoutNode[]
  readonly wires: readonly LayoutWire[]
  /** Width by height of the page that columns are to fill; left out: one column. */
  readonly aspect?: number
  /** Whether branches stay in the order in which they stand. */
  readonly keepsOrder?: boolean
}

export interface LayoutResult {
  /** Top left corners, in the order of the request's nodes. */
  readonly positions: readonly Position[]
  /** The ways of the wires, in their order; undefined for one that was left to the router. */
  readonly routes: readonly (WireRoute | undefined)[]
}
