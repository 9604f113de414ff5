// One node and one wire of the network as React Flow takes them; not which there are (useFlowGraph.ts).
import { Position, type NodeHandle } from '@xyflow/react'
import type { Position as Place } from '../../../../shared/graph/document'
import { nodeHeight, nodeWidth, type Direction } from '../../../session/layout/canvasGeometry'
import type { EdgeView } from '../nodes/edgeViews'
import { portOffset, type WireRoute } from '../../../session/layout/wireGeometry'
import type { LayerFlowNode } from '../nodes/LayerNode'
import { splitPorts, type NodeView } from '../nodes/nodeViews'
import type { ShapeFlowEdge } from '../nodes/ShapeEdge'

/** Diameter of a port's dot, in canvas units. */
const portSize = 12

/** The ports where the node's own styles put them, so that edges can be drawn to nodes that were never on the screen. */
function listHandles(view: NodeView, direction: Direction): NodeHandle[] {
  const list = (ports: string, type: 'target' | 'source'): NodeHandle[] => {
    const names = splitPorts(ports)
    return names.map((id, index) => {
      const hasFree = type === 'target' && view.hasFreeInput
      const along = portOffset(index, names.length, direction, hasFree) - portSize / 2
      const across = (type === 'target' ? 0 : direction === 'down' ? nodeHeight : nodeWidth) - portSize / 2
      const isDown = direction === 'down'
      const [near, far] = isDown ? [Position.Top, Position.Bottom] : [Position.Left, Position.Right]
      return {
        id,
        type,
        position: type === 'target' ? near : far,
        x: isDown ? along : across,
        y: isDown ? across : along,
        width: portSize,
        height: portSize,
      }
    })
  }
  return [...list(view.inputs, 'target'), ...list(view.outputs, 'source')]
}

export interface KeptNode {
  readonly flow: LayerFlowNode
  readonly direction: Direction
}

/** Whether the ports lie where they lay: an edit that takes the shapes behind it away leaves them all where they are. */
function hasSamePorts(old: KeptNode, view: NodeView, direction: Direction): boolean {
  const { inputs, outputs } = old.flow.data
  return old.direction === direction && inputs === view.inputs && outputs === view.outputs
}

/** A node for React Flow; the one from before where it shows the same. */
export function buildNode(
  view: NodeView,
  position: Place,
  selected: boolean,
  direction: Direction,
  old: KeptNode | undefined,
): KeptNode {
  const isSame =
    old &&
    old.flow.data === view &&
    old.flow.selected === selected &&
    old.direction === direction &&
    old.flow.position.x === position.x &&
    old.flow.position.y === position.y
  if (isSame) return old
  const flow: LayerFlowNode = {
    id: view.id,
    type: 'layer',
    data: view,
    position: { x: position.x, y: position.y },
    selected,
    width: nodeWidth,
    height: nodeHeight,
    measured: { width: nodeWidth, height: nodeHeight },
    handles: old && hasSamePorts(old, view, direction) ? old.flow.handles : listHandles(view, direction),
  }
  return { flow, direction }
}

/** An edge for React Flow; the one from before where it shows the same. */
export function buildEdge(
  id: string,
  view: EdgeView,
  route: WireRoute | undefined,
  selected: boolean,
  old: ShapeFlowEdge | undefined,
): ShapeFlowEdge {
  if (old?.data?.view === view && old.data.route === route && old.selected === selected) return old
  const { from, to } = view.edge
  return {
    id,
    type: 'shape',
    source: from.node,
    sourceHandle: from.port,
    target: to.node,
    targetHandle: to.port,
    data: { view, route },
    selected,
    ariaLabel: view.label,
  }
}
