// The fields of the recipe form, read from the recipe's own zod table, with the words for them; not the controls (RecipeForm.tsx).
import { z } from 'zod'
import type { UsualRange } from '../../../kernel/forms/UnusualValue'
import { recipeSchema, type Recipe } from '../../../../shared/training/recipe'

export interface NumberField {
  readonly kind: 'number'
  readonly isWhole: boolean
  readonly min: number | null
  readonly max: number | null
  /** Whether the limits themselves are allowed. */
  readonly isMinAllowed: boolean
  readonly isMaxAllowed: boolean
  /** Whether it may be switched off (null). */
  readonly isOptional: boolean
}
interface ChoiceField {
  readonly kind: 'choice'
  readonly options: readonly string[]
}
/** One of several forms, told apart by `type`, each with fields of its own. */
interface VariantField {
  readonly kind: 'variant'
  readonly variants: readonly { readonly type: string; readonly fields: readonly NamedField[] }[]
}
interface SwitchField {
  readonly kind: 'switch'
}
interface ListField {
  readonly kind: 'list'
}
/** Any number of rows, each with a text or number per column. */
export interface RowsForm {
  readonly kind: 'rows'
  readonly columns: readonly {
    readonly key: string
    readonly title: string
    /** undefined for a text. */
    readonly number?: NumberField
    readonly example: string
  }[]
}
export type FieldForm = NumberField | ChoiceField | SwitchField | VariantField | ListField | RowsForm
export interface NamedField {
  readonly key: string
  readonly form: FieldForm
  readonly title: string
  readonly help: string
  /** Values outside are valid, and hardly meant. */
  readonly usual?: UsualRange
}

interface Words {
  readonly title: string
  readonly help: string
  readonly usual?: UsualRange
}

/** Words of every setting: a setting without words does not compile. */
const recipeWords: Readonly<Record<keyof Recipe, Words>> = {
  epochs: { title: 'Epochs', help: 'How often every training image is seen.', usual: { most: 10_000 } },
  batchSize: {
    title: 'Batch size',
    help: 'Images per step. Larger is faster and needs more memory.',
    usual: { most: 8192 },
  },
  learningRate: {
    title: 'Learning rate',
    help: 'Size of a step. Too large diverges, too small learns slowly.',
    usual: { least: 1e-7, most: 10 },
  },
  optimizer: { title: 'Optimiser', help: 'How gradients become steps.' },
  schedule: { title: 'Schedule', help: 'How the learning rate changes over time.' },
  warmupSteps: { title: 'Warm-up steps', help: 'The learning rate rises from 0 over these steps.' },
  loss: { title: 'Loss', help: 'What is made small.' },
  weightDecay: {
    title: 'Weight decay',
    help: 'Draws weights towards 0 against overfitting; 0.0005 is common.',
    usual: { most: 0.5 },
  },
  decayedWeights: { title: 'Decayed weights', help: 'Kernels only, or biases and norm scales too.' },
  gradientClipNorm: {
    title: 'Clip gradient at norm',
    help: 'Scales large gradients down; helps where training diverges.',
  },
  augmentation: {
    title: 'Augmentation',
    help: 'Changes training images at random, so that more is learnt from few.',
  },
  freeze: { title: 'Frozen layers', help: 'Names of layers that keep their weights; * stands for any characters.' },
  unfreeze: { title: 'Unfreeze', help: 'Frozen layers that are trained from a later epoch on.' },
  learningRateFactors: { title: 'Learning rates by layer', help: 'Layers that learn faster or slower than the rest.' },
  seed: { title: 'Seed', help: 'The same seed gives the same run.' },
  mixedPrecision: {
    title: 'Mixed precision',
    help: 'Convolutions and dense layers compute in 16 bits: faster and smaller on many graphics processors, not on the CPU.',
  },
}

/** Words of the settings inside optimisers, schedules and losses. */
const innerWords: Readonly<Record<string, Words>> = {
  momentum: { title: 'Momentum', help: 'Share of the last step that is kept.' },
  decay: { title: 'Decay', help: 'Share of the mean square that is kept.' },
  epsilon: { title: 'Epsilon', help: 'Keeps the division from 0.' },
  beta1: { title: 'Beta 1', help: 'Share of the mean gradient that is kept.' },
  beta2: { title: 'Beta 2', help: 'Share of the mean square that is kept.' },
  everyEpochs: { title: 'Every epochs', help: 'Epochs between two changes.' },
  factor: { title: 'Factor', help: 'What the learning rate is multiplied by.' },
  patience: { title: 'Patience', help: 'Epochs without a lower validation loss before the change.' },
  threshold: { title: 'Threshold', help: 'A fall by a smaller share of the loss than this is none.' },
  labelSmoothing: { title: 'Label smoothing', help: 'Share of the target given to the other classes.' },
  margin: { title: 'Margin', help: 'How far the right class must be ahead.' },
}

/** Words of the columns of settings with rows. */
const columnWords: Readonly<Record<string, { readonly title: string; readonly example: string }>> = {
  epoch: { title: 'After epochs', example: 'epochs, such as 3' },
  layers: { title: 'Layers', example: 'layers, such as stage3*' },
  factor: { title: 'Factor', example: 'factor, such as 0.1' },
}

/** Settings that are seen at once; the others stand under "More settings". */
const basicKeys: readonly string[] = [
  'epochs',
  'batchSize',
  'learningRate',
  'optimizer',
  'schedule',
  'augmentation',
] satisfies readonly (keyof Recipe)[]

interface JsonSchema {
  readonly [key: string]: unknown
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf(value: unknown): readonly JsonSchema[] {
  return Array.isArray(value) ? value.filter(isSchema) : []
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : null
}

function readNumber(schema: JsonSchema, isOptional: boolean): NumberField {
  return {
    kind: 'number',
    isWhole: schema['type'] === 'integer',
    min: numberOf(schema['minimum']) ?? numberOf(schema['exclusiveMinimum']),
    max: numberOf(schema['maximum']) ?? numberOf(schema['exclusiveMaximum']),
    isMinAllowed: schema['exclusiveMinimum'] === undefined,
    isMaxAllowed: schema['exclusiveMaximum'] === undefined,
    isOptional,
  }
}

function readForm(schema: JsonSchema): FieldForm | undefined {
  const alternatives = listOf(schema['anyOf'])
  const [only] = alternatives.filter(({ type }) => type !== 'null')
  if (only && (only['type'] === 'number' || only['type'] === 'integer')) return readNumber(only, true)
  if (schema['type'] === 'number' || schema['type'] === 'integer') return readNumber(schema, false)
  if (schema['type'] === 'boolean') return { kind: 'switch' }
  if (Array.isArray(schema['enum'])) return { kind: 'choice', options: schema['enum'].map(String) }
  if (schema['type'] === 'array') return isSchema(schema['items']) ? readList(schema['items']) : undefined
  const variants = listOf(schema['oneOf']).flatMap((variant) => {
    const properties = isSchema(variant['properties']) ? variant['properties'] : {}
    const type = isSchema(properties['type']) ? properties['type']['const'] : undefined
    if (typeof type !== 'string') return []
    const { type: _, ...rest } = properties
    return [{ type, fields: readFields(rest, innerWords) }]
  })
  return variants.length > 0 ? { kind: 'variant', variants } : undefined
}

/** A list of texts, or of rows. */
function readList(items: JsonSchema): FieldForm | undefined {
  if (items['type'] === 'string') return { kind: 'list' }
  const properties = isSchema(items['properties']) ? items['properties'] : {}
  const columns = Object.entries(properties).flatMap(([key, schema]) => {
    const form = isSchema(schema) ? readForm(schema) : undefined
    const { title, example } = columnWords[key] ?? { title: key, example: '' }
    return [{ key, title, example, ...(form?.kind === 'number' ? { number: form } : {}) }]
  })
  return columns.length > 0 ? { kind: 'rows', columns } : undefined
}

function readFields(properties: JsonSchema, words: Readonly<Record<string, Words>>): readonly NamedField[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const form = isSchema(schema) ? readForm(schema) : undefined
    return form ? [{ key, form, ...(words[key] ?? { title: key, help: '' }) }] : []
  })
}

function readRecipeFields(): readonly NamedField[] {
  const schema = z.toJSONSchema(recipeSchema, { io: 'input' })
  return isSchema(schema.properties) ? readFields(schema.properties, recipeWords) : []
}

const recipeFields = readRecipeFields()

/** Fields seen at once. */
export const basicFields = recipeFields.filter(({ key }) => basicKeys.includes(key))
/** Fields under "More settings". */
export const furtherFields = recipeFields.filter(({ key }) => !basicKeys.includes(key))

/** What is wrong with a number for a field, as a sentence; null where nothing is. */
export function checkNumber(value: number, form: NumberField): string | null {
  if (!Number.isFinite(value)) return 'Enter a number.'
  if (form.isWhole && !Number.isInteger(value)) return 'Enter a whole number.'
  const { min, max, isMinAllowed, isMaxAllowed } = form
  // The whole number above 0 is 1.
  if (min !== null && !isMinAllowed && form.isWhole && value <= min) return `Must be ${Math.floor(min) + 1} or more.`
  if (min !== null && (isMinAllowed ? value < min : value <= min))
    return isMinAllowed ? `Must be ${min} or more.` : `Must be more than ${min}.`
  if (max !== null && (isMaxAllowed ? value > max : value >= max))
    return isMaxAllowed ? `Must be ${max} or less.` : `Must be less than ${max}.`
  return null
}

/** Whether a key names a setting of the recipe. */
export function isRecipeKey(key: string): key is keyof Recipe {
  return key in recipeWords
}
