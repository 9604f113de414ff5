// Writes what a block expands to, node by node; not the blocks themselves (blocks/).
import type { ParameterValues } from '../../graph/document'
import { internalError } from '../../graph/errors'
import type { BlockGraph, BlockNode, BlockSource } from '../define'

/** The first input of a block, as a source inside it. */
export const blockInput: BlockSource = { input: 0 }

/** Collects the nodes inside a block, each after its sources. */
export class BlockBuilder {
  private readonly nodes = new Map<string, BlockNode>()

  /**
   * Adds a node that takes the outputs `out` of earlier nodes, by their names, or inputs of the block.
   * @returns the source that stands for its output `out`
   */
  add(id: string, type: string, params: ParameterValues, ...sources: readonly BlockSource[]): BlockSource {
    if (this.nodes.has(id)) throw internalError(`a block has two nodes "${id}"`)
    this.nodes.set(id, { id, type, params, sources })
    return { node: id, port: 'out' }
  }

  /** Closes the block: one source inside it for each of its output ports. */
  build(...outputs: readonly BlockSource[]): BlockGraph {
    return {
      nodes: [...this.nodes.values()],
      outputs: outputs.map((output) => {
        if ('input' in output) throw internalError('a block gives its own input out again')
        return output
      }),
    }
  }
}
