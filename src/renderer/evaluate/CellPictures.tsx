// Pictures of an evaluation in the order in which they teach most, with what the network said; fetched as they are shown.
import { Button, Group, Text } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { PictureImage } from '../data/PictureTile'
import { countOf, printCount, printShare } from '../data/printNumbers'
import { client, messageOf } from '../state/client'
import type { EvaluationDone } from './evaluationStore'
import type { EvaluatedPicture } from './mistakes'
import styles from './evaluate.module.css'

const batch = 60
const side = 84

export interface CellPicturesProps {
  readonly title: string
  /** How they are ordered, in words. */
  readonly order: string
  readonly pictures: readonly EvaluatedPicture[]
  readonly result: EvaluationDone
  /** Whether to name both classes under each picture. */
  readonly hasClasses?: boolean
}

type Thumbnails = ReadonlyMap<number, string | null>

/** The small pictures of the first `count`, by index; empty where the core does not say where they are. */
function useThumbnails(
  { dataset, split }: EvaluationDone,
  pictures: readonly EvaluatedPicture[],
): { readonly thumbnails: Thumbnails; readonly error: string | null } {
  const [thumbnails, setThumbnails] = useState<Thumbnails>(new Map())
  const [error, setError] = useState<string | null>(null)
  const missing = useMemo(
    () => pictures.map(({ index }) => index).filter((index) => !thumbnails.has(index)),
    [pictures, thumbnails],
  )
  useEffect(() => {
    if (!dataset || missing.length === 0) return
    const controller = new AbortController()
    const indices = missing.slice(0, batch)
    client.datasets
      .pictures(
        { ...dataset, split, from: 0, count: indices.length, indices, size: 2 * side },
        { signal: controller.signal },
      )
      .then((answer) =>
        setThumbnails((known) => {
          const next = new Map(known)
          for (const index of indices) next.set(index, null)
          for (const { index, png } of answer.pictures) next.set(index, png)
          return next
        }),
      )
      .catch((failure: unknown) => {
        if (!controller.signal.aborted) setError(messageOf(failure))
      })
    return () => controller.abort()
  }, [dataset, split, missing])
  return { thumbnails, error }
}

/** A list of pictures, some at a time. */
export function CellPictures({ title, order, pictures, result, hasClasses = false }: CellPicturesProps) {
  const [shown, setShown] = useState(batch)
  const visible = useMemo(() => pictures.slice(0, shown), [pictures, shown])
  const { thumbnails, error } = useThumbnails(result, visible)
  const { classes } = result.evaluation
  return (
    <section className={styles.pictures} aria-label={title}>
      <Group justify="space-between" align="baseline" gap="sm">
        <h2 className={styles.heading}>{title}</h2>
        <Text size="xs" c="dimmed">
          {countOf(pictures.length, 'picture')}
          {pictures.length > 1 && `, ${order}`}
        </Text>
      </Group>
      {error !== null && (
        <Text size="xs" c="red">
          {error}
        </Text>
      )}
      <ul className={styles.pictureList}>
        {visible.map((picture) => {
          const { index, name, label, predicted, confidence } = picture
          const png = thumbnails.get(index)
          return (
            <li key={index} title={name} style={{ width: side }}>
              <PictureImage side={side} picture={png === undefined ? undefined : { index, name, label, png }} />
              <span className={styles.hidden}>{name}, </span>
              {hasClasses && (
                <span className={styles.pictureClasses}>
                  {classes[label]} → {classes[predicted]}
                </span>
              )}
              <span className={styles.confidence}>{printShare(confidence)}</span>
            </li>
          )
        })}
      </ul>
      {pictures.length > shown && (
        <Button variant="default" size="compact-sm" onClick={() => setShown(shown + batch)}>
          Show {printCount(Math.min(batch, pictures.length - shown))} more
        </Button>
      )}
    </section>
  )
}
