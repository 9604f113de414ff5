// Images of an evaluation in the order in which they teach most, with what the network said; fetched as they are shown.
import { countOf, printCount, printShare } from '../../../../shared/graph/printNumbers'
import { Button, Group, Text } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { ImageView } from '../../../kernel/images/ImageTile'
import { client, messageOf } from '../../../kernel/core/client'
import type { EvaluationDone } from '../model/evaluationStore'
import type { EvaluatedImage } from '../model/mistakes'
import styles from '../evaluate.module.css'

const batch = 60
const side = 84

export interface CellImagesProps {
  readonly title: string
  /** How they are ordered, in words. */
  readonly order: string
  readonly images: readonly EvaluatedImage[]
  readonly result: EvaluationDone
  /** Whether to name both classes under each image. */
  readonly hasClasses?: boolean
}

type Thumbnails = ReadonlyMap<number, string | null>

/** The small images of the first `count`, by index; empty where the core does not say where they are. */
function useThumbnails(
  { dataset, split }: EvaluationDone,
  images: readonly EvaluatedImage[],
): { readonly thumbnails: Thumbnails; readonly error: string | null } {
  const [thumbnails, setThumbnails] = useState<Thumbnails>(new Map())
  const [error, setError] = useState<string | null>(null)
  const missing = useMemo(
    () => images.map(({ index }) => index).filter((index) => !thumbnails.has(index)),
    [images, thumbnails],
  )
  useEffect(() => {
    if (!dataset || missing.length === 0) return
    const controller = new AbortController()
    const indices = missing.slice(0, batch)
    client.datasets
      .images(
        { ...dataset, split, from: 0, count: indices.length, indices, size: 2 * side },
        { signal: controller.signal },
      )
      .then((answer) =>
        setThumbnails((known) => {
          const next = new Map(known)
          for (const index of indices) next.set(index, null)
          for (const { index, png } of answer.images) next.set(index, png)
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

/** A list of images, some at a time. */
export function CellImages({ title, order, images, result, hasClasses = false }: CellImagesProps) {
  const [shown, setShown] = useState(batch)
  const visible = useMemo(() => images.slice(0, shown), [images, shown])
  const { thumbnails, error } = useThumbnails(result, visible)
  const { classes } = result.evaluation
  return (
    <section className={styles.images} aria-label={title}>
      <Group justify="space-between" align="baseline" gap="sm">
        <h2 className={styles.heading}>{title}</h2>
        <Text size="xs" c="dimmed">
          {countOf(images.length, 'image')}
          {images.length > 1 && `, ${order}`}
        </Text>
      </Group>
      {error !== null && (
        <Text size="xs" c="red">
          {error}
        </Text>
      )}
      <ul className={styles.imageList}>
        {visible.map((image) => {
          const { index, name, label, predicted, confidence } = image
          const png = thumbnails.get(index)
          return (
            <li key={index} title={name} style={{ width: side }}>
              <ImageView side={side} image={png === undefined ? undefined : { index, name, label, png }} />
              <span className={styles.hidden}>{name}, </span>
              {hasClasses && (
                <span className={styles.imageClasses}>
                  {classes[label]} → {classes[predicted]}
                </span>
              )}
              <span className={styles.confidence}>{printShare(confidence)}</span>
            </li>
          )
        })}
      </ul>
      {images.length > shown && (
        <Button variant="default" size="compact-sm" onClick={() => setShown(shown + batch)}>
          Show {printCount(Math.min(batch, images.length - shown))} more
        </Button>
      )}
    </section>
  )
}
