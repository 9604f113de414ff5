// The recipe's form, one control per setting of the recipe's table; not where the recipe is kept.
import { Select, Stack, Switch, TagsInput, TextInput, Tooltip } from '@mantine/core'
import { useEffect, useId, useState } from 'react'
import { Disclosure } from '../../../kernel/parts/Disclosure'
import type { Recipe } from '../../../../shared/training/recipe'
import { titleOfOption } from '../../../kernel/print/optionTitles'
import { basicFields, checkNumber, furtherFields, isRecipeKey } from './recipeFields'
import type { FieldForm, NamedField } from './recipeFields'
import { UnusualValue, useUnusual } from '../../../kernel/forms/UnusualValue'
import { noteDraft } from '../follow/recipeDrafts'
import { RowsField } from './RowsField'
import classes from '../training.module.css'

interface FieldProps<F extends FieldForm = FieldForm> {
  readonly field: NamedField & { readonly form: F }
  readonly value: unknown
  readonly isDisabled: boolean
  /** Whether settings that are hardly ever changed are shown, too. */
  readonly isDetailed: boolean
  /** Why it cannot be had now. */
  readonly problem?: string
  readonly onChange: (value: unknown) => void
}

/** Settings inside an optimiser whose defaults suit nearly everybody. */
const detailKeys: readonly string[] = ['beta1', 'beta2', 'epsilon', 'decay']

function isForm<K extends FieldForm['kind']>(
  field: NamedField,
  kind: K,
): field is NamedField & { readonly form: Extract<FieldForm, { kind: K }> } {
  return field.form.kind === kind
}

function printNumber(value: unknown): string {
  return typeof value === 'number' ? String(value) : ''
}

function parseNumber(text: string, isWhole: boolean): number {
  return text.trim() === '' ? Number.NaN : Number(text.replaceAll(',', isWhole ? '' : '.'))
}

/** What stands in a field, and the value that was there when it was typed. */
interface Draft {
  readonly text: string
  readonly value: unknown
}

/** A number of any size (`1e-7`): text that is taken over when it is in range; the arrow keys count whole numbers. */
function NumberField({ field, value, isDisabled, onChange }: FieldProps<Extract<FieldForm, { kind: 'number' }>>) {
  const { form } = field
  const id = useId()
  const { note, question } = useUnusual(field.key, value, field.usual)
  const [draft, setDraft] = useState<Draft | null>(null)
  const text = draft?.text ?? null
  const isEmpty = text?.trim() === ''
  const finding =
    text === null || (isEmpty && form.isOptional) ? null : checkNumber(parseNumber(text, form.isWhole), form)
  // Where the value is another one by now, somebody else has changed it: a sound draft was taken over, others changed nothing.
  const isOld =
    draft !== null &&
    (finding === null ? !isEmpty && parseNumber(draft.text, form.isWhole) !== value : !Object.is(draft.value, value))
  const problem = isOld ? null : finding
  useEffect(() => {
    noteDraft(id, problem === null ? null : `${field.title}: ${problem}`)
    return () => noteDraft(id, null)
  }, [id, field.title, problem])
  const take = (next: string) => {
    setDraft({ text: next, value })
    if (next.trim() === '') {
      if (form.isOptional) onChange(null)
      return
    }
    const number = parseNumber(next, form.isWhole)
    if (checkNumber(number, form) !== null) return
    note(number)
    onChange(number)
  }
  const count = (key: string): boolean => {
    const change = key === 'ArrowUp' ? 1 : key === 'ArrowDown' ? -1 : 0
    if (!form.isWhole || change === 0 || typeof value !== 'number') return false
    if (checkNumber(value + change, form) === null) take(String(value + change))
    return true
  }
  const input = (
    <TextInput
      label={<FieldLabel field={field} />}
      inputMode={form.isWhole ? 'numeric' : 'decimal'}
      placeholder={form.isOptional ? 'off' : undefined}
      value={text === null || isOld ? printNumber(value) : text}
      error={problem}
      disabled={isDisabled}
      onChange={(event) => take(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setDraft(null)
        else if (count(event.key)) event.preventDefault()
      }}
      // What is no value stays, with the reason.
      onBlur={() => problem === null && setDraft(null)}
      classNames={{ root: classes.field, label: classes.fieldLabel, input: classes.numberInput }}
    />
  )
  if (!question) return input
  return (
    <>
      {input}
      <UnusualValue
        title={field.title}
        question={question}
        onBack={(before) => {
          setDraft(null)
          onChange(before)
        }}
      />
    </>
  )
}

function FieldLabel({ field }: { readonly field: NamedField }) {
  return (
    <Tooltip label={field.help} position="right" openDelay={400} multiline maw={260}>
      <span>{field.title}</span>
    </Tooltip>
  )
}

function VariantControl({
  field,
  value,
  isDisabled,
  isDetailed,
  onChange,
}: FieldProps<Extract<FieldForm, { kind: 'variant' }>>) {
  const present: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
  const variant = field.form.variants.find(({ type }) => type === present['type'])
  const inner = variant?.fields.filter(({ key }) => isDetailed || !detailKeys.includes(key)) ?? []
  return (
    <>
      <Select
        size="xs"
        label={<FieldLabel field={field} />}
        data={field.form.variants.map(({ type }) => ({ value: type, label: titleOfOption(type) }))}
        value={variant?.type ?? null}
        allowDeselect={false}
        disabled={isDisabled}
        onChange={(type) => type !== null && onChange({ type })}
        classNames={{ root: classes.field, label: classes.fieldLabel }}
      />
      {variant && inner.length > 0 && (
        <fieldset className={classes.innerFields} aria-label={`${field.title}: ${titleOfOption(variant.type)}`}>
          {inner.map((part) => (
            <FieldControl
              key={part.key}
              field={part}
              value={present[part.key]}
              isDisabled={isDisabled}
              isDetailed={isDetailed}
              onChange={(next) => onChange({ ...present, [part.key]: next })}
            />
          ))}
        </fieldset>
      )}
    </>
  )
}

function FieldControl(props: FieldProps) {
  const { field, value, isDisabled, problem, onChange } = props
  if (isForm(field, 'number')) return <NumberField {...props} field={field} />
  if (isForm(field, 'variant')) return <VariantControl {...props} field={field} />
  if (isForm(field, 'choice'))
    return (
      <Select
        size="xs"
        label={<FieldLabel field={field} />}
        data={field.form.options.map((option) => ({ value: option, label: titleOfOption(option) }))}
        value={typeof value === 'string' ? value : null}
        allowDeselect={false}
        disabled={isDisabled}
        onChange={(next) => next !== null && onChange(next)}
        classNames={{ root: classes.field, label: classes.fieldLabel }}
      />
    )
  if (isForm(field, 'switch'))
    return (
      <Switch
        size="xs"
        label={field.title}
        description={field.help}
        error={problem}
        checked={value === true}
        // What cannot be had can be switched off all the same.
        disabled={isDisabled || (problem !== undefined && value !== true)}
        onChange={(event) => onChange(event.currentTarget.checked)}
        classNames={{ label: classes.fieldLabel, description: classes.switchHelp }}
      />
    )
  if (isForm(field, 'rows'))
    return (
      <RowsField
        title={field.title}
        help={field.help}
        form={field.form}
        value={value}
        isDisabled={isDisabled}
        onChange={onChange}
      />
    )
  return (
    <TagsInput
      size="xs"
      label={<FieldLabel field={field} />}
      placeholder={Array.isArray(value) && value.length > 0 ? undefined : 'none; try conv*'}
      value={Array.isArray(value) ? value.map(String) : []}
      disabled={isDisabled}
      onChange={onChange}
      classNames={{ root: classes.field, label: classes.fieldLabel }}
    />
  )
}

/** The form of a recipe. `onChange` receives one setting at a time, and only values in range. */
export function RecipeForm({
  recipe,
  isDisabled = false,
  problems = {},
  onChange,
}: {
  readonly recipe: Recipe
  /** Settings that cannot be had now, with the reason. */
  readonly problems?: Readonly<Partial<Record<keyof Recipe, string>>>
  readonly isDisabled?: boolean
  readonly onChange: (key: keyof Recipe, value: unknown) => void
}) {
  const [isOpen, setOpen] = useState(false)
  const control = (field: NamedField) => (
    <FieldControl
      key={field.key}
      field={field}
      value={isRecipeKey(field.key) ? recipe[field.key] : undefined}
      isDisabled={isDisabled}
      isDetailed={isOpen}
      problem={isRecipeKey(field.key) ? problems[field.key] : undefined}
      onChange={(value) => isRecipeKey(field.key) && onChange(field.key, value)}
    />
  )
  return (
    <Stack gap={8}>
      {basicFields.map(control)}
      <Disclosure title="More settings" isOpen={isOpen} onToggle={setOpen}>
        <Stack gap={8}>{furtherFields.map(control)}</Stack>
      </Disclosure>
    </Stack>
  )
}
