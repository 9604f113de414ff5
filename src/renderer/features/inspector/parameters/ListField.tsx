// Several numbers side by side: height and width with a switch that links them, sides, extents; not single numbers.
import { ActionIcon, Tooltip } from '@mantine/core'
import { IconLink, IconUnlink } from '@tabler/icons-react'
import { useState } from 'react'
import { namesOfList, type ListForm, type NumberForm } from '../../../kernel/forms/fieldForms'
import classes from '../inspector.module.css'
import { NumberField } from './NumberField'
import { mixed } from './paramEdits'

interface NumbersProps {
  readonly paramKey: string
  readonly title: string
  readonly unit?: string
  readonly value: unknown
  readonly hasError: boolean
  readonly onChange: (value: unknown) => void
}

/** Height and width: one field while they are linked, two otherwise. */
export function PairField({ item, ...props }: NumbersProps & { readonly item: NumberForm }) {
  const { title, unit, value, hasError, onChange, paramKey } = props
  const both: readonly unknown[] = Array.isArray(value) ? value : [value, value]
  const isEqual = both.length === 2 && both[0] === both[1]
  const [wantsLink, setWantsLink] = useState<boolean>()
  const isLinked = isEqual ? (wantsLink ?? true) : false
  const link = (): void => {
    setWantsLink(!isLinked)
    if (!isEqual && typeof both[0] === 'number') onChange(both[0])
  }
  const names = namesOfList(paramKey, 2)
  return (
    <div className={classes.numbers}>
      {isLinked ? (
        <NumberField form={item} unit={unit} value={both[0]} name={title} error={hasError} onChange={onChange} />
      ) : (
        [0, 1].map((axis) => (
          <NumberField
            key={axis}
            form={item}
            value={both[axis]}
            name={`${title}: ${(names[axis] ?? '').toLowerCase()}`}
            error={hasError}
            onChange={(next) => onChange(replaceAt(both, axis, next))}
          />
        ))
      )}
      <Tooltip label={isLinked ? 'Set height and width apart' : 'Same height and width'}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          disabled={value === mixed}
          aria-label={`${title}: height and width linked`}
          aria-pressed={isLinked}
          onClick={link}
        >
          {isLinked ? <IconLink size={15} /> : <IconUnlink size={15} />}
        </ActionIcon>
      </Tooltip>
    </div>
  )
}

/** Two, three or four numbers, each with its name above it. */
export function ListField({ list, ...props }: NumbersProps & { readonly list: ListForm }) {
  const { paramKey, title, value, hasError, onChange } = props
  const values: readonly unknown[] = Array.isArray(value) ? value : list.items.map(() => value)
  const names = namesOfList(paramKey, list.items.length)
  return (
    <div className={classes.numbers}>
      {list.items.map((item, index) => (
        <NumberField
          key={names[index]}
          form={item}
          value={values[index]}
          name={`${title}: ${(names[index] ?? '').toLowerCase()}`}
          label={<span className={classes.sideLabel}>{names[index]}</span>}
          error={hasError}
          isNarrow={list.items.length > 2}
          onChange={(next) => onChange(replaceAt(values, index, next))}
        />
      ))}
    </div>
  )
}

/** The list with one number changed; an emptied one stays as it is. */
function replaceAt(values: readonly unknown[], index: number, value: number | undefined): readonly unknown[] {
  return values.map((present, place) => (place === index ? (value ?? present) : present))
}
