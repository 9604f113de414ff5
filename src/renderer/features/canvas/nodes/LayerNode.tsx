// One node of the canvas: stripe, icon, name, what matters, parameter count, problems and ports.
/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a node is no fieldset */
import { printCount, printShort } from '../../../../shared/graph/printNumbers'
import { Handle, Position, type Node, type NodeProps } from '@xyflow/react'
import { IconAlertTriangleFilled, IconCircleFilled, IconExclamationCircleFilled, IconLock } from '@tabler/icons-react'
import { memo, type CSSProperties } from 'react'
import { BlockStrip, RepeatBadge } from './BlockStrip'
import { portKey } from '../../../session/wiring/connections'
import { useCanvas } from '../../../session/view/canvasStore'
import type { Direction } from '../../../session/layout/canvasGeometry'
import { portOffset } from '../../../session/layout/wireGeometry'
import { useGlide } from '../../../session/view/glide'
import { nodeElementId } from '../../../session/view/canvasFocus'
import { LayerIcon } from '../../../kernel/parts/layerIcons'
import { useLevel } from './levelOfDetail'
import { RenameField } from './RenameField'
import { describeNode, splitPorts, type NodeView } from './nodeViews'

export type LayerFlowNode = Node<NodeView, 'layer'>

const targetSides: Readonly<Record<Direction, Position>> = { down: Position.Top, right: Position.Left }
const sourceSides: Readonly<Record<Direction, Position>> = { down: Position.Bottom, right: Position.Right }

interface PortProps {
  readonly node: NodeView
  readonly name: string
  readonly side: 'input' | 'output'
  readonly index: number
  readonly count: number
}

function Port({ node, name, side, index, count }: PortProps) {
  const direction = useCanvas((state) => state.direction)
  const fit = useCanvas(({ wiring }) => {
    if (!wiring) return 'idle'
    if (wiring.held.node === node.id && wiring.held.port === name && wiring.side === side) return 'held'
    return wiring.verdicts.get(portKey({ node: node.id, port: name }))?.kind ?? 'other'
  })
  const offset = portOffset(index, count, direction, side === 'input' && node.hasFreeInput)
  const style: CSSProperties = direction === 'down' ? { left: offset } : { top: offset }
  return (
    <Handle
      type={side === 'input' ? 'target' : 'source'}
      position={(side === 'input' ? targetSides : sourceSides)[direction]}
      id={name}
      className="nl-port"
      data-fit={fit}
      data-port={`${node.id}:${name}`}
      style={style}
      title={count > 1 ? name : undefined}
    >
      {count > 1 && <span className="nl-port-name">{name}</span>}
    </Handle>
  )
}

function Ports({ node }: { readonly node: NodeView }) {
  const inputs = splitPorts(node.inputs)
  const outputs = splitPorts(node.outputs)
  return (
    <>
      {inputs.map((name, index) => (
        <Port key={`in:${name}`} node={node} name={name} side="input" index={index} count={inputs.length} />
      ))}
      {outputs.map((name, index) => (
        <Port key={`out:${name}`} node={node} name={name} side="output" index={index} count={outputs.length} />
      ))}
    </>
  )
}

/** Where wires end on a node that is too small for ports: React Flow measures these by their classes. */
function Anchors({ node }: { readonly node: NodeView }) {
  const direction = useCanvas((state) => state.direction)
  const list = (ports: string, type: 'target' | 'source') => {
    const names = splitPorts(ports)
    return names.map((name, index) => {
      const offset = portOffset(index, names.length, direction, type === 'target' && node.hasFreeInput)
      return (
        <span
          key={`${type}:${name}`}
          className={`nl-anchor ${type}`}
          data-handleid={name}
          data-handlepos={(type === 'target' ? targetSides : sourceSides)[direction]}
          style={direction === 'down' ? { left: offset } : { top: offset }}
        />
      )
    })
  }
  return (
    <>
      {list(node.inputs, 'target')}
      {list(node.outputs, 'source')}
    </>
  )
}

function Flags({ node }: { readonly node: NodeView }) {
  return (
    <>
      {node.startsAnew && (
        <span className="nl-node-anew" title="Its weights start anew: the weights file has none that fit.">
          new
        </span>
      )}
      {node.hasWeights && <IconCircleFilled className="nl-node-trained" size={8} aria-hidden />}
      {node.frozen && <IconLock size={14} aria-hidden />}
      {node.errors !== '' && <IconExclamationCircleFilled className="nl-node-error" size={16} aria-hidden />}
      {node.errors === '' && node.warnings !== '' && (
        <IconAlertTriangleFilled className="nl-node-warning" size={15} aria-hidden />
      )}
    </>
  )
}

function Body({ node }: { readonly node: NodeView }) {
  const isRenaming = useCanvas((state) => state.renaming === node.id)
  return (
    <>
      <div className="nl-node-line">
        <LayerIcon name={node.icon} className="nl-node-icon" size={16} stroke={1.75} aria-hidden />
        {isRenaming ? <RenameField id={node.id} /> : <span className="nl-node-name">{node.name}</span>}
        <Flags node={node} />
      </div>
      <div className="nl-node-line nl-node-second">
        <span className="nl-node-summary">{node.summary}</span>
        {node.repeat > 1 && <RepeatBadge count={node.repeat} />}
        {node.parameters !== null && node.parameters > 0 && (
          <span className="nl-node-count" title={`${printCount(node.parameters)} parameters`}>
            {printShort(node.parameters)}
          </span>
        )}
      </div>
      {node.cells !== '' && <BlockStrip cells={node.cells} />}
    </>
  )
}

/** Where a node comes from, for the style sheet. */
function glideStyle({ x, y }: { readonly x: number; readonly y: number }): CSSProperties {
  return Object.assign<CSSProperties, Record<string, string>>({}, { '--nl-from-x': `${x}px`, '--nl-from-y': `${y}px` })
}

function DrawnNode({ data: node, selected }: NodeProps<LayerFlowNode>) {
  const level = useLevel()
  const isActive = useCanvas((state) => state.activeId === node.id)
  const glide = useGlide(node.id)
  const problem = node.errors || node.warnings
  return (
    <div
      id={nodeElementId(node.id)}
      className="nl-node"
      style={glide && glideStyle(glide)}
      data-gliding={glide !== undefined || undefined}
      role="group"
      aria-label={describeNode(node)}
      data-category={node.category}
      data-level={level}
      data-selected={selected || undefined}
      data-active={isActive || undefined}
      data-problem={node.errors === '' ? (node.warnings === '' ? undefined : 'warning') : 'error'}
      data-frozen={node.frozen || undefined}
    >
      {level === 'full' && <Body node={node} />}
      {level === 'name' && <span className="nl-node-big-name">{node.name.split('/').at(-1)}</span>}
      {level === 'bar' ? <Anchors node={node} /> : <Ports node={node} />}
      {problem !== '' && level === 'full' && (
        <div className="nl-node-problem" aria-hidden>
          {problem}
        </div>
      )}
    </div>
  )
}

/** A layer on the canvas. */
export const LayerNode = memo(DrawnNode)
