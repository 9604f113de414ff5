// The form of a layer's parameters, read from its zod table: one field per parameter; not how fields look (ParamField.tsx).
import { z } from 'zod'

/** A number with its range; both ends are what steppers stop at, the layer's table decides what is valid. */
export interface NumberForm {
  readonly kind: 'number'
  readonly isWhole: boolean
  readonly min?: number
  readonly max?: number
}

/** Numbers side by side: `[channels, height, width]`. */
export interface ListForm {
  readonly kind: 'list'
  readonly items: readonly NumberForm[]
}

/** One of several forms of a value: a word, or a list of numbers. */
export interface Alternative {
  readonly label: string
  /** The word itself, or undefined for a list. */
  readonly word?: string
  readonly list?: ListForm
}

export type FieldForm =
  | NumberForm
  | ListForm
  | { readonly kind: 'boolean' }
  | { readonly kind: 'text' }
  /** Height and width; one number stands for both. */
  | { readonly kind: 'pair'; readonly item: NumberForm }
  | { readonly kind: 'alternatives'; readonly alternatives: readonly Alternative[] }
  /** A value of any other form, written as JSON. */
  | { readonly kind: 'json' }

/** A parameter as the inspector shows it. */
export interface ParamSpec {
  readonly key: string
  readonly title: string
  readonly unit?: string
  readonly help?: string
  /** Whether the parameter may be left out. */
  readonly isOptional: boolean
  /** The value that stands for one left out. */
  readonly fallback: unknown
  readonly form: FieldForm
  /** More than this is valid, and hardly meant. */
  readonly usualMost?: number
}

const known = new WeakMap<z.ZodObject, readonly ParamSpec[]>()

/** The fields of a table, in its order. */
export function readFields(table: z.ZodObject): readonly ParamSpec[] {
  const fields = known.get(table) ?? Object.entries(table.shape).map(([key, schema]) => readField(key, schema))
  known.set(table, fields)
  return fields
}

function readField(key: string, schema: z.core.$ZodType): ParamSpec {
  const meta: Readonly<Record<string, unknown>> = findMeta(schema)
  const text = (name: string): string | undefined => (typeof meta[name] === 'string' ? meta[name] : undefined)
  const fallback = z.safeParse(schema, undefined)
  return {
    key,
    title: text('title') ?? key,
    unit: text('unit'),
    help: text('help'),
    isOptional: fallback.success,
    fallback: fallback.success ? fallback.data : undefined,
    form: readForm(schema),
    usualMost: typeof meta['usualMost'] === 'number' ? meta['usualMost'] : undefined,
  }
}

/** What stands around a schema: a default, an optional mark, a transformation. */
function innerOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodPipe) return schema.in
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  ) {
    return schema.unwrap()
  }
  return undefined
}

function findMeta(schema: z.core.$ZodType): Readonly<Record<string, unknown>> {
  const inner = innerOf(schema)
  return z.globalRegistry.get(schema) ?? (inner ? findMeta(inner) : {})
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const inner = innerOf(schema)
  return inner ? unwrap(inner) : schema
}

function readForm(wrapped: z.core.$ZodType): FieldForm {
  const schema = unwrap(wrapped)
  if (schema instanceof z.ZodBoolean) return { kind: 'boolean' }
  if (schema instanceof z.ZodString) return { kind: 'text' }
  if (schema instanceof z.ZodEnum) {
    return { kind: 'alternatives', alternatives: schema.options.map((option) => wordOf(String(option))) }
  }
  const number = readNumber(schema)
  if (number) return number
  const list = readList(schema)
  if (list) return list
  if (schema instanceof z.ZodUnion) return readUnion(schema.options)
  return { kind: 'json' }
}

function wordOf(word: string): Alternative {
  return { label: word, word }
}

/** A number, or a number with single other numbers beside its range (`-1`: open). */
function readNumber(wrapped: z.core.$ZodType): NumberForm | undefined {
  const schema = unwrap(wrapped)
  if (schema instanceof z.ZodNumber) {
    const bound = (value: number | null): number | undefined =>
      value === null || !Number.isFinite(value) || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? undefined : value
    return {
      kind: 'number',
      isWhole: schema.format === 'safeint',
      min: bound(schema.minValue),
      max: bound(schema.maxValue),
    }
  }
  if (schema instanceof z.ZodLiteral) {
    const [value] = schema.values
    return typeof value === 'number'
      ? { kind: 'number', isWhole: Number.isInteger(value), min: value, max: value }
      : undefined
  }
  if (!(schema instanceof z.ZodUnion)) return undefined
  const numbers = schema.options.map(readNumber)
  if (!numbers.every((number) => number !== undefined)) return undefined
  const ends = (key: 'min' | 'max'): readonly number[] | undefined => {
    const values = numbers.map((number) => number[key])
    return values.every((value) => value !== undefined) ? values : undefined
  }
  const [mins, maxes] = [ends('min'), ends('max')]
  return {
    kind: 'number',
    isWhole: numbers.every(({ isWhole }) => isWhole),
    min: mins && Math.min(...mins),
    max: maxes && Math.max(...maxes),
  }
}

function readList(wrapped: z.core.$ZodType): ListForm | undefined {
  const schema = unwrap(wrapped)
  if (!(schema instanceof z.ZodTuple)) return undefined
  const items = schema.def.items.map(readNumber)
  return items.every((item) => item !== undefined) ? { kind: 'list', items } : undefined
}

function readUnion(options: readonly z.core.$ZodType[]): FieldForm {
  const [first, second] = options
  const item = first && readNumber(first)
  const both = second && readList(second)
  if (item && both?.items.length === 2 && options.length === 2) return { kind: 'pair', item }
  const alternatives: Alternative[] = []
  for (const option of options) {
    const form = readForm(option)
    if (form.kind === 'alternatives') alternatives.push(...form.alternatives)
    else if (form.kind === 'list') alternatives.push({ label: labelOfList(form), list: form })
    else return { kind: 'json' }
  }
  return { kind: 'alternatives', alternatives }
}

const listLabels: Readonly<Record<number, string>> = { 1: 'vector', 3: 'image', 4: 'four sides' }

function labelOfList({ items }: ListForm): string {
  return listLabels[items.length] ?? `${items.length} numbers`
}

/** Names of the numbers of a list, for labels: what they are by their count. */
export function namesOfList(key: string, count: number): readonly string[] {
  if (count === 4) return ['Top', 'Left', 'Bottom', 'Right']
  if (count === 3) return ['Channels', 'Height', 'Width']
  if (count === 2) return key === 'channels' ? ['Before', 'After'] : ['Height', 'Width']
  return count === 1 ? ['Length'] : Array.from({ length: count }, (_, index) => `Number ${index + 1}`)
}

/** The alternative that a value has the form of. */
export function findAlternative(alternatives: readonly Alternative[], value: unknown): Alternative | undefined {
  return alternatives.find(({ word, list }) =>
    word !== undefined ? word === value : Array.isArray(value) && value.length === list?.items.length,
  )
}

/** A list to begin with when its alternative is chosen: the least numbers, or 1. */
export function firstList({ items }: ListForm): readonly number[] {
  return items.map(({ min }) => (min === undefined || min < 0 ? 1 : min))
}
