// One number: typed or stepped, taken over as soon as it is a number; what is no number stays in the field with the error.
import { NumberInput, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { NumberForm } from '../../../kernel/forms/fieldForms'
import classes from '../inspector.module.css'
import { mixed } from './paramEdits'

export interface NumberFieldProps {
  readonly form: NumberForm
  /** A number; `mixed`; anything else is shown as an empty field. */
  readonly value: unknown
  /** Name for a screen reader. */
  readonly name: string
  readonly label?: ReactNode
  readonly unit?: string
  /** The layer's own error about this value. */
  readonly error?: ReactNode
  readonly placeholder?: string
  /** No steppers, where fields stand close together. */
  readonly isNarrow?: boolean
  /** The error of an empty field; undefined where it may be empty. Left out: an emptied field gets its value back. */
  readonly emptyError?: () => string | undefined
  /** undefined: the field was left empty. */
  readonly onChange: (value: number | undefined) => void
}

/** What stands in the field, as long as the value is the one it was typed for. */
interface Draft {
  readonly text: string
  readonly value: unknown
}

function print(value: unknown): string {
  return typeof value === 'number' ? String(value) : ''
}

/** A number field with steppers for whole numbers, and plain text (`1e-5`) for others. */
export function NumberField(props: NumberFieldProps) {
  const { form, value, name, label, unit, error, placeholder, isNarrow, emptyError, onChange } = props
  const [draft, setDraft] = useState<Draft | null>(null)
  const text = draft && draft.value === value ? draft.text : print(value)
  const isEmpty = text.trim() === ''
  const missing = isEmpty && draft?.value === value && value !== mixed ? emptyError?.() : undefined
  const isText = !isEmpty && !Number.isFinite(Number(text.replace(',', '.')))
  const change = (next: string): void => {
    const number = Number(next.replace(',', '.'))
    if (next.trim() === '') {
      setDraft({ text: next, value })
    } else if (Number.isFinite(number)) {
      setDraft({ text: next, value: number })
      onChange(number)
    } else setDraft({ text: next, value })
  }
  const leave = (): void => {
    if (!isEmpty || draft === null || value === mixed) return
    if (emptyError && missing !== undefined) return
    setDraft(null)
    if (emptyError) onChange(undefined)
  }
  const common = {
    onBlur: leave,
    size: 'xs' as const,
    label,
    'aria-label': name,
    error: isText ? `"${text}" is not a number.` : (missing ?? error),
    placeholder: value === mixed ? 'Mixed' : placeholder,
    rightSectionPointerEvents: 'auto' as const,
    classNames: { input: classes.number, error: classes.error, label: classes.label },
  }
  if (!form.isWhole) {
    return (
      <TextInput
        {...common}
        inputMode="decimal"
        value={text}
        rightSection={unit}
        onChange={(event) => change(event.currentTarget.value)}
      />
    )
  }
  return (
    <NumberInput
      {...common}
      value={text}
      min={form.min}
      max={form.max}
      clampBehavior="none"
      hideControls={isNarrow}
      suffix={unit && !isEmpty ? ` ${unit}` : undefined}
      stepHoldDelay={400}
      stepHoldInterval={60}
      onChange={(next) => {
        if (String(next) !== text) change(String(next))
      }}
    />
  )
}
