// What a shell may complete at the end of a command line that is being typed; not the scripts that ask for it (scripts.ts).
import type { Argument, Command, Option } from 'commander'
import { labelSets } from '../../../shared/datasets/labelSets'
import { builtinReferences } from '../../datasets/datasetReference'
import { architectures } from '../../../shared/lectures/architectures/index'

/** One way to go on. */
export interface Completion {
  readonly value: string
  readonly description: string
}

export interface Completions {
  readonly values: readonly Completion[]
  /** Whether a path is right there too. */
  readonly takesPath: boolean
}

const none: Completions = { values: [], takesPath: false }

/** Values that are no fixed list: what an option or argument of such a name takes beside a path. */
function knownValues(name: string): readonly Completion[] {
  if (name === 'architecture' || name === 'network')
    return architectures.map(({ id, title }) => ({ value: id, description: title }))
  if (name === 'names') return labelSets.map(({ id, title }) => ({ value: id, description: title }))
  if (name === 'dataset') return builtinReferences.map((value) => ({ value, description: '' }))
  return []
}

/** Numbers, patterns and the like are typed; whatever else has no list of choices is a path. */
const typed = /^(?:n|x|CxHxW|a:b|pixels|seed|pattern|.*:pattern|pattern=.*|name|class|layer|scaling|url|architecture)$/

function completionsOf(name: string, choices: readonly string[] | undefined): Completions {
  if (choices) return { values: choices.map((value) => ({ value, description: '' })), takesPath: false }
  return { values: knownValues(name), takesPath: !typed.test(name) }
}

/** What follows an option, by what its flags call it: `--data <dataset>`. */
function valuesOf({ flags, argChoices }: Option): Completions {
  return completionsOf(/<(.+)>/.exec(flags)?.[1] ?? '', argChoices)
}

/** The argument at a place; the last one may take any number. */
function argumentAt(command: Command, index: number): Argument | undefined {
  const { registeredArguments } = command
  const last = registeredArguments.at(-1)
  return registeredArguments[index] ?? (last?.variadic ? last : undefined)
}

function visibleOptions(command: Command): readonly Option[] {
  return command.createHelp().visibleOptions(command)
}

/** How many arguments the words before hold, and the option that the last of them leaves open. */
function readWords(command: Command, words: readonly string[]): { readonly given: number; readonly open?: Option } {
  let given = 0
  let open: Option | undefined
  for (const word of words) {
    if (open) open = undefined
    else if (word.startsWith('-')) {
      const option = visibleOptions(command).find(({ long, short }) => word === long || word === short)
      open = option && (option.required || option.optional) ? option : undefined
    } else given += 1
  }
  return { given, open }
}

function startsWith({ values, takesPath }: Completions, word: string): Completions {
  return { values: values.filter(({ value }) => value.startsWith(word)), takesPath }
}

/**
 * What may stand in place of the last word.
 * @param words those after the program's name up to the cursor; the last one may be empty
 */
export function completeWords(program: Command, words: readonly string[]): Completions {
  const word = words.at(-1) ?? ''
  const [name, ...before] = words.slice(0, -1)
  if (name === undefined) {
    const commands = program.createHelp().visibleCommands(program)
    const values = commands.map((command) => ({ value: command.name(), description: command.summary() }))
    return startsWith({ values, takesPath: false }, word)
  }
  const command = program.commands.find((candidate) => candidate.name() === name)
  if (!command) return none
  const { given, open } = readWords(command, before)
  if (open) return startsWith(valuesOf(open), word)
  if (word.startsWith('-')) {
    const values = visibleOptions(command).map(({ long, description }) => ({ value: long ?? '', description }))
    return startsWith({ values, takesPath: false }, word)
  }
  const argument = argumentAt(command, given)
  return argument ? startsWith(completionsOf(argument.name(), argument.argChoices), word) : none
}

/** One completion per line, a tab before its description; a colon at the end where paths are right too. */
export function printCompletions({ values, takesPath }: Completions): string {
  const lines = values.map(({ value, description }) => `${value}\t${description.replaceAll(/\s+/g, ' ')}`)
  return [...lines, ...(takesPath ? [':'] : [])].map((line) => `${line}\n`).join('')
}
