// Blocks that are written alike share a class, with parameters for the numbers in which they differ; and the text of the classes.
import { internalError } from '../../graph/errors'
import { named, type Argument } from './layerCode'
import { PythonNames, pythonComment } from './pythonText'
import type { Scope } from './scopes'

/** A module of a class, its block resolved to the class that it shares. */
interface ResolvedModule {
  readonly attribute: string
  readonly callee: string
  readonly args: readonly Argument[]
}

interface ResolvedScope {
  readonly scope: Scope
  readonly modules: readonly ResolvedModule[]
}

/** A class and what its users give it. */
interface BlockClass {
  readonly name: string
  readonly text: string
  /** The arguments of each scope that is written by this class. */
  readonly given: ReadonlyMap<Scope, readonly Argument[]>
}

/** One constructor parameter of a shared class. */
interface Parameter {
  readonly name: string
  /** One per use of the class. */
  readonly values: readonly string[]
}

/** As many uses of a class as its docstring lists. */
const mostUsesListed = 12

/**
 * The classes of all blocks below `network`, those that others use first, then its own.
 * @param names taken names; the classes' are added
 * @param opening lines of the network's forward before its first step; `inside` of its constructor
 */
export function writeClasses(
  network: Scope,
  names: PythonNames,
  opening: { readonly constructor: readonly string[]; readonly forward: readonly string[] },
): { readonly name: string; readonly texts: readonly string[] } {
  const name = names.take(network.className || 'Network', '')
  const classes = new Map<Scope, BlockClass>()
  const texts: string[] = []
  const blocks = listBlocks(network)
  for (let height = 0; height < network.height; height++) {
    const resolved = blocks.filter((scope) => scope.height === height).map((scope) => resolveScope(scope, classes))
    for (const group of groupAlike(resolved)) {
      const made = writeShared(group, names)
      for (const { scope } of group) classes.set(scope, made)
      texts.push(made.text)
    }
  }
  const whole = resolveScope(network, classes)
  texts.push(
    printClass({
      name,
      resolved: whole,
      doc: [network.title],
      parameters: [],
      values: literalOf,
      opening,
      hasShapes: true,
    }),
  )
  return { name, texts }
}

function listBlocks(scope: Scope): readonly Scope[] {
  return scope.modules.flatMap(({ holds }) => ('modules' in holds ? [...listBlocks(holds), holds] : []))
}

function resolveScope(scope: Scope, classes: ReadonlyMap<Scope, BlockClass>): ResolvedScope {
  const modules = scope.modules.map(({ attribute, holds }): ResolvedModule => {
    if (!('modules' in holds)) return { attribute, ...holds }
    const shared = classes.get(holds)
    if (!shared) throw internalError(`"${holds.id}" has no class`)
    return { attribute, callee: shared.name, args: shared.given.get(holds) ?? [] }
  })
  return { scope, modules }
}

/** Scopes that differ in nothing but the values of arguments, in the order of the first of each group. */
function groupAlike(scopes: readonly ResolvedScope[]): readonly (readonly ResolvedScope[])[] {
  const groups = new Map<string, ResolvedScope[]>()
  for (const resolved of scopes) {
    const { className, inputs, steps, returned } = resolved.scope
    const key = JSON.stringify([
      className,
      inputs.map(({ variable }) => variable),
      resolved.modules.map(({ attribute, callee, args }) => [attribute, callee, args.map((arg) => arg.name)]),
      steps.map(({ target, expression }) => [target, expression]),
      returned.map(({ variable }) => variable),
    ])
    const group = groups.get(key)
    if (group) group.push(resolved)
    else groups.set(key, [resolved])
  }
  return [...groups.values()]
}

const channelNames: ReadonlySet<string> = new Set(['in_channels', 'out_channels', 'num_features', 'channels'])

function isChannels(name: string): boolean {
  return channelNames.has(name) || name.endsWith('_channels')
}

/** The arguments that differ between the scopes of a group; equal ones of one kind are one parameter. */
function findParameters(group: readonly ResolvedScope[]): {
  readonly parameters: readonly Parameter[]
  /** By module and argument: `0.1`. */
  readonly places: ReadonlyMap<string, Parameter>
} {
  const [first] = group
  const found = new Map<string, { values: string[]; names: Set<string>; attribute: string; places: string[] }>()
  first?.modules.forEach(({ args, attribute }, module) => {
    args.forEach(({ name }, index) => {
      const values = group.map(({ modules }) => modules[module]?.args[index]?.value ?? '')
      if (values.every((value) => value === values[0])) return
      const key = `${isChannels(name) ? 'channels' : name}: ${values.join('; ')}`
      const entry = found.get(key) ?? { values, names: new Set(), attribute, places: [] }
      entry.names.add(name === 'num_features' ? 'out_channels' : name)
      entry.places.push(`${module}.${index}`)
      found.set(key, entry)
    })
  })
  const names = new Set<string>()
  const places = new Map<string, Parameter>()
  const parameters = [...found.values()].map(({ values, names: wanted, attribute, places: used }) => {
    const [only = '', ...others] = wanted
    const plain = others.length > 0 ? 'channels' : only
    let name = names.has(plain) ? `${attribute}_${plain}` : plain
    for (let count = 2; names.has(name); count++) name = `${attribute}_${plain}_${count}`
    names.add(name)
    const parameter = { name, values }
    for (const place of used) places.set(place, parameter)
    return parameter
  })
  return { parameters, places }
}

/** Writes the class of a group. */
function writeShared(group: readonly ResolvedScope[], names: PythonNames): BlockClass {
  const [first] = group
  if (!first) throw internalError('a class has no use')
  const { parameters, places } = findParameters(group)
  const name = names.take(first.scope.className, '')
  const shapesOf = ({ scope }: ResolvedScope): string =>
    JSON.stringify([scope.inputs, scope.steps.map(({ shape }) => shape)])
  const hasShapes = group.every((resolved) => shapesOf(resolved) === shapesOf(first))
  const text = printClass({
    name,
    resolved: first,
    doc: [first.scope.title, ...listUses(group)],
    parameters: parameters.map((parameter) => parameter.name),
    values: (arg, place) => {
      const parameter = places.get(place)
      return parameter ? `${arg.isNamed ? `${arg.name}=` : ''}${parameter.name}` : literalOf(arg)
    },
    opening: { constructor: [], forward: [] },
    hasShapes,
  })
  const given = new Map(
    group.map(({ scope }, use) => [scope, parameters.map(({ name, values }) => named(name, values[use] ?? ''))]),
  )
  return { name, text, given }
}

/** `stage1/block1: [N, 16, 32, 32] -> [N, 32, 16, 16]`, a line for each use. */
function listUses(group: readonly ResolvedScope[]): readonly string[] {
  const lines = group.slice(0, mostUsesListed).map(({ scope }) => {
    const shapes = (values: Scope['inputs']): string => values.map(({ shape }) => shape).join(', ')
    return `${scope.id}: ${shapes(scope.inputs)} -> ${shapes(scope.returned)}`
  })
  return group.length > lines.length ? [...lines, `and ${group.length - lines.length} more`] : lines
}

/** An argument as it is written; nothing where it has its usual value. */
function literalOf({ name, value, isNamed, usual }: Argument): string | undefined {
  if (value === usual) return undefined
  return isNamed ? `${name}=${value}` : value
}

/** What the text of a class is made of. */
interface ClassText {
  readonly name: string
  readonly resolved: ResolvedScope
  /** The lines of the docstring. */
  readonly doc: readonly string[]
  readonly parameters: readonly string[]
  /** An argument of a module as it is written; undefined: left out. */
  readonly values: (arg: Argument, place: string) => string | undefined
  readonly opening: { readonly constructor: readonly string[]; readonly forward: readonly string[] }
  /** False: the shapes differ from use to use and stand in the docstring only. */
  readonly hasShapes: boolean
}

function printClass({ name, resolved, doc, parameters, values, opening, hasShapes }: ClassText): string {
  const { scope, modules } = resolved
  const comment = (shape: string): string => (hasShapes ? `  # ${shape}` : '')
  const calls = modules.map(({ attribute, callee, args }, module) => {
    const written = args.flatMap((arg, index) => values(arg, `${module}.${index}`) ?? [])
    return `        self.${attribute} = ${callee}(${written.join(', ')})`
  })
  const inputs = scope.inputs.map(({ shape }) => shape).join(', ')
  return [
    `class ${name}(nn.Module):`,
    ...printDoc(doc),
    '',
    `    def __init__(${['self', ...parameters].join(', ')}):`,
    '        super().__init__()',
    ...opening.constructor.map((line) => `        ${line}`),
    ...calls,
    '',
    `    def forward(${['self', ...scope.inputs.map(({ variable }) => variable)].join(', ')}):${comment(inputs)}`,
    ...opening.forward.map((line) => `        ${line}`),
    ...scope.steps.map(({ target, expression, shape }) => `        ${target} = ${expression}${comment(shape)}`),
    `        return ${scope.returned.map(({ variable }) => variable).join(', ')}`,
  ].join('\n')
}

function printDoc(lines: readonly string[]): readonly string[] {
  const [first = '', ...rest] = lines.map(pythonComment)
  if (rest.length === 0) return [`    """${first}."""`]
  return [`    """${first}.`, '', ...rest.map((line) => `    ${line}`), '    """']
}
