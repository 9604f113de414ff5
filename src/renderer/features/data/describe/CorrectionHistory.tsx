// Everything that was corrected in a dataset: who, what and when, taking it back, as a table for elsewhere; applying it to the files is ApplyDialog.
import { ActionIcon, Button, Group, Text, Tooltip } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { describeCorrection, historyColumns, listHistory } from '../../../../shared/datasets/correctionHistory'
import type { NotedCorrection } from '../../../../shared/datasets/corrections'
import { countOf } from '../../../../shared/graph/printNumbers'
import { showFailure } from '../../../kernel/failures/showFailure'
import { saveTextFile } from '../../../kernel/files/saveTextFile'
import { Ago } from '../../../kernel/parts/Ago'
import { printCsvRow } from '../../../kernel/print/printCsv'
import { queries } from '../../../kernel/queries/queryClient'
import { takeBack, useCorrectionSteps } from '../../../session/dataset/correctionSteps'
import type { DatasetChosen } from '../../../session/dataset/descriptions'
import { AppliedNotice, ApplyDialog } from './ApplyDialog'
import { Section } from './Section'
import styles from '../data.module.css'

/** Changes that are shown at first. */
const firstShown = 6

/** The last part of a reference, for the name of a file. */
function nameOf(reference: string): string {
  return reference.split(/[\\/:]/).findLast((part) => part !== '') ?? 'dataset'
}

/** Files that a change names, for a pointer that rests on it. */
function printFiles(entry: NotedCorrection): string {
  if (entry.kind === 'merge') return entry.classes.join(', ')
  const shown = entry.files.slice(0, 12)
  const rest = entry.files.length - shown.length
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n')
}

/** Nothing where nothing was corrected. */
export function CorrectionHistory({ chosen }: { readonly chosen: DatasetChosen }) {
  const { reference, options } = chosen
  const { data: entries = [] } = useQuery(queries.datasets.corrections.queryOptions({ input: { reference, options } }))
  const isRunning = useCorrectionSteps((state) => state.isRunning)
  const [isWhole, setWhole] = useState(false)
  const [isApplying, setApplying] = useState(false)
  const dialog = isApplying && <ApplyDialog chosen={chosen} onClose={() => setApplying(false)} />
  if (entries.length === 0)
    return (
      <>
        <AppliedNotice chosen={chosen} />
        {dialog}
      </>
    )
  const names = new Map(options.classNames ?? [])
  const show = (own: string): string => names.get(own) ?? own
  const back = (which: readonly NotedCorrection[]): void =>
    void takeBack(chosen, which).catch((error: unknown) => showFailure('The change was not taken back', error))
  const newest = entries.toReversed()
  const shown = isWhole ? newest : newest.slice(0, firstShown)
  const save = (): void => {
    const rows = listHistory(entries, show).map(printCsvRow)
    saveTextFile(
      `${nameOf(reference)} changes.csv`,
      `${[historyColumns.join(','), ...rows].join('\r\n')}\r\n`,
      'text/csv',
    )
  }
  return (
    <Section title="Changes" aside={countOf(entries.length, 'change')}>
      <ol className={styles.history} aria-label="Changes, the newest first">
        {shown.map((entry) => (
          <li key={entry.at} title={printFiles(entry)}>
            <div>
              <Text size="xs">{describeCorrection(entry, show)}</Text>
              <Text size="xs" c="dimmed">
                <Ago sinceMs={Date.parse(entry.at)} />
                {entry.by !== undefined && ` by ${entry.by}`}
              </Text>
            </div>
            <Tooltip label="Take this change back">
              <ActionIcon
                size={22}
                disabled={isRunning}
                aria-label={`Take back: ${describeCorrection(entry, show)}`}
                onClick={() => back([entry])}
              >
                <IconArrowBackUp size={14} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </li>
        ))}
      </ol>
      <Group gap={6} mt={6}>
        {entries.length > firstShown && (
          <Button size="compact-xs" variant="default" onClick={() => setWhole(!isWhole)}>
            {isWhole ? 'Show fewer' : `Show all ${entries.length}`}
          </Button>
        )}
        <Button size="compact-xs" variant="default" disabled={isRunning} onClick={() => back(entries)}>
          Take all back
        </Button>
        <Button size="compact-xs" variant="default" onClick={save}>
          Save as CSV
        </Button>
        <Button size="compact-xs" variant="default" disabled={isRunning} onClick={() => setApplying(true)}>
          Apply to the files...
        </Button>
      </Group>
      <AppliedNotice chosen={chosen} />
      {dialog}
    </Section>
  )
}
