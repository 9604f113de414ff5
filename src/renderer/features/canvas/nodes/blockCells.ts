// The small image of what a block holds: one cell for each layer inside, by its category; not how it is drawn (BlockStrip.tsx).
import type { InferredNode } from '../../../../shared/network/inferDocument'
import type { ParameterValues } from '../../../../shared/graph/document'
import type { LayerCategory } from '../../../../shared/layers/define'

/** As many cells fit on a node; a block of more layers ends in `more`. */
export const mostCells = 18

/** How many of its kind a block stands for: its parameter `repeat`, else 1. */
export function readRepeat(params: ParameterValues): number {
  const { repeat } = params
  return typeof repeat === 'number' && Number.isInteger(repeat) && repeat > 1 ? repeat : 1
}

/** The categories of the primitive layers inside a block, in the order of the data; of one of them where it repeats. */
export function listCells(block: InferredNode): readonly (LayerCategory | 'more')[] {
  if (!block.inside) return []
  const cells: LayerCategory[] = []
  const visit = (node: InferredNode): void => {
    if (cells.length > mostCells) return
    if (!node.inside) {
      cells.push(node.definition.category)
      return
    }
    const held = [...node.inside.nodes.values()]
    for (const inner of readRepeat(node.node.params) > 1 ? held.slice(0, 1) : held) visit(inner)
  }
  visit(block)
  return cells.length > mostCells ? [...cells.slice(0, mostCells - 1), 'more'] : cells
}
