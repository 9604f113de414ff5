// The blocks that a user made, as definitions like the built-in ones; not how they are made from nodes (makeBlock.ts).
import { z } from 'zod'
import type { NetworkDocument, NetworkNode, ParameterValues, UserBlock } from '../graph/document'
import { orderNodes } from '../graph/order'
import { defineBlock, portsOf, type BlockDefinition, type BlockNode, type BlockSource } from '../layers/define'
import type { FindLayer } from './inferNode'
import { ownValue } from '../graph/ownValue'

type Definitions = ReadonlyMap<string, BlockDefinition>

// Definitions are made once per list of blocks: a definition that uses another one is made anew when that changes.
const compiled = new WeakMap<readonly UserBlock[], { readonly findListed: FindLayer; readonly find: FindLayer }>()

/** Finds what a document's nodes can be: the listed layers and blocks, and the document's own blocks. */
export function findLayerIn(document: Pick<NetworkDocument, 'blocks'>, findListed: FindLayer): FindLayer {
  const { blocks } = document
  if (!blocks || blocks.length === 0) return findListed
  const known = compiled.get(blocks)
  if (known?.findListed === findListed) return known.find
  const definitions = new Map<string, BlockDefinition>()
  const waiting = new Map(blocks.toReversed().map((block) => [block.type, block]))
  // A block that is used inside another one is made first, so that its parameters are known where they are exposed.
  const make = (type: string): BlockDefinition | undefined => {
    const block = waiting.get(type)
    if (!block) return undefined
    waiting.delete(type)
    const definition = compile(block, find)
    definitions.set(type, definition)
    return definition
  }
  const find: FindLayer = (type) => findListed(type) ?? definitions.get(type) ?? make(type)
  for (const { type } of blocks) make(type)
  compiled.set(blocks, { findListed, find })
  return find
}

/** The document's own blocks as definitions, in the order of the document. */
export function listUserBlocks(document: NetworkDocument, findListed: FindLayer): readonly BlockDefinition[] {
  const find = findLayerIn(document, findListed)
  const definitions: Definitions = new Map(
    (document.blocks ?? []).flatMap(({ type }) => {
      const definition = find(type)
      return definition && 'expand' in definition ? [[type, definition] as const] : []
    }),
  )
  return [...definitions.values()]
}

function compile(block: UserBlock, find: FindLayer): BlockDefinition {
  const { order } = orderNodes(block)
  const nodes = new Map(block.nodes.map((node) => [node.id, node]))
  return defineBlock({
    type: block.type,
    version: 1,
    title: block.title,
    category: 'block',
    icon: 'packages',
    keywords: [],
    doc: block.doc ?? `A block of ${block.nodes.length} layers, made in this document.`,
    source: 'This document',
    inputs: { kind: 'fixed', names: block.inputs.map(({ name }) => name) },
    outputPorts: block.outputs.map(({ name }) => name),
    params: exposedParams(block, nodes, find),
    expand: ({ params }) => ({
      nodes: order.flatMap((id): BlockNode[] => {
        const node = nodes.get(id)
        if (!node) return []
        const given = givenParams(block, node, params)
        return [{ id, type: node.type, params: given, sources: listSources(block, { ...node, params: given }, find) }]
      }),
      outputs: block.outputs.map(({ from }) => from),
    }),
    summary: (params) =>
      block.exposed
        .slice(0, 3)
        .map(({ name, title }) => `${title.toLowerCase()} ${printValue(ownValue(params, name))}`)
        .join(' · '),
    examples: [],
  })
}

function printValue(value: unknown): string {
  if (!Array.isArray(value)) return String(value)
  return value.every((item) => item === value[0]) ? String(value[0]) : value.join('x')
}

/** The table of a block's exposed parameters: each as inside, with the value inside as its default. */
function exposedParams(block: UserBlock, nodes: ReadonlyMap<string, NetworkNode>, find: FindLayer) {
  const shape: Record<string, z.ZodType> = {}
  for (const { name, title, targets } of block.exposed) {
    const [target] = targets
    const node = target && nodes.get(target.node)
    const inner = target && node && ownValue(find(node.type)?.params.shape ?? {}, target.param)
    if (!node || !target || !(inner instanceof z.ZodType)) continue
    const value = node.params[target.param]
    const bare = inner instanceof z.ZodDefault ? inner.unwrap() : inner
    const table = bare instanceof z.ZodType ? bare : inner
    const isGiven = value !== undefined && inner.safeParse(value).success
    shape[name] = (isGiven ? table.prefault(value) : inner).meta({ ...inner.meta(), title })
  }
  return z.object(shape)
}

/** The parameters of a node inside, with the values of the block's own parameters put in. */
function givenParams(block: UserBlock, node: NetworkNode, params: ParameterValues): ParameterValues {
  const given = new Map(Object.entries(node.params))
  for (const { name, targets } of block.exposed) {
    for (const target of targets)
      if (target.node === node.id && Object.hasOwn(params, name)) given.set(target.param, params[name])
  }
  return Object.fromEntries(given)
}

/** Where a node inside takes its inputs from, in port order; ports without an edge are left out. */
function listSources(block: UserBlock, node: NetworkNode, find: FindLayer): readonly BlockSource[] {
  const arriving = new Map<string, BlockSource>()
  for (const { from, to } of block.edges) if (to.node === node.id) arriving.set(to.port, from)
  block.inputs.forEach(({ to }, input) => {
    for (const { node: id, port } of to) if (id === node.id) arriving.set(port, { input })
  })
  const definition = find(node.type)
  const inputs = definition && portsOf(definition, node.params).inputs
  const ports =
    inputs?.kind === 'fixed'
      ? inputs.names
      : [...arriving.keys()].sort((a, b) => Number(a.replace(/\D/g, '')) - Number(b.replace(/\D/g, '')))
  return ports.flatMap((port) => arriving.get(port) ?? [])
}
