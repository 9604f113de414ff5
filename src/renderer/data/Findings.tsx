// What speaks against a dataset as it is: unreadable files, the same pictures in two splits, notes of its reader.
import { Text } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import type { Description } from './datasetStore'
import { Notice } from './Notice'
import { countOf, printCount } from './printNumbers'
import styles from './data.module.css'

/** Lines of a list that are drawn; the rest is counted. */
const mostLines = 200

function Rest({ count }: { readonly count: number }) {
  return count > mostLines ? <li>and {printCount(count - mostLines)} more</li> : null
}

/** Nothing where nothing was found. */
export function Findings({ description, isQuick }: { readonly description: Description; readonly isQuick: boolean }) {
  const { unreadable, duplicatesAcrossSplits, notes = [] } = description
  if (unreadable.length === 0 && duplicatesAcrossSplits.length === 0 && notes.length === 0 && !isQuick) return null
  return (
    <section className={styles.section} aria-label="Findings">
      {isQuick && (
        <Text size="xs" c="dimmed">
          Not all pictures have been read: damage and duplicates are not known yet.
        </Text>
      )}
      {unreadable.length > 0 && (
        <Notice
          tone="warning"
          title={`${countOf(unreadable.length, 'file')} cannot be read and ${unreadable.length === 1 ? 'is' : 'are'} left out`}
        >
          <ul className={styles.fileList}>
            {unreadable.slice(0, mostLines).map(({ file, reason }) => (
              <li key={file}>
                <span className={styles.mono}>{file}</span>
                <br />
                {reason}
              </li>
            ))}
            <Rest count={unreadable.length} />
          </ul>
        </Notice>
      )}
      {duplicatesAcrossSplits.length > 0 && (
        <Notice tone="warning" title={`${countOf(duplicatesAcrossSplits.length, 'picture')} in more than one split`}>
          <Text size="xs">
            The network is tested on pictures that it was trained on, so results look better than they are. Remove one
            of each.
          </Text>
          <ul className={styles.fileList}>
            {duplicatesAcrossSplits.slice(0, mostLines).map((files) => (
              <li key={files.join('\n')} className={styles.mono}>
                {files.join(' = ')}
              </li>
            ))}
            <Rest count={duplicatesAcrossSplits.length} />
          </ul>
        </Notice>
      )}
      {notes.map((note) => (
        <Text key={note} size="xs" mt={6} className={styles.note}>
          <IconInfoCircle size={14} aria-hidden />
          {note}
        </Text>
      ))}
    </section>
  )
}
