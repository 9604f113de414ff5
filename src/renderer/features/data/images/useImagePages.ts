// Pages of small images of a dataset, fetched as a grid scrolls and kept for a while; not drawing them.
import { useDebouncedValue } from '@mantine/hooks'
import { useQueries } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { SmallImage } from '../../../kernel/images/ImageTile'
import type { ImageFormat, SplitName } from '../../../../shared/datasets/dataset'
import type { AugmentationPreset } from '../../../../shared/datasets/augmentation'
import type { DatasetOptions } from '../../../../shared/datasets/datasetOptions'
import { messageOf } from '../../../kernel/core/client'
import { queries, queryClient } from '../../../kernel/queries/queryClient'
import { findPages, pageSize } from './imageWindow'

/** Which images are looked at, and as what. */
export interface ImageQuery {
  readonly reference: string
  readonly options: DatasetOptions
  readonly split: SplitName
  /** Only this class. */
  readonly class?: number
  /** Longer side of the small images, in pixels. */
  readonly size: number
  /** As a network sees them; left out: as they are. */
  readonly format?: ImageFormat
  readonly augmentation?: AugmentationPreset
}

export interface ImagePages {
  /** Images of the query; null until the first page came. */
  readonly total: number | null
  /** The image at a place of the list, where its page is there. */
  readonly imageAt: (place: number) => SmallImage | undefined
  /** Says which places are seen now; other pages that were asked for are given up. */
  readonly show: (from: number, to: number) => void
  readonly error: string | null
  readonly retry: () => void
}

/** Pages that are not seen any more are kept so long: of a list that is scrolled up and down, some 30 MB. */
const keptMs = 30_000
/** Pages that a quickly moved scroll bar only passes by are never asked for. */
const settleMs = 60

function pageOptions(query: ImageQuery, page: number) {
  const input = { ...query, from: page * pageSize, count: pageSize }
  return queries.datasets.images.queryOptions({ input, gcTime: keptMs })
}

/** Follows the pages of a query; another query starts anew. @param query memoised: its identity counts */
export function useImagePages(query: ImageQuery): ImagePages {
  const [range, setRange] = useState({ from: 0, to: pageSize })
  const [settled] = useDebouncedValue(range, settleMs)
  const [known, setKnown] = useState<{ readonly query: ImageQuery; readonly total: number } | null>(null)
  const total = known?.query === query ? known.total : null
  // A page that goes out of sight while it is on its way loses its only observer, which cancels it.
  const pages = findPages(settled.from, settled.to, total ?? settled.to)
  const answers = useQueries({ queries: pages.map((page) => pageOptions(query, page)) })
  const found = answers.find(({ data }) => data !== undefined)?.data?.total
  if (found !== undefined && found !== total) setKnown({ query, total: found })
  const failed = answers.filter(({ error }) => error !== null)
  const show = useCallback(
    (from: number, to: number) =>
      setRange((before) => (before.from === from && before.to === to ? before : { from, to })),
    [],
  )
  return {
    total,
    imageAt: (place) => {
      const { queryKey } = pageOptions(query, Math.floor(place / pageSize))
      return queryClient.getQueryData(queryKey)?.images[place % pageSize]
    },
    show,
    error: failed[0] ? messageOf(failed[0].error) : null,
    retry: () => failed.forEach(({ refetch }) => void refetch()),
  }
}
