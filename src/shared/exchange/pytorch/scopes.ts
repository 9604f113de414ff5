// The network and each of its blocks as a class in the making: attributes, steps of forward, variables, places of weights; not which blocks share a class (classes.ts).
import type { NodeId, PortReference } from '../../graph/document'
import { internalError } from '../../graph/errors'
import { printShape, type Shape } from '../../graph/shape'
import { isBlock } from '../../layers/define'
import type { InferredLayer, InferredNode } from '../../network/inferNode'
import type { HelperName } from './helperClasses'
import type { ModuleCall } from './layerCode'
import { writeLayer } from './layerRules'
import { moduleAttributes, pascalCase, PythonNames } from './pythonText'

/** `self.attribute = ...`: a module of PyTorch, or a block. */
export interface ScopeModule {
  readonly attribute: string
  readonly holds: ModuleCall | Scope
}

/** `target = expression  # shape` in forward. */
export interface ScopeStep {
  readonly target: string
  readonly expression: string
  readonly shape: string
}

/** A weight of ours and the name of PyTorch's, relative to the scope. */
export interface ScopeWeight {
  /** `<node id>/<weight name>` */
  readonly path: string
  readonly name: string
  readonly dims: readonly number[]
}

/** A network or block as a class in the making. */
export interface Scope {
  /** The name that its class should have. */
  readonly className: string
  readonly title: string
  /** The path of the block; the name of the network. */
  readonly id: string
  /** Variables that forward takes, and their shapes. */
  readonly inputs: readonly { readonly variable: string; readonly shape: string }[]
  readonly modules: readonly ScopeModule[]
  readonly steps: readonly ScopeStep[]
  /** What forward returns. */
  readonly returned: readonly { readonly variable: string; readonly shape: string }[]
  readonly weights: readonly ScopeWeight[]
  readonly helpers: ReadonlySet<HelperName>
  /** Blocks inside blocks inside it. */
  readonly height: number
}

/** What a scope is made of. */
export interface ScopeParts {
  readonly className: string
  readonly title: string
  readonly id: string
  /** What stands before the names of its nodes: `stage1/`. */
  readonly prefix: string
  /** Each after its sources. */
  readonly nodes: readonly InferredNode[]
  /** The ports outside that its inputs come from, and their shapes. */
  readonly inputs: readonly { readonly port: PortReference; readonly shape: Shape }[]
  readonly outputs: readonly PortReference[]
}

/** `x` is free more often than not; further values take the next letter. */
const variableNames = ['x', 'y', 'z', 'u', 'v', 'w']

function keyOf({ node, port }: PortReference): string {
  return `${node}:${port}`
}

/** Gives the values of forward their variables; a variable is free again behind the last use of its value. */
class Variables {
  private readonly names = new Map<string, string>()

  /** @param lastUses the step behind which a value is not needed; values that are returned: infinity */
  constructor(private readonly lastUses: ReadonlyMap<string, number>) {}

  /** Gives a value a variable that holds none which step `step` or a later one still needs. */
  take(key: string, step: number): string {
    const held = new Set<string>()
    for (const [other, name] of this.names) if ((this.lastUses.get(other) ?? -1) > step) held.add(name)
    let name = variableNames.find((candidate) => !held.has(candidate))
    for (let count = 1; name === undefined; count++) if (!held.has(`v${count}`)) name = `v${count}`
    // The value that the variable held before is gone.
    for (const [other, used] of this.names) if (used === name) this.names.delete(other)
    this.names.set(key, name)
    return name
  }

  read(key: string): string {
    const name = this.names.get(key)
    if (name === undefined) throw internalError(`the value "${key}" has no variable`)
    return name
  }
}

/** Behind which step each value is not needed any more. */
function findLastUses({ inputs, nodes, outputs }: ScopeParts): ReadonlyMap<string, number> {
  // Two inputs have two names, also where one of them leads nowhere.
  const uses = new Map(inputs.map(({ port }) => [keyOf(port), 0]))
  nodes.forEach(({ sources }, step) => sources.forEach((source) => uses.set(keyOf(source), step)))
  for (const output of outputs) uses.set(keyOf(output), Infinity)
  return uses
}

/** The state of a scope while it is written. */
interface Writing {
  readonly parts: ScopeParts
  readonly leftOut: ReadonlySet<NodeId>
  readonly names: PythonNames
  readonly modules: ScopeModule[]
  readonly weights: ScopeWeight[]
  readonly helpers: Set<HelperName>
}

/**
 * Writes a network or block, and all blocks inside it.
 * @param leftOut layers that the written network does not have: its side branches
 * @throws NetloomError `export.unsupported`
 */
export function writeScope(given: ScopeParts, leftOut: ReadonlySet<NodeId>): Scope {
  const parts = { ...given, nodes: given.nodes.filter((node) => !isLeftOut(node, leftOut)) }
  const variables = new Variables(findLastUses(parts))
  const inputs = parts.inputs.map(({ port, shape }) => ({
    variable: variables.take(keyOf(port), -1),
    shape: printShape(shape),
  }))
  const writing: Writing = {
    parts,
    leftOut,
    names: new PythonNames(moduleAttributes),
    modules: [],
    weights: [],
    helpers: new Set(),
  }
  const steps = parts.nodes.flatMap((node, step) => writeStep(writing, node, step, variables))
  const returned = parts.outputs.flatMap((port) => {
    const node = parts.nodes.find(({ node }) => node.id === port.node)
    const shape = node?.outputs[node.outputPorts.indexOf(port.port)]
    return shape ? [{ variable: variables.read(keyOf(port)), shape: printShape(shape) }] : []
  })
  const { modules, weights, helpers } = writing
  const heights = modules.map(({ holds }) => ('modules' in holds ? holds.height + 1 : 0))
  const { className, title, id } = parts
  return { className, title, id, inputs, modules, steps, returned, weights, helpers, height: Math.max(0, ...heights) }
}

/** A layer of a side branch, or a block that holds nothing else. */
function isLeftOut(node: InferredNode, leftOut: ReadonlySet<NodeId>): boolean {
  if (!node.inside) return leftOut.has(node.node.id)
  return [...node.inside.nodes.values()].every((inner) => isLeftOut(inner, leftOut))
}

/** Adds what a node needs in the constructor, and returns its step of forward; none for the input. */
function writeStep(writing: Writing, node: InferredNode, step: number, variables: Variables): readonly ScopeStep[] {
  if (node.sources.length === 0) return []
  const values = node.sources.map((source) => variables.read(keyOf(source)))
  const expression = node.inside ? writeBlock(writing, node, values) : writePrimitive(writing, node, values)
  const given = node.outputPorts.flatMap((port, index) => {
    const isGone = writing.leftOut.has(findProducer(node, index))
    return isGone ? [] : [{ port, shape: printShape(node.outputs[index] ?? []) }]
  })
  const targets = given.map(({ port }) => variables.take(keyOf({ node: node.node.id, port }), step))
  const shape = given.map((output) => output.shape).join(', ')
  return expression === targets[0] ? [] : [{ target: targets.join(', '), expression, shape }]
}

/** The layer that gives an output of a node: itself, or one inside it. */
function findProducer({ node, inside }: InferredNode, index: number): NodeId {
  const end = inside?.outputs[index]
  const inner = end && inside?.nodes.get(end.node)
  return inner ? findProducer(inner, inner.outputPorts.indexOf(end.port)) : node.id
}

function relativeName({ parts }: Writing, node: InferredNode): string {
  const { id } = node.node
  return id.startsWith(parts.prefix) ? id.slice(parts.prefix.length) : id
}

function writePrimitive(writing: Writing, node: InferredNode, values: readonly string[]): string {
  const { modules, weights, helpers } = writing
  if (!isPrimitive(node)) throw internalError(`"${node.node.id}" is no layer`)
  const code = writeLayer(node)
  const name = code.modules.length > 0 ? writing.names.take(relativeName(writing, node)) : ''
  let value = code.before?.(values) ?? values[0] ?? ''
  for (const { suffix, call } of code.modules) {
    const attribute = suffix === '' ? name : writing.names.take(`${name}${suffix}`)
    modules.push({ attribute, holds: call })
    value = `self.${attribute}(${value})`
  }
  for (const spec of node.weights) {
    const place = code.weights[spec.name]
    if (!place) throw internalError(`${node.definition.type} has no place for "${spec.name}"`)
    const dims = place.dims ?? spec.shape
    weights.push({ path: `${node.node.id}/${spec.name}`, name: `${name}.${place.name}`, dims })
  }
  for (const helper of code.helpers) helpers.add(helper)
  return code.after?.(value) ?? value
}

function isPrimitive(node: InferredNode): node is InferredLayer {
  return !isBlock(node.definition)
}

function writeBlock(writing: Writing, block: InferredNode, values: readonly string[]): string {
  const { inside, definition, node, sources, inputs } = block
  if (!inside) throw internalError(`"${node.id}" holds nothing`)
  const nodes = [...inside.nodes.values()]
  const isStage = nodes.every((inner) => inner.node.type === node.type)
  // A port that feeds two inputs of a block is one input of its class.
  const distinct = sources.flatMap((port, index) => {
    const isFirst = sources.findIndex((other) => keyOf(other) === keyOf(port)) === index
    return isFirst ? [{ port, shape: inputs[index] ?? [], value: values[index] ?? '' }] : []
  })
  const scope = writeScope(
    {
      className: `${pascalCase(definition.type) || 'Block'}${isStage ? 'Stage' : ''}`,
      title: isStage ? `${definition.title}, ${nodes.length} times` : definition.title,
      id: node.id,
      prefix: `${node.id}/`,
      nodes,
      inputs: distinct,
      outputs: inside.outputs,
    },
    writing.leftOut,
  )
  const attribute = writing.names.take(relativeName(writing, block))
  writing.modules.push({ attribute, holds: scope })
  for (const weight of scope.weights) writing.weights.push({ ...weight, name: `${attribute}.${weight.name}` })
  for (const helper of scope.helpers) writing.helpers.add(helper)
  return `self.${attribute}(${distinct.map(({ value }) => value).join(', ')})`
}
