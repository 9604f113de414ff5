// Images of an evaluation in the order in which they teach most, with what the network said; fetched as they are shown.
import { countOf, printCount, printShare } from '../../../../shared/graph/printNumbers'
import { Button, Group, Text } from '@mantine/core'
import { skipToken, useQueries } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { CorrectionBar } from './CorrectionBar'
import { useCorrections } from './useCorrections'
import { ImageView } from '../../../kernel/images/ImageTile'
import { FailureText } from '../../../kernel/failures/FailureText'
import { Notice } from '../../../kernel/parts/Notice'
import { queries } from '../../../kernel/queries/queryClient'
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
  /** What the classes of the images are called; left out: as in the result. */
  readonly classNames?: readonly string[]
  /** Whether to name both classes under each image. */
  readonly hasClasses?: boolean
}

/** The small images by their index, null where one could not be read; empty where the core does not say where they are. */
function useThumbnails({ dataset, split }: EvaluationDone, images: readonly EvaluatedImage[]) {
  const pages = useMemo(() => {
    const indices = images.map(({ index }) => index)
    return Array.from({ length: Math.ceil(indices.length / batch) }, (_, page) =>
      indices.slice(page * batch, (page + 1) * batch),
    )
  }, [images])
  const answers = useQueries({
    queries: pages.map((indices) =>
      queries.datasets.images.queryOptions({
        input: dataset ? { ...dataset, split, from: 0, count: indices.length, indices, size: 2 * side } : skipToken,
      }),
    ),
  })
  return useMemo(() => {
    const thumbnails = new Map<number, string | null>()
    answers.forEach(({ data }, page) => {
      if (!data) return
      for (const index of pages[page] ?? []) thumbnails.set(index, null)
      for (const { index, png } of data.images) thumbnails.set(index, png)
    })
    return { thumbnails, error: answers.find(({ error }) => error !== null)?.error ?? null }
  }, [answers, pages])
}

/** A list of images, some at a time. */
export function CellImages(props: CellImagesProps) {
  const { title, order, images, result, hasClasses = false, classNames: classes = result.evaluation.classes } = props
  const [shown, setShown] = useState(batch)
  const visible = useMemo(() => images.slice(0, shown), [images, shown])
  const { thumbnails, error } = useThumbnails(result, visible)
  const corrections = useCorrections(result)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const toggle = (name: string): void =>
    setChosen((before) =>
      before.has(name) ? new Set([...before].filter((each) => each !== name)) : new Set([...before, name]),
    )
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
        <Notice tone="error">
          <FailureText error={error} />
        </Notice>
      )}
      {corrections.isPossible && images.length > 0 && (
        <CorrectionBar
          chosen={[...chosen]}
          classes={result.evaluation.classes}
          corrections={corrections}
          onDone={() => setChosen(new Set())}
        />
      )}
      <ul className={styles.imageList}>
        {visible.map((image) => {
          const { index, name, label, predicted, confidence } = image
          const png = thumbnails.get(index)
          return (
            <li key={index} title={name} style={{ width: side }}>
              <button
                type="button"
                className={styles.imageChoice}
                aria-label={name}
                aria-pressed={chosen.has(name)}
                disabled={!corrections.isPossible}
                onClick={() => toggle(name)}
              >
                <ImageView side={side} image={png === undefined ? undefined : { index, name, label, png }} />
              </button>
              {hasClasses && (
                <span className={styles.imageClasses}>
                  {classes[label]} → {classes[predicted]}
                </span>
              )}
              <span className={styles.confidence}>
                {corrections.corrected.has(name)
                  ? (corrections.corrected.get(name) ?? 'left out')
                  : printShare(confidence)}
              </span>
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
