// One image, large: as it is and as the network sees it; previous and next by arrow keys.
import { ActionIcon, Group, Modal, Skeleton, Text } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ImageFormat } from '../../../../shared/datasets/dataset'
import { messageOf } from '../../../kernel/core/client'
import { queries } from '../../../kernel/queries/queryClient'
import { imageUrl } from '../../../kernel/images/ImageTile'
import type { ImageQuery } from './useImagePages'
import type { SmallImage } from '../../../kernel/images/ImageTile'
import styles from '../data.module.css'

const largeSide = 384

export interface ImageDialogProps {
  /** Where the image comes from; its format and augmentation are those of the grid. */
  readonly query: ImageQuery
  readonly image: SmallImage
  readonly classes: readonly string[]
  /** What the network of the present document takes, or undefined. */
  readonly format: ImageFormat | undefined
  readonly onMove: (step: -1 | 1) => void
  readonly onClose: () => void
}

type Side = { readonly png: string | null } | { readonly error: string } | null

/** One image of the query at full size; null while it is on its way. */
function useLargeImage(query: ImageQuery, index: number, format: ImageFormat | undefined): Side {
  const { reference, options, split, augmentation } = query
  const request = { reference, options, split, from: 0, count: 1, indices: [index], size: largeSide }
  const input = { ...request, ...(format && { format, augmentation }) }
  const { data, error } = useQuery(queries.datasets.images.queryOptions({ input }))
  if (error) return { error: messageOf(error) }
  return data ? { png: data.images[0]?.png ?? null } : null
}

function LargeImage({ side, title }: { readonly side: Side; readonly title: string }) {
  return (
    <figure className={styles.large}>
      {side === null && <Skeleton width="100%" height="100%" radius={4} />}
      {side && 'error' in side && <Text size="sm">{side.error}</Text>}
      {side && 'png' in side && side.png !== null && <img src={imageUrl(side.png)} alt={title} />}
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
  readonly query: ImageQuery
  readonly index: number
  readonly format: ImageFormat
}) {
  const side = useLargeImage(query, index, format)
  const { channels, height, width } = format
  return <LargeImage side={side} title={`What the network sees: ${channels}×${height}×${width}`} />
}

/** The dialog of one image. */
export function ImageDialog({ query, image, classes, format, onMove, onClose }: ImageDialogProps) {
  const original = useLargeImage(query, image.index, undefined)
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
      title={<span className={styles.dialogTitle}>{image.name}</span>}
    >
      <div className={styles.largePair}>
        <LargeImage side={original} title="As it is" />
        {format && <NetworkView query={query} index={image.index} format={format} />}
      </div>
      <Group justify="space-between" mt="sm">
        <Text size="sm">
          Class <b>{classes[image.label] ?? image.label}</b>, number {image.index} of the {query.split} split
        </Text>
        <Group gap={4}>
          <ActionIcon variant="default" aria-label="Previous image" onClick={() => onMove(-1)}>
            <IconChevronLeft size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon variant="default" aria-label="Next image" onClick={() => onMove(1)}>
            <IconChevronRight size={16} aria-hidden />
          </ActionIcon>
        </Group>
      </Group>
    </Modal>
  )
}
