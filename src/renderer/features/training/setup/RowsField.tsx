// A setting that is a list of pairs of a layer pattern and a number, a row each; not what the pairs mean (training/recipe.ts).
import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { checkNumber, type RowsForm } from './recipeFields'
import classes from '../training.module.css'

type Row = Readonly<Record<string, unknown>>
type Draft = Readonly<Record<string, string>>

function toDraft(row: Row): Draft {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === 'number' || typeof value === 'string' ? String(value) : '',
    ]),
  )
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null
}

/** The row that a draft stands for; undefined where a field is empty or out of range. */
function readDraft(form: RowsForm, draft: Draft): Row | undefined {
  const row: Record<string, unknown> = {}
  for (const { key, number } of form.columns) {
    const text = draft[key]?.trim() ?? ''
    if (text === '') return undefined
    if (number && checkNumber(Number(text), number) !== null) return undefined
    row[key] = number ? Number(text) : text
  }
  return row
}

/** Rows that are whole are taken over at once; one that is being written waits until it is. */
export function RowsField({
  title,
  help,
  form,
  value,
  isDisabled,
  onChange,
}: {
  readonly title: string
  readonly help: string
  readonly form: RowsForm
  readonly value: unknown
  readonly isDisabled: boolean
  readonly onChange: (rows: readonly Row[]) => void
}) {
  const given: readonly Row[] = Array.isArray(value) ? value.filter(isRow) : []
  const [drafts, setDrafts] = useState<readonly Draft[] | null>(null)
  const rows: readonly Draft[] = drafts ?? given.map(toDraft)
  const take = (next: readonly Draft[]): void => {
    setDrafts(next)
    onChange(next.map((draft) => readDraft(form, draft)).filter((row) => row !== undefined))
  }
  return (
    <fieldset className={classes.rows} aria-label={title}>
      <legend className={classes.fieldLabel}>{title}</legend>
      {rows.length === 0 && <p className={classes.rowsHelp}>{help}</p>}
      {rows.map((draft, index) => (
        // Rows have no name of their own, and keep their places while they are edited.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index} className={classes.row}>
          {form.columns.map(({ key, title: column, number, example }) => {
            const text = draft[key] ?? ''
            const finding = number && text.trim() !== '' ? checkNumber(Number(text), number) : null
            return (
              <TextInput
                key={key}
                size="xs"
                aria-label={`${title}, row ${index + 1}: ${column.toLowerCase()}`}
                placeholder={example}
                value={text}
                error={finding}
                disabled={isDisabled}
                onChange={(event) => take(rows.with(index, { ...draft, [key]: event.currentTarget.value }))}
              />
            )
          })}
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Remove row ${index + 1} of ${title.toLowerCase()}`}
            disabled={isDisabled}
            onClick={() => take(rows.toSpliced(index, 1))}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="subtle"
        size="compact-xs"
        leftSection={<IconPlus size={12} />}
        disabled={isDisabled}
        onClick={() => setDrafts([...rows, {}])}
      >
        {`Add to ${title.toLowerCase()}`}
      </Button>
    </fieldset>
  )
}
