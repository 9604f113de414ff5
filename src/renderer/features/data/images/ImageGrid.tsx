// A grid of as many images as a dataset has: only the rows in view exist, pages are fetched as they are scrolled to.
import { printCount } from '../../../../shared/graph/printNumbers'
import { useElementSize } from '@mantine/hooks'
import { Button, Text } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { Notice } from '../../../kernel/parts/Notice'
import { ImageView } from '../../../kernel/images/ImageTile'
import { noImages, selectAll, selectPlace, type ImageSelection } from './imageSelection'
import { countColumns, moveInGrid } from './imageWindow'
import { useImagePages, type ImageQuery } from './useImagePages'
import { type SmallImage } from '../../../kernel/images/ImageTile'
import styles from '../data.module.css'

const gap = 6
const rowsAhead = 4

export interface ImageGridProps {
  /** Memoised: another object starts anew. */
  readonly query: ImageQuery
  readonly classes: readonly string[]
  /** Least side of a tile in CSS pixels. */
  readonly tile: number
  readonly selection: ImageSelection
  /** @param total how long the list is that places are of */
  readonly onSelect: (selection: ImageSelection, total: number) => void
  readonly onOpen: (image: SmallImage, place: number) => void
}

/** What is read out and shown of an image. */
export function describeImage(image: SmallImage | undefined, classes: readonly string[]): string {
  if (!image) return 'On its way'
  const label = classes[image.label] ?? `class ${image.label}`
  return `${image.name}, ${label}${image.png === null ? ', unreadable' : ''}`
}

/**
 * The images of a query. One tab stop; arrows, Page and Home/End move, with Shift they select; Space selects one more or
 * less, Ctrl+A all, Escape none; Enter and a double click open.
 */
export function ImageGrid({ query, classes, tile: wantedTile, selection, onSelect, onOpen }: ImageGridProps) {
  const { ref: sizeRef, width, height } = useElementSize<HTMLDivElement>()
  const scroller = useRef<HTMLDivElement>(null)
  const pages = useImagePages(query)
  const [active, setActive] = useState(0)
  const [hovered, setHovered] = useState<number | null>(null)
  const wantsFocus = useRef(false)
  const columns = countColumns(width, wantedTile, gap)
  // Tiles grow a little, so that a row fills its width.
  const tile = width > 0 ? Math.floor((width + gap) / columns) - gap : wantedTile
  const total = pages.total ?? 0
  const rows = Math.ceil(total / columns)
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoised by React's compiler
  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => tile + gap,
    overscan: rowsAhead,
  })
  useEffect(() => virtual.measure(), [virtual, tile, columns])
  const items = virtual.getVirtualItems()
  const firstRow = items[0]?.index ?? 0
  const lastRow = items.at(-1)?.index ?? Math.ceil(Math.max(height, 400) / (tile + gap))
  const { show } = pages
  useEffect(() => show(firstRow * columns, (lastRow + 1) * columns), [show, firstRow, lastRow, columns])
  useEffect(() => {
    if (!wantsFocus.current) return
    const cell = scroller.current?.querySelector<HTMLElement>(`[data-place="${active}"]`)
    if (!cell) return
    wantsFocus.current = false
    cell.focus({ preventScroll: true })
  })

  function press(event: KeyboardEvent, place: number): void {
    const isCommand = event.ctrlKey || event.metaKey
    const image = pages.imageAt(place)
    if (event.key === 'Enter' && image) onOpen(image, place)
    else if (event.key === ' ')
      onSelect(selectPlace(selection, place, { isRange: event.shiftKey, isToggle: true }), total)
    else if (event.key === 'a' && isCommand) onSelect(selectAll(total), total)
    else if (event.key === 'Escape' && selection.chosen.size > 0) onSelect(noImages, total)
    else return move(event)
    event.preventDefault()
    event.stopPropagation()
  }

  function move(event: KeyboardEvent): void {
    const rowsPerPage = Math.max(1, Math.floor(height / (tile + gap)))
    const next = moveInGrid(event.key, active, { columns, total, rowsPerPage })
    if (next === null) return
    event.preventDefault()
    wantsFocus.current = true
    setActive(next)
    if (event.shiftKey) {
      const from = selection.chosen.size > 0 ? selection : { ...selection, anchor: active }
      onSelect(selectPlace(from, next, { isRange: true, isToggle: false }), total)
    }
    virtual.scrollToIndex(Math.floor(next / columns), { align: 'auto' })
  }

  if (pages.error !== null) {
    return (
      <div className={styles.gridNotice}>
        <Notice tone="error" title="The images could not be read">
          {pages.error}
          <br />
          <Button mt={6} size="compact-xs" variant="default" onClick={pages.retry}>
            Try again
          </Button>
        </Notice>
      </div>
    )
  }
  if (pages.total === 0) {
    return (
      <Text c="dimmed" p="xl" ta="center" size="sm">
        No images of this class in this split.
      </Text>
    )
  }
  const pointed = hovered ?? active
  const pointedImage = pages.imageAt(pointed)
  return (
    <div className={styles.gridFrame}>
      <div ref={scroller} className={styles.scroller}>
        {/* The width is measured inside the scroller, so that its scroll bar is left out. */}
        <div ref={sizeRef} className={styles.measure} />
        <ul aria-label="Images" className={styles.canvas} style={{ height: virtual.getTotalSize() }}>
          {items.flatMap((row) =>
            Array.from({ length: Math.min(columns, total - row.index * columns) }, (_, column) => {
              const place = row.index * columns + column
              const image = pages.imageAt(place)
              return (
                <li
                  key={place}
                  aria-setsize={total}
                  aria-posinset={place + 1}
                  className={styles.place}
                  style={{ transform: `translate(${column * (tile + gap)}px, ${row.start}px)` }}
                >
                  <button
                    type="button"
                    data-place={place}
                    aria-label={describeImage(image, classes)}
                    aria-pressed={selection.chosen.has(place)}
                    tabIndex={place === active ? 0 : -1}
                    className={styles.tile}
                    style={{ width: tile, height: tile }}
                    onFocus={() => setActive(place)}
                    onMouseEnter={() => setHovered(place)}
                    onMouseLeave={() => setHovered(null)}
                    onKeyDown={(event) => press(event, place)}
                    onClick={(event) => {
                      // Enter and Space come as clicks too, and are keys here.
                      if (event.detail === 0) return
                      const isToggle = event.ctrlKey || event.metaKey
                      onSelect(selectPlace(selection, place, { isRange: event.shiftKey, isToggle }), total)
                    }}
                    onDoubleClick={() => image && onOpen(image, place)}
                  >
                    <ImageView image={image} side={tile} />
                    {image && <span className={styles.caption}>{classes[image.label] ?? image.label}</span>}
                    {selection.chosen.has(place) && (
                      <span className={styles.tick}>
                        <IconCheck size={12} stroke={3} aria-hidden />
                      </span>
                    )}
                  </button>
                </li>
              )
            }),
          )}
        </ul>
      </div>
      <div className={styles.gridFoot}>
        <span className={styles.footName}>{pointedImage?.name ?? ' '}</span>
        {pointedImage && <span className={styles.footClass}>{classes[pointedImage.label]}</span>}
        <span className={styles.footPlace}>
          {printCount(Math.min(pointed + 1, total))} of {printCount(total)}
        </span>
      </div>
    </div>
  )
}
