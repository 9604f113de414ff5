// The parts of the data screen's side panel: a section under its heading and a labelled bar.
import { Group } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from '../data.module.css'

/** A part of the panel under its heading. */
export function Section({
  title,
  aside,
  children,
}: {
  readonly title: string
  readonly aside?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <section className={styles.section} aria-label={title}>
      <Group justify="space-between" wrap="nowrap" mb={6}>
        <h2 className={styles.heading}>{title}</h2>
        {aside && <span className={styles.aside}>{aside}</span>}
      </Group>
      {children}
    </section>
  )
}

/** One labelled bar; `value` and `most` in images. */
export function Bar({
  label,
  value,
  most,
  colour,
  right,
}: {
  readonly label: string
  readonly value: number
  readonly most: number
  readonly colour: string
  readonly right: string
}) {
  return (
    <div className={styles.barRow}>
      <span className={styles.barLabel} title={label}>
        {label}
      </span>
      <span className={styles.barTrack}>
        <span
          className={styles.barFill}
          style={{ width: `${most > 0 ? Math.max(value > 0 ? 1 : 0, (100 * value) / most) : 0}%`, background: colour }}
        />
      </span>
      <span className={styles.barValue}>{right}</span>
    </div>
  )
}
