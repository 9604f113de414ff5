// The classes of a dataset with their images per split as bars; choosing one filters the images.
import { countOf, printCount } from '../../../../shared/graph/printNumbers'
import { ActionIcon, Text, TextInput, Tooltip } from '@mantine/core'
import { IconPencil, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { splitNames } from '../../../../shared/datasets/dataset'
import { findImbalance, listClasses } from './classCounts'
import { renameClass } from '../../../session/dataset/datasetStore'
import { MergeClass } from './MergeClass'
import type { DatasetChosen, Description } from '../../../session/dataset/descriptions'
import { Section } from './Section'
import { splitColours, splitTitles } from '../../../kernel/print/splitTexts'
import styles from '../data.module.css'

/** From this many classes on there is a search field. */
const searchFrom = 16

export interface ClassListProps {
  readonly chosen: DatasetChosen
  readonly description: Description
  readonly classFilter: number | null
  readonly onClassFilter: (label: number | null) => void
}

/** A class's name while it is edited: Enter keeps it, Escape does not. */
function ClassNameField({ name, onEnd }: { readonly name: string; readonly onEnd: () => void }) {
  const [draft, setDraft] = useState(name)
  const keep = (): void => {
    renameClass(name, draft.trim())
    onEnd()
  }
  return (
    <TextInput
      size="xs"
      className={styles.nameField}
      aria-label={`Name of class ${name}`}
      maxLength={200}
      value={draft}
      ref={(input) => {
        if (!input || document.activeElement === input) return
        input.focus()
        input.select()
      }}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') keep()
        if (event.key === 'Escape') onEnd()
      }}
      onBlur={keep}
    />
  )
}

/** Each class as a button: pressed, it filters the images. */
export function ClassList({ chosen, description, classFilter, onClassFilter }: ClassListProps) {
  const [search, setSearch] = useState('')
  const [renaming, setRenaming] = useState<number | null>(null)
  const classes = listClasses(description)
  const most = Math.max(1, ...classes.map(({ total }) => total))
  const wanted = search.trim().toLowerCase()
  const shown = classes.filter(({ name }) => name.toLowerCase().includes(wanted))
  const imbalance = findImbalance(classes)
  const there = splitNames.filter((name) => (description.splits[name]?.count ?? 0) > 0)
  return (
    <Section title="Classes" aside={countOf(classes.length, 'class', 'classes')}>
      <div className={styles.legend}>
        {there.map((name) => (
          <span key={name}>
            <span className={styles.swatch} style={{ background: splitColours[name] }} />
            {splitTitles[name]}
          </span>
        ))}
      </div>
      {classes.length >= searchFrom && (
        <TextInput
          size="xs"
          mb={6}
          aria-label="Find a class"
          placeholder="Find a class"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <ul className={styles.classList} aria-label="Classes and their images">
        {shown.map(({ index, name, counts, total }) => (
          <li key={index} className={styles.classItem}>
            <button
              type="button"
              className={styles.classRow}
              aria-pressed={classFilter === index}
              title={there.map((split) => `${splitTitles[split]} ${printCount(counts[split])}`).join(', ')}
              aria-keyshortcuts="F2"
              onClick={() => onClassFilter(classFilter === index ? null : index)}
              onKeyDown={(event) => event.key === 'F2' && setRenaming(index)}
            >
              <span className={styles.barLabel}>{name}</span>
              <span className={styles.barTrack}>
                {there.map((split) => (
                  <span
                    key={split}
                    className={styles.barPart}
                    style={{ width: `${(100 * counts[split]) / most}%`, background: splitColours[split] }}
                  />
                ))}
              </span>
              <span className={styles.barValue}>{printCount(total)}</span>
            </button>
            {renaming === index ? (
              <ClassNameField name={name} onEnd={() => setRenaming(null)} />
            ) : (
              <Tooltip label="Rename the class (F2)">
                <ActionIcon
                  size={20}
                  className={styles.pencil}
                  aria-label={`Rename class ${name}`}
                  onClick={() => setRenaming(index)}
                >
                  <IconPencil size={13} aria-hidden />
                </ActionIcon>
              </Tooltip>
            )}
            {renaming !== index && classes.length > 2 && (
              <MergeClass chosen={chosen} name={name} classes={description.classes} />
            )}
          </li>
        ))}
      </ul>
      {shown.length === 0 && (
        <Text size="xs" c="dimmed">
          No class is named like this.
        </Text>
      )}
      {imbalance && (
        <Text size="xs" c="dimmed" mt={6}>
          {imbalance}
        </Text>
      )}
    </Section>
  )
}
