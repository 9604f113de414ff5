// What the nodes of a document can be: the listed layers and blocks and the document's own blocks; not what they do.
import { listUserBlocks, findLayerIn } from '../../../shared/network/userBlocks'
import type { FindLayer } from '../../../shared/network/inferNode'
import type { NetworkDocument, NetworkNode } from '../../../shared/graph/document'
import { portsOf, type NodeDefinition, type NodePorts } from '../../../shared/layers/define'
import { findDefinition, nodeDefinitions } from '../../../shared/layers/index'

type WithBlocks = Pick<NetworkDocument, 'blocks'>

/** Finds the layers, the blocks and the document's own blocks. */
export function definitionsIn(document: WithBlocks): FindLayer {
  return findLayerIn(document, findDefinition)
}

/** The layer or block of a type, also one that was made in the document. */
export function definitionIn(document: WithBlocks, type: string): NodeDefinition | undefined {
  return definitionsIn(document)(type)
}

/** Everything that can be added to a document, in the order of the palette. */
export function listDefinitions(document: NetworkDocument): readonly NodeDefinition[] {
  const own = listUserBlocks(document, findDefinition)
  return own.length === 0 ? nodeDefinitions : [...nodeDefinitions, ...own]
}

/** The ports of one node of a document; undefined where its type is not known. */
export function portsIn(document: WithBlocks, node: NetworkNode | undefined): NodePorts | undefined {
  const definition = node && definitionIn(document, node.type)
  return node && definition && portsOf(definition, node.params)
}

/** The first output port of one node of a document. */
export function firstOutput(document: WithBlocks, node: NetworkNode | undefined): string | undefined {
  return portsIn(document, node)?.outputPorts[0]
}
