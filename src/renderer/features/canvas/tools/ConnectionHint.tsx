// The line at the foot of the canvas that says, while a wire is dragged, what runs through it and why a port does not fit.
import { Panel, useConnection } from '@xyflow/react'
import { printShape } from '../../../../shared/graph/shape'
import { useInference } from '../../../session/document/documentStore'
import { useCanvas } from '../../../session/view/canvasStore'
import { portKey, shapeAt } from '../../../session/wiring/connections'
import type { NodeId } from '../../../../shared/graph/document'

/** Says what a dragged wire carries, or why the port under it does not take it. */
export function ConnectionHint() {
  const wiring = useCanvas((state) => state.wiring)
  const inference = useInference()
  const target = useConnection((connection) =>
    connection.inProgress && connection.toHandle
      ? portKey({ node: connection.toHandle.nodeId as NodeId, port: connection.toHandle.id ?? '' })
      : null,
  )
  if (!wiring) return null
  const verdict = target === null ? undefined : wiring.verdicts.get(target)
  const shape = wiring.side === 'output' ? shapeAt(inference, wiring.held) : undefined
  const carried = shape ? `${wiring.held.node} gives ${printShape(shape)}` : `from ${wiring.held.node}`
  return (
    <Panel position="bottom-center">
      <output className="nl-hint" data-kind={verdict?.kind}>
        {verdict?.reason ?? carried}
      </output>
    </Panel>
  )
}
