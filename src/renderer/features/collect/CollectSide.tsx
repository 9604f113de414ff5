// Beside the classes: how many images each has, what could be better, and the keys.
import { Button, Kbd, Text } from '@mantine/core'
import type { Collection } from '../../../shared/contract/collectionCalls'
import { adviseOnClasses } from '../../../shared/datasets/collect/collectionAdvice'
import { countOf, printCount } from '../../../shared/graph/printNumbers'
import { Notice } from '../../kernel/parts/Notice'
import { beginAnew, useCollect } from './collectStore'
import styles from './collect.module.css'

function Counts({ classes }: Pick<Collection, 'classes'>) {
  const largest = Math.max(1, ...classes.map(({ images }) => images.length))
  return (
    <ul className={styles.counts} aria-label="Images per class">
      {classes.map(({ name, images }) => (
        <li key={name}>
          <span className={styles.countName} title={name}>
            {name}
          </span>
          <span className={styles.track} aria-hidden>
            <span className={styles.fill} style={{ width: `${(100 * images.length) / largest}%` }} />
          </span>
          <span className={styles.countValue}>{printCount(images.length)}</span>
        </li>
      ))}
    </ul>
  )
}

/** The side. */
export function CollectSide({ collection: { classes, notes } }: { readonly collection: Collection }) {
  const active = useCollect((state) => state.active)
  const total = classes.reduce((sum, { images }) => sum + images.length, 0)
  const advice = adviseOnClasses(classes.map(({ name, images }) => ({ name, images: images.length })))
  return (
    <aside className={styles.side} aria-label="What there is so far">
      <h3 className={styles.sideTitle}>
        {countOf(total, 'image')}, {countOf(classes.length, 'class', 'classes')}
      </h3>
      {classes.length > 0 && <Counts classes={classes} />}
      {advice.map((text) => (
        <Notice key={text} tone="info">
          {text}
        </Notice>
      ))}
      {notes.map((text) => (
        <Notice key={text} tone="warning">
          {text}
        </Notice>
      ))}
      <dl className={styles.keys}>
        <dt>
          <Kbd>Ctrl</Kbd> <Kbd>V</Kbd>
        </dt>
        <dd>{active === null ? 'pastes images into a class' : `pastes images into ${active}`}</dd>
        <dt>
          <Kbd>Space</Kbd>
        </dt>
        <dd>held, records with an open webcam</dd>
        <dt>
          <Kbd>Delete</Kbd>
        </dt>
        <dd>removes the selected images</dd>
        <dt>
          <Kbd>Ctrl</Kbd> <Kbd>Z</Kbd>
        </dt>
        <dd>takes the last step back</dd>
      </dl>
      <Text size="xs" c="dimmed">
        Everything is saved already: files are copied as they are, webcam images are PNG. What you remove stays in the
        folder for 30 days, hidden.
      </Text>
      <Button size="compact-xs" variant="subtle" className={styles.another} onClick={() => void beginAnew()}>
        Another dataset
      </Button>
    </aside>
  )
}
