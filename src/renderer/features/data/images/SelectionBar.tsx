// What can be done with the selected images of a dataset: another class, another split, leaving them out; the doing is session/dataset/correctionSteps.
import { Button, Group, Kbd, Select, Text } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { splitNames, type SplitName } from '../../../../shared/datasets/dataset'
import { countOf } from '../../../../shared/graph/printNumbers'
import { splitTitles } from '../../../kernel/print/splitTexts'
import { stepToUndo, undoStep, useCorrectionSteps, type ImageChange } from '../../../session/dataset/correctionSteps'
import { useDocument } from '../../../session/document/documentStore'
import { showFailure } from '../../../kernel/failures/showFailure'
import styles from '../data.module.css'

export interface SelectionBarProps {
  /** How many images are selected. */
  readonly count: number
  readonly classes: readonly string[]
  /** The one that all of them are in; null: several. */
  readonly split: SplitName | null
  readonly onChange: (change: ImageChange) => void
  readonly onClear: () => void
  /** How images are selected, where that is not the grid's way. */
  readonly hint?: ReactNode
}

/** How images are selected in the grid. */
const gridHint = (
  <>
    Select images to give them another class or split, or to leave them out. <Kbd size="xs">Shift</Kbd> and{' '}
    <Kbd size="xs">Ctrl</Kbd> select several, <Kbd size="xs">Enter</Kbd> opens one.
  </>
)

/** The latest change with its way back, or how images are selected. */
function Latest({ hint }: { readonly hint: ReactNode }) {
  useCorrectionSteps((state) => state.done)
  useDocument()
  const step = stepToUndo()
  if (!step)
    return (
      <Text size="xs" c="dimmed">
        {hint}
      </Text>
    )
  return (
    <Group gap="xs">
      <Text size="xs" c="dimmed">
        {step.title}. Your files stay as they are.
      </Text>
      <Button
        size="compact-xs"
        variant="subtle"
        onClick={() => undoStep(step).catch((error: unknown) => showFailure('The change was not taken back', error))}
      >
        Undo
      </Button>
    </Group>
  )
}

/** Choosing a class, or a new one by typing its name. */
function ClassChoice({
  classes,
  isDisabled,
  onChoose,
}: {
  readonly classes: readonly string[]
  readonly isDisabled: boolean
  readonly onChoose: (name: string) => void
}) {
  const [search, setSearch] = useState('')
  const typed = search.trim()
  const isNew = typed !== '' && !classes.includes(typed)
  return (
    <Select
      size="xs"
      w={170}
      aria-label="Class of the selected images"
      placeholder="Is of class"
      searchable
      disabled={isDisabled}
      value={null}
      searchValue={search}
      onSearchChange={setSearch}
      maxDropdownHeight={260}
      data={[
        ...classes.map((name) => ({ value: `class:${name}`, label: name })),
        ...(isNew ? [{ value: `new:${typed}`, label: `New class "${typed}"` }] : []),
      ]}
      filter={({ options, search: wanted }) =>
        options.filter(
          (option) =>
            'value' in option &&
            (option.value.startsWith('new:') || option.label.toLowerCase().includes(wanted.trim().toLowerCase())),
        )
      }
      onChange={(value) => {
        if (value === null) return
        setSearch('')
        onChoose(value.slice(value.indexOf(':') + 1))
      }}
    />
  )
}

/** One line above the images. */
export function SelectionBar({ count, classes, split, onChange, onClear, hint = gridHint }: SelectionBarProps) {
  const isRunning = useCorrectionSteps((state) => state.isRunning)
  return (
    <section className={styles.selectionBar} aria-label="Selected images">
      {count === 0 ? (
        <Latest hint={hint} />
      ) : (
        <>
          <Text size="xs" fw={600} component="output">
            {countOf(count, 'image')}
          </Text>
          <ClassChoice classes={classes} isDisabled={isRunning} onChoose={(to) => onChange({ kind: 'relabel', to })} />
          <Select
            size="xs"
            w={150}
            aria-label="Split of the selected images"
            placeholder="Move to"
            disabled={isRunning}
            value={null}
            data={splitNames
              .filter((name) => name !== split)
              .map((name) => ({ value: name, label: splitTitles[name] }))}
            onChange={(value) => {
              const to = splitNames.find((name) => name === value)
              if (to) onChange({ kind: 'move', to })
            }}
          />
          <Button
            size="compact-sm"
            variant="default"
            disabled={isRunning}
            onClick={() => onChange({ kind: 'leaveOut' })}
          >
            Leave out
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={onClear}>
            Clear
          </Button>
        </>
      )}
    </section>
  )
}
