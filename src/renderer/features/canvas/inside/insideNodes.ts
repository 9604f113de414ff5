// The inside of a block as nodes and edges of React Flow; positions come from the layout thread.
import { useEffect, useMemo, useRef, useState } from 'react'
import type { CanvasLayout, NodeId, NetworkDocument, Position } from '../../../../shared/graph/document'
import type { Issue } from '../../../../shared/graph/errors'
import { buildEdgeViews } from '../nodes/edgeViews'
import { findPlaces, type Direction } from '../../../session/layout/canvasGeometry'
import { layoutInWorker } from '../../../session/layout/layoutClient'
import { printShape } from '../../../kernel/print/printFacts'
import { buildViews, type NodeView } from '../nodes/nodeViews'
import { edgesInto } from '../../../session/wiring/ports'
import { showError } from '../../../kernel/failures/showFailure'
import type { BlockEnd, InsideView } from '../../../session/blocks/insideView'

const noIssues: readonly Issue[] = []

/** What an end of the block shows. */
function viewEnd({ id, side, port, from }: BlockEnd, { block }: InsideView): NodeView {
  const isInput = side === 'input'
  const index = isInput ? block.inputNames.findIndex((name) => name === from) : block.outputPorts.indexOf(port)
  const shape = (isInput ? block.inputs[index] : block.outputs[index]) ?? []
  return {
    id,
    name: isInput ? 'Input' : 'Output',
    title: isInput ? 'input of the block' : 'output of the block',
    category: 'input',
    icon: isInput ? 'block-input' : 'block-output',
    summary: isInput && from !== undefined ? `from ${from}` : printShape(shape),
    cells: '',
    repeat: 1,
    parameters: null,
    shape: printShape(shape),
    inputs: isInput ? '' : 'in',
    outputs: isInput ? 'out' : '',
    hasFreeInput: false,
    frozen: false,
    hasWeights: false,
    startsAnew: false,
    errors: '',
    warnings: '',
  }
}

/** What the nodes inside show, named relative to the block. */
export function viewNodes(view: InsideView): ReadonlyMap<string, NodeView> {
  const { document, inference, ends, block } = view
  const endIds = new Map(ends.map((end) => [end.id, end]))
  const views = buildViews(document, inference, noIssues, new Map())
  return new Map(
    Array.from(views, ([id, shown]): [string, NodeView] => {
      const end = endIds.get(shown.id)
      if (end) return [id, viewEnd(end, view)]
      // A layer that takes any number of inputs has no free port here: nothing can be joined to it.
      const inputs = edgesInto(document, shown.id).map(({ to }) => to.port)
      return [id, { ...shown, inputs: inputs.join(' '), hasFreeInput: false, name: id.slice(block.node.id.length + 1) }]
    }),
  )
}

/** The edges inside with their shapes. */
export function viewEdges({ document, inference }: InsideView): ReturnType<typeof buildEdgeViews> {
  return buildEdgeViews(document, inference, noIssues, new Map())
}

interface PlacedInside {
  readonly at: ReadonlyMap<NodeId, Position>
  readonly layout?: CanvasLayout
}

/** The document inside with positions; undefined until the layout thread has answered for the first time. */
export function usePlacedInside(view: InsideView | undefined, direction: Direction): NetworkDocument | undefined {
  const [places, setPlaces] = useState<PlacedInside & { readonly block: NodeId }>()
  const asked = useRef<string>(undefined)
  useEffect(() => {
    const structure = view && `${direction} ${view.structure}`
    // The same nodes and edges lie at the same places, whatever else of them changed.
    if (!view || asked.current === structure) return
    asked.current = structure
    const { document, block } = view
    const take = (placed: PlacedInside): void => {
      if (asked.current === structure) setPlaces({ block: block.node.id, ...placed })
    }
    layoutInWorker(document, direction, { inference: view.inference, isInside: true })
      .then((laid) => laid && take({ at: new Map(laid.moves.map((move) => [move.id, move.position])), ...laid }))
      .catch((error: unknown) => {
        showError(error)
        take({ at: findPlaces(document) })
      })
  }, [view, direction])
  return useMemo(() => {
    if (!view || places?.block !== view.block.node.id) return undefined
    const nodes = view.document.nodes.map((node) => ({ ...node, position: places.at.get(node.id) }))
    return { ...view.document, nodes, layout: places.layout }
  }, [view, places])
}
