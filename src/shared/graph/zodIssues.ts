// What zod found wrong, in the words of our errors: path, rule, value; not where it is raised (schema.ts, network/).
import type { z } from 'zod'
import { suggestName } from './suggest'

export interface DescribedIssue {
  /** Steps from the checked value to the wrong part. */
  readonly path: readonly (string | number)[]
  /** The rule as a phrase that follows "must be": `a whole number of at least 1`. */
  readonly expected: string
  /** The value found there; undefined where it is left out. */
  readonly received: unknown
  /** For a key that does not exist: the key, and the known one that was probably meant. */
  readonly unknownKey?: { readonly key: string; readonly suggestion?: string }
}

type ZodIssue = z.core.$ZodIssue

/**
 * Describes everything wrong with `value`, a finding per wrong place.
 * @param knownKeys the keys of an object schema, to suggest one for a misspelt key at the top
 */
export function describeZodError(
  error: z.core.$ZodError,
  value: unknown,
  knownKeys: readonly string[] = [],
): readonly DescribedIssue[] {
  return error.issues.flatMap((issue) => describe(issue, value, knownKeys))
}

function describe(issue: ZodIssue, root: unknown, knownKeys: readonly string[]): DescribedIssue[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      expected: 'a known key',
      received: valueAt(root, [...path, key]),
      unknownKey: { key, suggestion: path.length === 0 ? suggestName(key, knownKeys) : undefined },
    }))
  }
  const inner = issue.code === 'invalid_union' ? findNearestBranch(issue) : undefined
  if (inner) {
    const innerIssues = describe(inner, valueAt(root, path), [])
    return innerIssues.map((found) => ({ ...found, path: [...path, ...found.path] }))
  }
  return [{ path, expected: printRule(issue), received: valueAt(root, path) }]
}

function printRule(issue: ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected] ?? `a ${issue.expected}`
    case 'too_small':
      return printBound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum, issue.exact)
    case 'too_big':
      return printBound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum, issue.exact)
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    case 'invalid_union':
      return printUnion(issue)
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
    case 'unrecognized_keys':
    case 'custom':
      return issue.message
  }
}

const typeNames: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}

function printBound(origin: string, relation: string, bound: number | bigint, exact: boolean | undefined): string {
  const amount = exact ? `${bound}` : `${relation} ${bound}`
  if (origin === 'array') return `a list of ${amount} value${Number(bound) === 1 ? '' : 's'}`
  if (origin === 'string') return `a text of ${amount} character${Number(bound) === 1 ? '' : 's'}`
  return amount
}

type UnionIssue = Extract<ZodIssue, { code: 'invalid_union' }>

/** The first issue of the form that fits the value but for something inside it; undefined where no form fits so far. */
function findNearestBranch(issue: UnionIssue): ZodIssue | undefined {
  return issue.errors.map((branch) => branch[0]).find((first) => first !== undefined && first.path.length > 0)
}

function printUnion(issue: UnionIssue): string {
  if (issue.errors.length === 0 && 'options' in issue && Array.isArray(issue.options)) {
    return `one of ${issue.options.map((option) => JSON.stringify(option)).join(', ')}`
  }
  return [...new Set(issue.errors.flatMap(([first]) => (first ? [printRule(first)] : [])))].join(' or ')
}

/** A path as it is read in a message: `nodes[3].params.kernel`. */
export function printPath(path: readonly PropertyKey[], root = ''): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    const key = String(step)
    if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key)) return `${text}[${JSON.stringify(key)}]`
    return text === '' ? key : `${text}.${key}`
  }, root)
}

/** The value found by following own properties only; undefined where the path ends early. */
export function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined,
    root,
  )
}

/** What is wrong with a value, behind the name of its place: `must be a number, is "3"`, `must be a number and is missing`. */
export function printMismatch(expected: string, received: unknown): string {
  return received === undefined
    ? `must be ${expected} and is missing`
    : `must be ${expected}, is ${printReceived(received)}`
}

/** A value as a message shows it: JSON, cut after 60 characters; `nothing` where it is left out. */
export function printReceived(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'number') return String(value)
  const text = JSON.stringify(value) ?? typeof value
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
