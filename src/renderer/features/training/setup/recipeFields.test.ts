// The form's fields against the recipe's table.
import { describe, expect, it } from 'vitest'
import { recipeSchema } from '../../../../shared/training/recipe'
import { basicFields, checkNumber, furtherFields, type NamedField } from './recipeFields'

const fields = [...basicFields, ...furtherFields]
const field = (key: string): NamedField => {
  const found = fields.find((candidate) => candidate.key === key)
  if (!found) throw new Error(`no field ${key}`)
  return found
}

describe('recipe fields', () => {
  it('cover every setting of the table', () => {
    expect(fields.map(({ key }) => key).sort()).toEqual(Object.keys(recipeSchema.shape).sort())
  })

  it('have words, also inside optimisers, schedules and losses', () => {
    const inner = fields.flatMap(({ form }) => (form.kind === 'variant' ? form.variants.flatMap((v) => v.fields) : []))
    expect(inner.length).toBeGreaterThan(5)
    for (const { help } of [...fields, ...inner]) expect(help).not.toBe('')
  })

  it('offer all optimisers with their own settings', () => {
    const { form } = field('optimizer')
    const variants = form.kind === 'variant' ? form.variants : []
    expect(variants.map(({ type }) => type)).toEqual(['sgd', 'momentum', 'nesterov', 'rmsprop', 'adam', 'adamw'])
    expect(variants[4]?.fields.map(({ key }) => key)).toEqual(['beta1', 'beta2', 'epsilon'])
  })

  it('say what is wrong with a number', () => {
    const { form: epochs } = field('epochs')
    const { form: clip } = field('gradientClipNorm')
    if (epochs.kind !== 'number' || clip.kind !== 'number') throw new Error('not numbers')
    expect(checkNumber(0, epochs)).toBe('Must be 1 or more.')
    expect(checkNumber(0, clip)).toBe('Must be more than 0.')
    expect(checkNumber(1.5, epochs)).toBe('Enter a whole number.')
    expect(checkNumber(5, epochs)).toBeNull()
    expect(clip.isOptional).toBe(true)
  })
})
