// Drawing wires: which ports fit while a wire is dragged, what happens where it ends, and re-routing of existing wires.
import type {
  Connection,
  Edge,
  FinalConnectionState,
  HandleType,
  OnConnectStartParams,
  ReactFlowProps,
} from '@xyflow/react'
import { useMemo, useRef } from 'react'
import type { NetworkEdge, NodeId, PortReference } from '../../../../shared/graph/document'
import { documentStore } from '../../../session/document/documentStore'
import { edgeBetween, findEdge } from '../edits/canvasEdits'
import { connectPorts, rerouteEdge } from '../../../session/wiring/wiringEdits'
import { cornerAround, toCanvas } from '../../../session/view/canvasFlow'
import { canvasStore } from '../../../session/view/canvasStore'
import { findFollowers, findLeaders, judgeAll, judgeConnection } from '../../../session/wiring/connections'
import type { EdgeView } from '../nodes/edgeViews'
import { listEdgeIds } from '../../../session/wiring/ports'
import type { ShapeFlowEdge } from '../nodes/ShapeEdge'
import type { CanvasNode } from './useFlowGraph'

/** React Flow's ids are those of the document's nodes. */
function toPort(node: string, port: string | null | undefined): PortReference {
  return { node: node as NodeId, port: port ?? 'out' }
}

function toEdge({ source, sourceHandle, target, targetHandle }: Connection | Edge): NetworkEdge {
  return { from: toPort(source, sourceHandle), to: toPort(target, targetHandle ?? 'in') }
}

function startWiring(_: unknown, { nodeId, handleId, handleType }: OnConnectStartParams): void {
  if (nodeId === null || handleType === null) return
  const side = handleType === 'source' ? 'output' : 'input'
  const held = toPort(nodeId, handleId)
  canvasStore.setState({ wiring: { held, side, verdicts: judgeAll(documentStore.getState().document, held, side) } })
}

function isValid(connection: Connection | Edge): boolean {
  const { from, to } = toEdge(connection)
  return judgeConnection(documentStore.getState().document, from, to).kind !== 'refused'
}

function pointOf(event: MouseEvent | TouchEvent): { readonly x: number; readonly y: number } {
  const touch = 'changedTouches' in event ? event.changedTouches[0] : event
  return touch ? { x: touch.clientX, y: touch.clientY } : { x: 0, y: 0 }
}

/** The node whose body lies under a point: a wire may end anywhere on it. */
function nodeAt({ x, y }: { readonly x: number; readonly y: number }): NodeId | undefined {
  const element = document.elementFromPoint(x, y)?.closest('.react-flow__node-layer')
  return (element?.getAttribute('data-id') ?? undefined) as NodeId | undefined
}

/** Ends a wire that met no port: on a node it takes the first free one, on empty canvas it asks what to add. */
function endWiring(event: MouseEvent | TouchEvent, state: FinalConnectionState): void {
  const { wiring } = canvasStore.getState()
  canvasStore.setState({ wiring: null })
  if (!wiring || state.toHandle || state.isValid) return
  const point = pointOf(event)
  const over = nodeAt(point)
  const { held, side } = wiring
  if (over === held.node) return
  if (over !== undefined) {
    const network = documentStore.getState().document
    const edge = side === 'output' ? edgeBetween(network, held.node, over) : edgeBetween(network, over, held.node)
    if (edge) connectPorts(side === 'output' ? { ...edge, from: held } : { ...edge, to: held })
    return
  }
  const isOnCanvas = document.elementFromPoint(point.x, point.y)?.closest('.react-flow') !== null
  if (!isOnCanvas) return
  const corner = cornerAround(point)
  const { direction } = canvasStore.getState()
  // The dragged end becomes the port of the new node, so the node hangs below or beside the pointer.
  const position = direction === 'down' ? { x: corner.x, y: toCanvas(point).y } : { x: toCanvas(point).x, y: corner.y }
  canvasStore.setState({ quickAdd: { at: point, goal: { kind: 'port', held, side, position } } })
}

/** Lights every edge on a way from an input through this edge to an output. */
function lightPath(view: EdgeView | undefined): void {
  if (!view) return
  const network = documentStore.getState().document
  const before = findLeaders(network, view.edge.from.node)
  const after = findFollowers(network, view.edge.to.node)
  const ids = listEdgeIds(network.edges)
  const lit = ids.filter((_, index) => {
    const edge = network.edges[index]
    if (!edge) return false
    const { from, to } = edge
    return (
      edge === view.edge ||
      (before.has(from.node) && before.has(to.node)) ||
      (after.has(from.node) && after.has(to.node))
    )
  })
  canvasStore.setState({ litEdges: new Set(lit) })
}

type WiringProps = Pick<
  ReactFlowProps<CanvasNode, ShapeFlowEdge>,
  | 'onConnect'
  | 'onConnectStart'
  | 'onConnectEnd'
  | 'onClickConnectStart'
  | 'onClickConnectEnd'
  | 'isValidConnection'
  | 'onReconnect'
  | 'onReconnectStart'
  | 'onReconnectEnd'
  | 'onEdgeMouseEnter'
  | 'onEdgeMouseLeave'
>

/** React Flow's callbacks for wires. */
export function useWiring(): WiringProps {
  const isRerouting = useRef(false)
  return useMemo(
    () => ({
      onConnect: (connection) => connectPorts(toEdge(connection)),
      onConnectStart: startWiring,
      onConnectEnd(event, state) {
        if (isRerouting.current) canvasStore.setState({ wiring: null })
        else endWiring(event, state)
      },
      onClickConnectStart: startWiring,
      onClickConnectEnd: () => canvasStore.setState({ wiring: null }),
      isValidConnection: isValid,
      onReconnectStart() {
        isRerouting.current = true
      },
      onReconnect(edge, connection) {
        const old = findEdge(documentStore.getState().document, edge.id)
        if (old) rerouteEdge(old, toEdge(connection))
      },
      onReconnectEnd(event: MouseEvent | TouchEvent, edge: ShapeFlowEdge, _: HandleType, state: FinalConnectionState) {
        isRerouting.current = false
        canvasStore.setState({ wiring: null })
        if (state.toHandle || nodeAt(pointOf(event)) !== undefined) return
        const { document: network, apply } = documentStore.getState()
        const old = findEdge(network, edge.id)
        if (old) apply({ type: 'disconnect', edge: old }, 'Delete connection')
      },
      onEdgeMouseEnter: (_, edge) => lightPath(edge.data?.view),
      onEdgeMouseLeave: () => canvasStore.setState({ litEdges: null }),
    }),
    [],
  )
}
