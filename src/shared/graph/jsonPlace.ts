// Where a text stops being JSON, and JSON that must not be taken over; not the form of a document (schema.ts).
import { NetloomError } from './errors'
import { printPath } from './zodIssues'

/** How deep lists and objects may nest in a document; parameters and recipes need four. */
export const deepestNesting = 32

/** A place in a text, both from 1; columns count UTF-16 units. */
export interface TextPlace {
  readonly line: number
  readonly column: number
}

/** Line and column of an offset; a line ends at "\n". */
export function findPlace(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1 }
}

const tokenPattern =
  /[ \t\n\r]*(?:([{}[\]:,])|("(?:[ !#-[\]-\uFFFF]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y
const blankPattern = /[ \t\n\r]*/y

/** What the grammar allows at a place. */
type Expectation = 'value' | 'value or ]' | 'key or }' | 'key' | 'colon' | 'comma or end' | 'end'

const expectedTexts: Readonly<Record<Expectation, string>> = {
  value: 'a value',
  'value or ]': 'a value or "]"',
  'key or }': 'a name in quotes or "}"',
  key: 'a name in quotes',
  colon: '":"',
  'comma or end': '"," or the closing bracket',
  end: 'the end of the file',
}

/** The state after one token, or undefined where the grammar does not allow it there. */
function step(state: Expectation, token: string, open: string[]): Expectation | undefined {
  const closed = (): Expectation => {
    open.pop()
    return open.length === 0 ? 'end' : 'comma or end'
  }
  switch (state) {
    case 'value':
    case 'value or ]':
      if (token === ']' && state === 'value or ]') return closed()
      if (token === '{' || token === '[') {
        open.push(token)
        return token === '{' ? 'key or }' : 'value or ]'
      }
      if (/^[}\]:,]$/.test(token)) return undefined
      return open.length === 0 ? 'end' : 'comma or end'
    case 'key or }':
    case 'key':
      if (token === '}' && state === 'key or }') return closed()
      return token.startsWith('"') ? 'colon' : undefined
    case 'colon':
      return token === ':' ? 'value' : undefined
    case 'comma or end':
      if (token === ',') return open.at(-1) === '{' ? 'key' : 'value'
      return token === (open.at(-1) === '{' ? '}' : ']') ? closed() : undefined
    case 'end':
      return undefined
    default:
      return state satisfies never
  }
}

/** The offset at which `text` stops being JSON, with what should stand there; undefined for valid JSON. */
export function findSyntaxError(text: string): { readonly offset: number; readonly expected: string } | undefined {
  const open: string[] = []
  let state: Expectation = 'value'
  let offset = 0
  for (;;) {
    tokenPattern.lastIndex = offset
    const match = tokenPattern.exec(text)
    const token = match?.[1] ?? match?.[2] ?? match?.[3]
    const next: Expectation | undefined = token === undefined ? undefined : step(state, token, open)
    if (match === null || token === undefined || next === undefined) break
    state = next
    offset += match[0].length
  }
  blankPattern.lastIndex = offset
  offset += blankPattern.exec(text)?.[0].length ?? 0
  return offset === text.length && state === 'end' ? undefined : { offset, expected: expectedTexts[state] }
}

/**
 * Parses JSON from outside.
 * @throws NetloomError `document.syntax` with line and column; `document.schema` for nesting deeper than
 * `deepestNesting`, keys named `__proto__` and numbers beyond float64
 */
export function parseJson(text: string): unknown {
  // Files written on Windows may begin with a byte order mark, which JSON.parse refuses.
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (cause) {
    throw syntaxError(body, cause)
  }
  refuseHostile(value)
  return value
}

function syntaxError(text: string, cause: unknown): NetloomError {
  const found = findSyntaxError(text)
  if (!found) return new NetloomError('document.syntax', 'The file is not JSON.', { cause })
  const { offset, expected } = found
  const { line, column } = findPlace(text, offset)
  const received =
    offset >= text.length ? 'the end of the file' : JSON.stringify(Array.from(text.slice(offset, offset + 2))[0])
  return new NetloomError(
    'document.syntax',
    `The file is not JSON: line ${line}, column ${column} has ${received} where ${expected} should be.`,
    { path: `${line}:${column}`, expected, received, cause },
  )
}

/** A value inside another one; its path is gathered only where it is refused. */
interface Visit {
  readonly value: object
  readonly step: string | number
  readonly parent: Visit | undefined
  readonly depth: number
}

/** Walks the value without recursion, so that its depth cannot exhaust the stack. */
function refuseHostile(root: unknown): void {
  const waiting: Visit[] = []
  const enter = (value: unknown, step: string | number, parent: Visit | undefined): void => {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      const path = printPath(parent ? pathTo(parent, step) : [])
      const message = `${path} is a number beyond the range of float64.`
      throw new NetloomError('document.schema', message, { path, received: value })
    }
    if (typeof value !== 'object' || value === null) return
    waiting.push({ value, step, parent, depth: parent ? parent.depth + 1 : 0 })
  }
  enter(root, '', undefined)
  for (let visit = waiting.pop(); visit; visit = waiting.pop()) {
    const { value, depth } = visit
    if (depth >= deepestNesting) {
      const place = `${printPath(pathTo(visit).slice(0, 3))}...`
      const message = `${place} nests deeper than ${deepestNesting} levels.`
      throw new NetloomError('document.schema', message, { path: place, expected: deepestNesting })
    }
    if (Object.hasOwn(value, '__proto__')) {
      const path = printPath(pathTo(visit, '__proto__'))
      throw new NetloomError('document.schema', `${path} is not an allowed name.`, { path, received: '__proto__' })
    }
    if (Array.isArray(value)) for (let index = 0; index < value.length; index++) enter(value[index], index, visit)
    else for (const [step, item] of Object.entries(value)) enter(item, step, visit)
  }
}

/** The steps from the root to a value, and one more below it. */
function pathTo(visit: Visit | undefined, last?: string | number): (string | number)[] {
  const steps = last === undefined ? [] : [last]
  for (let at = visit; at?.parent; at = at.parent) steps.push(at.step)
  return steps.toReversed()
}
