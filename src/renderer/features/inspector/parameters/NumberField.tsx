// One number: typed or stepped, taken over as soon as it is a number; what is no number stays in the field with the error.
import { TextInput } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
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

/** A number field: text, so that `1e3` is what it says; whole numbers have steppers. */
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
  const step = (by: 1 | -1): void => {
    const { min, max } = form
    const next = (typeof value === 'number' ? value : (min ?? 0) - by) + by
    change(String(Math.min(max ?? next, Math.max(min ?? next, next))))
  }
  const hasSteppers = form.isWhole && !isNarrow
  return (
    <TextInput
      {...common}
      inputMode={form.isWhole ? 'numeric' : 'decimal'}
      value={text}
      rightSection={hasSteppers ? <Steppers unit={unit} onStep={step} /> : unit}
      rightSectionWidth={hasSteppers ? (unit === undefined ? 22 : 52) : undefined}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (!form.isWhole || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
        event.preventDefault()
        step(event.key === 'ArrowUp' ? 1 : -1)
      }}
    />
  )
}

/** One more and one less by the mouse; the arrow keys do the same. */
function Steppers({ unit, onStep }: { readonly unit?: string; readonly onStep: (by: 1 | -1) => void }) {
  return (
    <span className={classes.steppers} aria-hidden>
      {unit}
      <span>
        {([1, -1] as const).map((by) => (
          <button key={by} type="button" tabIndex={-1} onClick={() => onStep(by)}>
            {by > 0 ? <IconChevronUp size={10} /> : <IconChevronDown size={10} />}
          </button>
        ))}
      </span>
    </span>
  )
}
