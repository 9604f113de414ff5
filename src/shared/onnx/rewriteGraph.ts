// Writes a graph anew, node by node, each as a rule has it or as it is: the one way in which graphs are adapted. The rules are their users'.
import { GraphBuilder } from './builder'
import type { OnnxGraph, OnnxNode } from './model'
import type { ValueType } from './shapeRules/shapeContext'

/** What is rewritten: a builder, or a finished graph. */
export type GraphSource = Pick<OnnxGraph, 'inputs' | 'outputs' | 'nodes' | 'initializers'>

/** Writes one node of the source into the target. @returns false where it stays as it is */
export type Rewrite = (node: OnnxNode, target: GraphBuilder) => boolean

/** Rules by operator. */
export type RewriteTable = ReadonlyMap<string, Rewrite>

export interface RewriteOptions {
  /** Whether the extents of all inputs are numbers, and shapes are inferred while writing; left out: yes. */
  readonly isStatic?: boolean
  /** Initialisers that are copied; left out: all. */
  readonly keeps?: (initializer: string) => boolean
  /** Types of the outputs of a node that stays, where they need not be inferred again. */
  readonly typesOf?: (node: OnnxNode) => readonly ValueType[] | undefined
  /** Told when all nodes are written, before the outputs are named. */
  readonly finish?: () => void
}

/** The nodes as a table writes them. */
export function byOperator(table: RewriteTable): Rewrite {
  return (node, target) => table.get(node.opType)?.(node, target) ?? false
}

/**
 * Writes a graph anew. Inputs, outputs and whatever no rule writes keep their names.
 * @param begin makes the rule for a target; a table of rules is `() => byOperator(table)`
 */
export function rewriteGraph(
  source: GraphSource,
  begin: (target: GraphBuilder) => Rewrite,
  { isStatic = true, keeps = () => true, typesOf, finish }: RewriteOptions = {},
): GraphBuilder {
  const target = new GraphBuilder(
    isStatic,
    source.nodes.flatMap((node) => node.outputs),
  )
  for (const { name, dataType, dims } of source.inputs) target.input(name, dataType, dims ?? [])
  for (const [name, tensor] of source.initializers) if (keeps(name)) target.initializer(name, tensor)
  const rewrite = begin(target)
  for (const node of source.nodes) if (!rewrite(node, target)) target.append(node, typesOf?.(node))
  finish?.()
  for (const { name, dataType, dims } of source.outputs) target.output(name, dataType, dims)
  return target
}
