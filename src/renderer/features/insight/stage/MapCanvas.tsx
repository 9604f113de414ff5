// A feature map on a canvas with its padding, the window and the cell that is filled; positions are chosen by pressing on it.
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useMemo, useRef, type PointerEvent } from 'react'
import type { FeatureMaps } from '../../../../shared/network/explanation/slidingWindow'
import type { Sides } from '../../../../shared/shapes/window'
import { printValue } from './stage'
import classes from '../insight.module.css'
import { channelOf, drawBitmap, readInks, shadeOf, type Inks, type ValueRange } from './mapImage'

/** A cell of the map; negative or past the end: in the padding. */
export interface MarkedCell {
  readonly row: number
  readonly column: number
}

export interface MapCanvasProps {
  /** What is seen, for those who do not see it. */
  readonly label: string
  readonly maps: FeatureMaps
  readonly channel: number | 'rgb'
  readonly range: ValueRange
  /** Rows and columns of padding that are drawn around it. */
  readonly pads?: Sides
  /** Cells that are outlined: the taps of the window, or the filled cell. */
  readonly marked?: readonly MarkedCell[]
  /** A thin outline around all marked cells, where they do not touch. */
  readonly hasOutline?: boolean
  /** Cells before this one are drawn, row by row; left out: all. */
  readonly reached?: number
  /** Longest side in CSS pixels. */
  readonly size: number
  readonly onPick?: (row: number, column: number) => void
}

const noPads: Sides = [0, 0, 0, 0]
/** Cells at least this wide show their numbers. */
const readableCell = 24
const largestCell = 104

/** Columns and rows with padding, and the CSS pixels of a cell: whole numbers from 1 on. */
function layOut({ maps, pads = noPads, size }: MapCanvasProps) {
  const columns = maps.width + pads[1] + pads[3]
  const rows = maps.height + pads[0] + pads[2]
  const fitting = size / Math.max(columns, rows)
  const cell = Math.min(largestCell, fitting >= 2 ? Math.floor(fitting) : fitting)
  return { columns, rows, cell, width: columns * cell, height: rows * cell }
}
type Layout = ReturnType<typeof layOut>

/** Hatching of the padding, by hand: patterns do not scale with the cells. */
function drawPadding(context: CanvasRenderingContext2D, { width, height }: Layout, inks: Inks): void {
  context.fillStyle = inks.padding
  context.fillRect(0, 0, width, height)
  context.strokeStyle = inks.hatch
  context.lineWidth = 1
  context.beginPath()
  for (let x = -height; x < width; x += 8) {
    context.moveTo(x, height)
    context.lineTo(x + height, 0)
  }
  context.stroke()
}

function drawValues(context: CanvasRenderingContext2D, props: MapCanvasProps, { cell }: Layout, inks: Inks): void {
  const { maps, channel, range, pads = noPads, reached } = props
  const count = Math.min(reached ?? Infinity, maps.height * maps.width)
  const values = channelOf(maps, channel === 'rgb' ? 0 : channel)
  const fontSize = Math.max(Math.min(13, Math.floor(cell / 2.6)), Math.floor(cell / 4.2))
  context.font = `${fontSize}px ${getComputedStyle(context.canvas).fontFamily}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.lineWidth = 1
  for (let row = 0; row < maps.height; row++) {
    for (let column = 0; column < maps.width; column++) {
      const index = row * maps.width + column
      const [x, y] = [(column + pads[1]) * cell, (row + pads[0]) * cell]
      context.strokeStyle = inks.grid
      context.strokeRect(x + 0.5, y + 0.5, cell - 1, cell - 1)
      if (index >= count) continue
      const value = values[index] ?? 0
      context.fillStyle = shadeOf(value, range) > 140 ? '#000' : '#fff'
      context.fillText(printValue(value), x + cell / 2, y + cell / 2 + 1, cell - 4)
    }
  }
}

/** The part of the bitmap that the window has reached: whole rows, then the beginning of one. */
function drawReached(
  context: CanvasRenderingContext2D,
  bitmap: OffscreenCanvas,
  { maps, pads = noPads, reached }: MapCanvasProps,
  { cell }: Layout,
): void {
  const { width, height } = maps
  const [x, y] = [pads[1] * cell, pads[0] * cell]
  const count = Math.min(reached ?? Infinity, width * height)
  const rows = Math.floor(count / width)
  const rest = count % width
  if (rows > 0) context.drawImage(bitmap, 0, 0, width, rows, x, y, width * cell, rows * cell)
  if (rest > 0) context.drawImage(bitmap, 0, rows, rest, 1, x, y + rows * cell, rest * cell, cell)
}

function drawMarks(context: CanvasRenderingContext2D, props: MapCanvasProps, { cell }: Layout, inks: Inks): void {
  const { marked = [], pads = noPads, hasOutline } = props
  if (marked.length === 0) return
  context.strokeStyle = inks.window
  const place = ({ row, column }: MarkedCell) => [(column + pads[1]) * cell, (row + pads[0]) * cell] as const
  if (!hasOutline || marked.length === 1) {
    context.lineWidth = 2
    for (const mark of marked) {
      const [x, y] = place(mark)
      const side = Math.max(cell, 4)
      context.strokeRect(x + cell / 2 - side / 2, y + cell / 2 - side / 2, side, side)
    }
    return
  }
  const xs = marked.map((mark) => place(mark)[0])
  const ys = marked.map((mark) => place(mark)[1])
  const [left, top] = [Math.min(...xs), Math.min(...ys)]
  const [right, bottom] = [Math.max(...xs) + cell, Math.max(...ys) + cell]
  context.fillStyle = inks.window
  context.globalAlpha = 0.22
  for (const mark of marked) context.fillRect(...place(mark), cell, cell)
  context.globalAlpha = 1
  context.lineWidth = 2
  context.strokeRect(left, top, right - left, bottom - top)
}

/** The map. */
export function MapCanvas(props: MapCanvasProps) {
  const { label, maps, channel, range, pads = noPads, onPick } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  // Another scheme draws again, with its inks.
  useComputedColorScheme('dark')
  const bitmap = useMemo(() => drawBitmap(maps, range, channel), [maps, range, channel])
  const layout = layOut(props)
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context) return
    const inks = readInks(element)
    const density = window.devicePixelRatio
    element.width = Math.round(layout.width * density)
    element.height = Math.round(layout.height * density)
    context.setTransform(density, 0, 0, density, 0, 0)
    context.imageSmoothingEnabled = layout.cell < 1
    if (pads.some((pad) => pad > 0)) drawPadding(context, layout, inks)
    context.fillStyle = inks.empty
    context.fillRect(pads[1] * layout.cell, pads[0] * layout.cell, maps.width * layout.cell, maps.height * layout.cell)
    drawReached(context, bitmap, props, layout)
    if (layout.cell >= readableCell && channel !== 'rgb') drawValues(context, props, layout, inks)
    drawMarks(context, props, layout, inks)
  }, [props, layout, bitmap, pads, maps, channel])
  const pick = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (!onPick || (event.type === 'pointermove' && event.buttons === 0)) return
    const box = event.currentTarget.getBoundingClientRect()
    const column = Math.floor(((event.clientX - box.left) / box.width) * layout.columns) - pads[1]
    const row = Math.floor(((event.clientY - box.top) / box.height) * layout.rows) - pads[0]
    onPick(row, column)
  }
  return (
    // A canvas is an image, but no file that an img element could show.
    <canvas
      ref={canvas}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="img"
      aria-label={label}
      className={classes.map}
      data-pickable={onPick ? true : undefined}
      style={{ width: layout.width, height: layout.height }}
      onPointerDown={pick}
      onPointerMove={pick}
    />
  )
}
