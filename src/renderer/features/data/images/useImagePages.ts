// Pages of small images of a dataset, fetched as a grid scrolls and kept for a while; not drawing them.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { SmallImage } from '../../../kernel/images/ImageTile'
import type { ImageFormat, SplitName } from '../../../../shared/datasets/dataset'
import type { AugmentationPreset } from '../../../../shared/datasets/augmentation'
import type { DatasetOptions } from '../../../../shared/datasets/datasetOptions'
import { client, messageOf } from '../../../kernel/core/client'
import { findPages, pageSize, RecentMap } from './imageWindow'

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

/** 60 pages of 100 images: more than any screen shows, and some 30 MB at most. */
const keptPages = 60
/** Pages that a quickly moved scroll bar only passes by are never asked for. */
const settleMs = 60

class PageFetcher {
  private readonly pages = new RecentMap<number, readonly SmallImage[]>(keptPages)
  private readonly running = new Map<number, AbortController>()
  private timer: ReturnType<typeof setTimeout> | undefined
  total: number | null = null
  error: string | null = null

  constructor(
    private readonly query: ImageQuery,
    private readonly changed: () => void,
  ) {}

  at(place: number): SmallImage | undefined {
    return this.pages.get(Math.floor(place / pageSize))?.[place % pageSize]
  }

  show(from: number, to: number): void {
    const wanted = findPages(from, to, this.total ?? to)
    for (const [page, controller] of this.running) {
      if (wanted.includes(page)) continue
      controller.abort()
      this.running.delete(page)
    }
    clearTimeout(this.timer)
    const missing = wanted.filter((page) => !this.pages.has(page) && !this.running.has(page))
    if (missing.length === 0 || this.error !== null) return
    this.timer = setTimeout(
      () => missing.forEach((page) => void this.fetchPage(page)),
      this.total === null ? 0 : settleMs,
    )
  }

  /** Forgets a failure and asks again. */
  retry(from: number, to: number): void {
    this.error = null
    this.changed()
    this.show(from, to)
  }

  stop(): void {
    clearTimeout(this.timer)
    for (const controller of this.running.values()) controller.abort()
    this.running.clear()
  }

  private async fetchPage(page: number): Promise<void> {
    const controller = new AbortController()
    this.running.set(page, controller)
    try {
      const { total, images } = await client.datasets.images(
        { ...this.query, from: page * pageSize, count: pageSize },
        { signal: controller.signal },
      )
      if (controller.signal.aborted) return
      this.pages.set(page, images)
      this.total = total
    } catch (error) {
      if (controller.signal.aborted) return
      this.error = messageOf(error)
    } finally {
      if (this.running.get(page) === controller) this.running.delete(page)
    }
    this.changed()
  }
}

/** Follows the pages of a query; another query starts anew. @param query memoised: its identity counts */
export function useImagePages(query: ImageQuery): ImagePages {
  const [, setVersion] = useState(0)
  const range = useRef({ from: 0, to: pageSize })
  const fetcher = useMemo(() => new PageFetcher(query, () => setVersion((version) => version + 1)), [query])
  useEffect(() => {
    fetcher.show(range.current.from, range.current.to)
    return () => fetcher.stop()
  }, [fetcher])
  const show = useCallback(
    (from: number, to: number) => {
      range.current = { from, to }
      fetcher.show(from, to)
    },
    [fetcher],
  )
  return {
    total: fetcher.total,
    imageAt: (place) => fetcher.at(place),
    show,
    error: fetcher.error,
    retry: () => fetcher.retry(range.current.from, range.current.to),
  }
}
