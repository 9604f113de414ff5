// What speaks against a dataset as it is: unreadable files, the same images in two classes or splits, notes of its reader.
import { countOf, printCount } from '../../../../shared/graph/printNumbers'
import { Button, Text } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { chooseDataset, useDatasetStore } from '../../../session/dataset/datasetStore'
import type { Description } from '../../../session/dataset/descriptions'
import { FindingButton, FindingMenu } from './FindingActions'
import { contradictionActions, duplicateActions, leaveCopiesOut } from './findingChoices'
import { Notice } from '../../../kernel/parts/Notice'
import styles from '../data.module.css'

/** Lines that are shown at first, and at most. */
const firstLines = 6
const mostLines = 500

/** Some lines of a list, and all of them on demand. */
function Lines({ lines }: { readonly lines: readonly { readonly key: string; readonly line: ReactNode }[] }) {
  const [isWhole, setWhole] = useState(false)
  const shown = lines.slice(0, isWhole ? mostLines : firstLines)
  const rest = lines.length - shown.length
  return (
    <>
      <ul className={styles.fileList}>
        {shown.map(({ key, line }) => (
          <li key={key}>{line}</li>
        ))}
        {isWhole && rest > 0 && <li>and {printCount(rest)} more</li>}
      </ul>
      {lines.length > firstLines && (
        <Button size="compact-xs" variant="default" onClick={() => setWhole(!isWhole)}>
          {isWhole
            ? 'Show fewer'
            : lines.length > mostLines
              ? `Show ${mostLines} of ${printCount(lines.length)}`
              : `Show all ${lines.length}`}
        </Button>
      )}
    </>
  )
}

/** Offers to use each image once; those in two classes not at all. */
function LeaveOutCopies() {
  const chosen = useDatasetStore((state) => state.chosen)
  if (!chosen || chosen.options.leaveOutCopies) return null
  const { reference, options } = chosen
  return (
    <Button
      size="compact-xs"
      variant="light"
      mt={6}
      onClick={() => void chooseDataset({ reference, options: { ...options, leaveOutCopies: true } })}
    >
      Leave copies out
    </Button>
  )
}

/** Nothing where nothing was found. */
export function Findings({ description, isQuick }: { readonly description: Description; readonly isQuick: boolean }) {
  const { unreadable, contradictions, duplicatesAcrossSplits, notes = [] } = description
  const isClean = unreadable.length + contradictions.length + duplicatesAcrossSplits.length + notes.length === 0
  if (isClean && !isQuick) return null
  return (
    <section className={styles.section} aria-label="Findings">
      {isQuick && (
        <Text size="xs" c="dimmed">
          Not all images have been read: damage and duplicates are not known yet.
        </Text>
      )}
      {contradictions.length > 0 && (
        <Notice tone="warning" title={`${countOf(contradictions.length, 'image')} in more than one class`}>
          <Text size="xs">At least one of their labels is wrong: the network is taught both.</Text>
          <Lines
            lines={contradictions.map(({ isExact, images }) => ({
              key: images.map(({ file }) => file).join('\n'),
              line: (
                <>
                  <span className={styles.mono}>
                    {images.map(({ file }) => file).join(isExact ? ' = ' : ' looks like ')}
                  </span>
                  <FindingMenu of={images[0]?.file ?? ''} actions={contradictionActions({ isExact, images })} />
                </>
              ),
            }))}
          />
        </Notice>
      )}
      {unreadable.length > 0 && (
        <Notice
          tone="warning"
          title={`${countOf(unreadable.length, 'file')} cannot be read and ${unreadable.length === 1 ? 'is' : 'are'} left out`}
        >
          <Lines
            lines={unreadable.map(({ file, reason }) => ({
              key: file,
              line: (
                <>
                  <span className={styles.mono}>{file}</span>
                  <br />
                  {reason}
                </>
              ),
            }))}
          />
          <FindingButton
            action={{
              title: 'Leave out for good',
              files: unreadable.map(({ file }) => file),
              change: { kind: 'leaveOut' },
            }}
          />
        </Notice>
      )}
      {duplicatesAcrossSplits.length > 0 && (
        <Notice tone="warning" title={`${countOf(duplicatesAcrossSplits.length, 'image')} in more than one split`}>
          <Text size="xs">
            The network is tested on images that it was trained on, so results look better than they are.
          </Text>
          <Lines
            lines={duplicatesAcrossSplits.map((files) => ({
              key: files.join('\n'),
              line: (
                <>
                  <span className={styles.mono}>{files.join(' = ')}</span>
                  <FindingMenu of={files[0] ?? ''} actions={duplicateActions(files)} />
                </>
              ),
            }))}
          />
          <FindingButton action={leaveCopiesOut(duplicatesAcrossSplits)} />
        </Notice>
      )}
      {(contradictions.some(({ isExact }) => isExact) || duplicatesAcrossSplits.length > 0) && <LeaveOutCopies />}
      {notes.map((note) => (
        <Text key={note} size="xs" mt={6} className={styles.note}>
          <IconInfoCircle size={14} aria-hidden />
          {note}
        </Text>
      ))}
    </section>
  )
}
