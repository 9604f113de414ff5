// One parameter of one or several layers as a control with its label, unit, explanation and error; not the form around it.
import { Select, Switch, TextInput, Tooltip } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { RepeatSteps } from './RepeatSteps'
import { titleOfOption } from '../../../kernel/print/optionTitles'
import { findAlternative, firstList, type Alternative, type ParamSpec } from '../../../kernel/forms/fieldForms'
import { UnusualValue, useUnusual } from '../../../kernel/forms/UnusualValue'
import classes from '../inspector.module.css'
import { ListField, PairField } from './ListField'
import { NumberField } from './NumberField'
import { mixed } from './paramEdits'

export interface ParamFieldProps {
  readonly spec: ParamSpec
  /** The layer or layers. */
  readonly who: string
  /** The value, or `mixed`. */
  readonly value: unknown
  /** The layer's own error about the present value. */
  readonly error?: string
  /** The layer's own error if the parameter were left out. */
  readonly emptyError: () => string | undefined
  /** undefined takes the parameter away, so that its default holds. */
  readonly onChange: (value: unknown) => void
}

/** A labelled row: the name with its explanation at the left, the control at the right, the error below. */
export function FieldRow(props: {
  readonly title: string
  readonly help?: string
  readonly error?: string
  /** What needs the whole width, below the control. */
  readonly below?: ReactNode
  /** A question about the value. */
  readonly question?: ReactNode
  readonly children: ReactNode
}) {
  const { title, help, error, below, question, children } = props
  return (
    <div className={classes.field}>
      <Tooltip label={help ?? title} disabled={!help} position="left" multiline w={260} openDelay={400}>
        <span className={classes.fieldTitle}>{title}</span>
      </Tooltip>
      <div className={classes.control}>{children}</div>
      {below && <div className={classes.below}>{below}</div>}
      {error && (
        <p role="alert" className={classes.fieldError}>
          {error}
        </p>
      )}
      {question}
    </div>
  )
}

/** The control of a parameter by its form. */
export function ParamField(props: ParamFieldProps) {
  const { spec, who, value, error } = props
  const { key, title, unit, help, form, usualMost } = spec
  const { note, question } = useUnusual(who, value, usualMost === undefined ? undefined : { most: usualMost })
  const onChange = (next: unknown): void => {
    note(next)
    props.onChange(next)
  }
  const list = form.kind === 'alternatives' && value !== mixed && findAlternative(form.alternatives, value)?.list
  const numbers = { paramKey: key, title, unit, value, hasError: error !== undefined, onChange }
  return (
    <FieldRow
      title={title}
      help={help}
      error={error}
      below={list && <ListField {...numbers} list={list} />}
      question={question && <UnusualValue title={title} question={question} onBack={props.onChange} />}
    >
      <Control {...props} onChange={onChange} />
    </FieldRow>
  )
}

function Control(props: ParamFieldProps) {
  const { spec, value, error, emptyError, onChange } = props
  const { key, title, unit, form } = spec
  const common = { paramKey: key, title, unit, value, hasError: error !== undefined, onChange }
  switch (form.kind) {
    case 'number': {
      const field = (
        <NumberField
          form={form}
          unit={unit}
          value={value}
          name={title}
          error={error !== undefined}
          emptyError={emptyError}
          placeholder={spec.isOptional ? String(spec.fallback) : undefined}
          onChange={onChange}
          isNarrow={key === 'repeat'}
        />
      )
      if (key !== 'repeat' || typeof value !== 'number') return field
      return (
        <RepeatSteps count={value} least={form.min} most={form.max} onChange={onChange}>
          {field}
        </RepeatSteps>
      )
    }
    case 'boolean':
      return <BooleanField title={title} value={value} onChange={onChange} />
    case 'pair':
      return <PairField {...common} item={form.item} />
    case 'list':
      return <ListField {...common} list={form} />
    case 'alternatives':
      return <AlternativesField {...props} alternatives={form.alternatives} />
    case 'text':
    case 'json':
      return <TextField {...props} />
    default:
      return form satisfies never
  }
}

function BooleanField(props: {
  readonly title: string
  readonly value: unknown
  readonly onChange: (value: boolean) => void
}) {
  const { title, value, onChange } = props
  const state = value === mixed ? 'Mixed' : value === true ? 'On' : 'Off'
  return (
    <Switch
      size="xs"
      aria-label={title}
      checked={value === true}
      label={state}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}

/** A choice of words, or of a word and a list of numbers that `ParamField` shows below it. */
function AlternativesField(props: ParamFieldProps & { readonly alternatives: readonly Alternative[] }) {
  const { alternatives, spec, value, error, onChange } = props
  const present = value === mixed ? undefined : findAlternative(alternatives, value)
  const choose = (label: string | null): void => {
    const chosen = alternatives.find((alternative) => alternative.label === label)
    if (!chosen || chosen === present) return
    onChange(chosen.word ?? (chosen.list && firstList(chosen.list)))
  }
  return (
    <Select
      size="xs"
      aria-label={spec.title}
      data={alternatives.map(({ label, word }) => ({
        value: label,
        label: word === undefined ? label : titleOfOption(word),
      }))}
      comboboxProps={{ width: 'max-content', position: 'bottom-end' }}
      value={present?.label ?? null}
      placeholder={value === mixed ? 'Mixed' : 'Choose'}
      allowDeselect={false}
      error={error !== undefined}
      onChange={choose}
    />
  )
}

function printText(value: unknown, isJson: boolean): string {
  if (value === mixed || value === undefined) return ''
  return typeof value === 'string' && !isJson ? value : JSON.stringify(value)
}

/** A text, or any other value as JSON. */
function TextField({ spec, value, error, onChange }: ParamFieldProps) {
  const isJson = spec.form.kind === 'json'
  const [draft, setDraft] = useState<{ readonly text: string; readonly value: unknown } | null>(null)
  const text = draft && draft.value === value ? draft.text : printText(value, isJson)
  const change = (next: string): void => {
    let parsed: unknown = next
    try {
      if (isJson) parsed = JSON.parse(next)
    } catch {
      // Not JSON yet: it stays in the field, the document keeps what it had.
      setDraft({ text: next, value })
      return
    }
    setDraft(null)
    onChange(parsed)
  }
  return (
    <TextInput
      size="xs"
      aria-label={spec.title}
      value={text}
      placeholder={value === mixed ? 'Mixed' : undefined}
      error={error !== undefined || (draft !== null && draft.value === value)}
      onChange={(event) => change(event.currentTarget.value)}
    />
  )
}
