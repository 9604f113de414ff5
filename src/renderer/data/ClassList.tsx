// The classes of a dataset with their pictures per split as bars; choosing one filters the pictures.
import { Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { splitNames } from '../../shared/datasets/dataset'
import { findImbalance, listClasses } from './classCounts'
import type { Description } from './datasetStore'
import { countOf, printCount } from './printNumbers'
import { Section } from './Section'
import { splitColours, splitTitles } from './splitTexts'
import styles from './data.module.css'

/** From this many classes on there is a search field. */
const searchFrom = 16

export interface ClassListProps {
  readonly description: Description
  readonly classFilter: number | null
  readonly onClassFilter: (label: number | null) => void
}

/** Each class as a button: pressed, it filters the pictures. */
export function ClassList({ description, classFilter, onClassFilter }: ClassListProps) {
  const [search, setSearch] = useState('')
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
      <ul className={styles.classList} aria-label="Classes and their pictures">
        {shown.map(({ index, name, counts, total }) => (
          <li key={index}>
            <button
              type="button"
              className={styles.classRow}
              aria-pressed={classFilter === index}
              title={there.map((split) => `${splitTitles[split]} ${printCount(counts[split])}`).join(', ')}
              onClick={() => onClassFilter(classFilter === index ? null : index)}
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
