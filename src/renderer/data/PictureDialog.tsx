// One picture, large: as it is and as the network sees it; previous and next by arrow keys.
import { ActionIcon, Group, Modal, Skeleton, Text } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useEffect, useMemo, useState } from 'react'
import type { PictureFormat } from '../../shared/datasets/dataset'
import { client, messageOf } from '../state/client'
import { pictureUrl } from './PictureTile'
import type { PictureQuery, SmallPicture } from './usePicturePages'
import styles from './data.module.css'

const largeSide = 384

export interface PictureDialogProps {
  /** Where the picture comes from; its format and augmentation are those of the grid. */
  readonly query: PictureQuery
  readonly picture: SmallPicture
  readonly classes: readonly string[]
  /** What the network of the present document takes, or undefined. */
  readonly format: PictureFormat | undefined
  readonly onMove: (step: -1 | 1) => void
  readonly onClose: () => void
}

type Side = { readonly png: string | null } | { readonly error: string } | null

/** One picture of the query at full size; null while it is on its way. */
function useLargePicture(query: PictureQuery, index: number, format: PictureFormat | undefined): Side {
  const [answer, setAnswer] = useState<{ readonly to: object; readonly side: Side } | null>(null)
  const { reference, options, split, augmentation } = query
  const request = useMemo(
    () => ({
      reference,
      options,
      split,
      from: 0,
      count: 1,
      indices: [index],
      size: largeSide,
      ...(format && { format, augmentation }),
    }),
    [reference, options, split, augmentation, index, format],
  )
  useEffect(() => {
    const controller = new AbortController()
    client.datasets
      .pictures(request, { signal: controller.signal })
      .then(({ pictures }) => setAnswer({ to: request, side: { png: pictures[0]?.png ?? null } }))
      .catch((error: unknown) => {
        if (!controller.signal.aborted) setAnswer({ to: request, side: { error: messageOf(error) } })
      })
    return () => controller.abort()
  }, [request])
  return answer?.to === request ? answer.side : null
}

function LargePicture({ side, title }: { readonly side: Side; readonly title: string }) {
  return (
    <figure className={styles.large}>
      {side === null && <Skeleton width="100%" height="100%" radius={4} />}
      {side && 'error' in side && <Text size="sm">{side.error}</Text>}
      {side && 'png' in side && side.png !== null && <img src={pictureUrl(side.png)} alt={title} />}
      {side && 'png' in side && side.png === null && <Text size="sm">This file cannot be read.</Text>}
      <figcaption>{title}</figcaption>
    </figure>
  )
}

function NetworkView({
  query,
  index,
  format,
}: {
  readonly query: PictureQuery
  readonly index: number
  readonly format: PictureFormat
}) {
  const side = useLargePicture(query, index, format)
  const { channels, height, width } = format
  return <LargePicture side={side} title={`What the network sees: ${channels}×${height}×${width}`} />
}

/** The dialog of one picture. */
export function PictureDialog({ query, picture, classes, format, onMove, onClose }: PictureDialogProps) {
  const original = useLargePicture(query, picture.index, undefined)
  useHotkeys([
    ['ArrowLeft', () => onMove(-1)],
    ['ArrowRight', () => onMove(1)],
  ])
  return (
    <Modal
      opened
      onClose={onClose}
      size={format ? 860 : 480}
      centered
      title={<span className={styles.dialogTitle}>{picture.name}</span>}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={styles.largePair}>
        <LargePicture side={original} title="As it is" />
        {format && <NetworkView query={query} index={picture.index} format={format} />}
      </div>
      <Group justify="space-between" mt="sm">
        <Text size="sm">
          Class <b>{classes[picture.label] ?? picture.label}</b>, number {picture.index} of the {query.split} split
        </Text>
        <Group gap={4}>
          <ActionIcon variant="default" aria-label="Previous picture" onClick={() => onMove(-1)}>
            <IconChevronLeft size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon variant="default" aria-label="Next picture" onClick={() => onMove(1)}>
            <IconChevronRight size={16} aria-hidden />
          </ActionIcon>
        </Group>
      </Group>
    </Modal>
  )
}
