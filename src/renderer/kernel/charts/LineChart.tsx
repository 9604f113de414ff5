// One chart of several curves on a canvas (uPlot), in the theme's colours and the size of its place; not what the curves are.
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useMemo, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { ChartColumns } from './chartColumns'
import { cornersOf, type MarkShape } from './curveLooks'
import classes from './lineChart.module.css'

export interface CurveStyle {
  readonly title: string
  /** Number of the chart colour of the theme, from 1 (`--nl-chart-1`). */
  readonly color: number
  readonly look: 'solid' | 'dashed' | 'ghost'
  /** Lengths of lines and gaps, where a chart tells several curves apart by them. */
  readonly dash?: readonly number[]
  /** What stands at the values; left out: dots. */
  readonly mark?: MarkShape
  /** Dots at the values, for curves with few of them. */
  readonly hasPoints?: boolean
}

export interface LineChartProps {
  readonly title: string
  /** What the curves say now, for those who do not see them. */
  readonly description: string
  readonly data: ChartColumns
  readonly curves: readonly CurveStyle[]
  readonly isLog?: boolean
  /** Lowest and highest value that the axis always shows. */
  readonly bounds?: readonly [number, number]
  /** Place of a vertical mark with its text. */
  readonly mark?: { readonly x: number; readonly text: string; readonly at: 'top' | 'bottom' } | null
  readonly xTitle: string
  /** What places are: whole numbers and seconds are marked at round ones; left out: any numbers. */
  readonly xKind?: 'whole' | 'seconds'
  readonly printX: (value: number) => string
  readonly printY: (value: number) => string
  /** Left out: as `printY`. */
  readonly printTick?: (value: number) => string
  /** Receives the milliseconds that drawing took. */
  readonly onDrawn?: (elapsedMs: number) => void
}

/** The theme's colours as they are now: a canvas does not know CSS variables. */
function readInks() {
  const style = getComputedStyle(document.documentElement)
  const read = (name: string) => style.getPropertyValue(name).trim() || '#888888'
  return {
    text: read('--nl-dim'),
    grid: read('--nl-chart-grid'),
    mark: read('--nl-chart-4'),
    curve: (color: number) => read(`--nl-chart-${color}`),
  }
}
type Inks = ReturnType<typeof readInks>

/** Distances between marks at whole numbers. */
const wholeDistances = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat()

/** Distances between marks in seconds: from seconds to weeks. */
const timeDistances = [
  0.001,
  0.01,
  0.1,
  1,
  2,
  5,
  10,
  15,
  30,
  ...[1, 2, 5, 10, 15, 30].map((minutes) => 60 * minutes),
  ...[1, 2, 3, 6, 12, 24, 48, 168, 672].map((hours) => 3600 * hours),
]
const distances = { whole: wholeDistances, seconds: timeDistances } as const

const font = '11px "Inter Variable", Inter, sans-serif'

/** Draws marks of a shape at the values that a chart shows, in place of its own dots. */
function marksOf(shape: MarkShape, color: string): uPlot.Series.Points.Show {
  return (chart, series, first, last) => {
    const { ctx } = chart
    const [places = []] = chart.data
    const values = chart.data[series] ?? []
    const radius = 3.4 * devicePixelRatio
    const corners = cornersOf(shape, radius)
    ctx.save()
    ctx.fillStyle = color
    for (let index = first; index <= last; index++) {
      const [place, value] = [places[index], values[index]]
      if (typeof place !== 'number' || typeof value !== 'number') continue
      const [x, y] = [chart.valToPos(place, 'x', true), chart.valToPos(value, 'y', true)]
      ctx.beginPath()
      if (corners.length === 0) ctx.arc(x, y, radius, 0, 2 * Math.PI)
      for (const [right, down] of corners) ctx.lineTo(x + right, y + down)
      ctx.fill()
    }
    ctx.restore()
    return false
  }
}

function curveOf(style: CurveStyle, inks: Inks, printY: (value: number) => string): uPlot.Series {
  const color = inks.curve(style.color)
  const isGhost = style.look === 'ghost'
  return {
    label: style.title,
    stroke: isGhost ? `${color}40` : color,
    width: isGhost ? 1 : 2,
    dash: style.dash ? [...style.dash] : style.look === 'dashed' ? [6, 4] : undefined,
    spanGaps: true,
    points: {
      show: style.mark && style.hasPoints ? marksOf(style.mark, color) : (style.hasPoints ?? false),
      size: 5,
      fill: color,
      stroke: color,
    },
    value: (_, value) => (typeof value === 'number' ? printY(value) : '–'),
  }
}

/** Without a pointer the legend tells each curve's newest value. */
function showLatest(chart: uPlot): void {
  if (chart.cursor.idx !== null && chart.cursor.idx !== undefined) return
  const idxs = chart.data.map((column) => {
    let index = column.length - 1
    while (index > 0 && (column[index] === null || column[index] === undefined)) index--
    return index < 0 ? null : index
  })
  chart.setLegend({ idxs }, false)
}

/** The border of a curve's sample in the legend. */
function legendDash(style: CurveStyle | undefined): string {
  const [line] = style?.dash ?? (style?.look === 'dashed' ? [6] : [])
  if (line === undefined) return 'solid'
  return line < 4 ? 'dotted' : 'dashed'
}

function drawMark(chart: uPlot, mark: LineChartProps['mark'], inks: Inks): void {
  if (!mark) return
  const { ctx, bbox } = chart
  const x = Math.round(chart.valToPos(mark.x, 'x', true))
  if (x < bbox.left || x > bbox.left + bbox.width) return
  const ratio = devicePixelRatio
  ctx.save()
  ctx.strokeStyle = inks.mark
  ctx.fillStyle = inks.mark
  ctx.lineWidth = ratio
  ctx.setLineDash([2 * ratio, 3 * ratio])
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  ctx.font = font.replace('11px', `${11 * ratio}px`)
  ctx.textBaseline = mark.at
  const isRight = x > bbox.left + 0.7 * bbox.width
  ctx.textAlign = isRight ? 'right' : 'left'
  const y = mark.at === 'top' ? bbox.top + 2 * ratio : bbox.top + bbox.height - 4 * ratio
  ctx.fillText(mark.text, x + (isRight ? -4 : 4) * ratio, y)
  ctx.restore()
}

interface Frame {
  readonly width: number
  readonly height: number
  readonly current: () => LineChartProps
}

function optionsOf({ width, height, current }: Frame): uPlot.Options {
  const props = current()
  const inks = readInks()
  const { text, grid } = inks
  const axis = { stroke: text, font, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1, size: 4 } }
  const [low, high] = props.bounds ?? [null, null]
  const printTick = props.printTick ?? props.printY
  let beganMs = 0
  return {
    width,
    height,
    padding: [10, 22, 0, 0],
    cursor: { drag: { x: true, y: false }, points: { size: 6 } },
    legend: {
      show: true,
      live: true,
      isolate: false,
      markers: { dash: (_, index) => legendDash(props.curves[index - 1]) },
    },
    scales: {
      x: { time: false },
      y: props.isLog
        ? { distr: 3 }
        : {
            range: {
              min: { pad: 0.08, soft: low ?? undefined, mode: low === null ? 0 : 1 },
              max: { pad: 0.08, soft: high ?? undefined, mode: high === null ? 0 : 1 },
            },
          },
    },
    axes: [
      {
        ...axis,
        size: 28,
        incrs: props.xKind && [...distances[props.xKind]],
        space: 64,
        gap: 4,
        values: (_, splits) => splits.map((value) => (value === null ? '' : props.printX(value))),
      },
      {
        ...axis,
        size: 52,
        gap: 4,
        values: (_, splits) => splits.map((value) => (value === null ? '' : printTick(value))),
      },
    ],
    series: [
      { label: props.xTitle, value: (_, value) => (typeof value === 'number' ? props.printX(value) : '–') },
      ...props.curves.map((style) => curveOf(style, inks, props.printY)),
    ],
    hooks: {
      setCursor: [showLatest],
      setData: [(chart) => queueMicrotask(() => showLatest(chart))],
      ready: [showLatest],
      drawClear: [() => (beganMs = performance.now())],
      draw: [
        (chart) => {
          drawMark(chart, current().mark, inks)
          current().onDrawn?.(performance.now() - beganMs)
        },
      ],
    },
  }
}

/** uPlot takes its columns as mutable arrays but never writes to them. */
function alignedData(data: ChartColumns): uPlot.AlignedData {
  const [x, ...curves] = data
  return [x, ...curves]
}

/** A chart that follows its data, theme and size. Drag to zoom, double-click to see all. */
export function LineChart(props: LineChartProps) {
  const scheme = useComputedColorScheme('light')
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const latest = useRef(props)
  const { data, curves, isLog, xTitle, mark } = props
  const shape = useMemo(
    () => JSON.stringify([curves, isLog, xTitle, props.bounds, props.title, props.xKind]),
    [curves, isLog, xTitle, props.bounds, props.title, props.xKind],
  )
  useEffect(() => {
    latest.current = props
  })
  useEffect(() => {
    const element = place.current
    if (!element) return
    const sizeOf = () => ({
      width: Math.max(120, element.clientWidth),
      height: Math.max(40, element.clientHeight - (chart.current?.root.querySelector('.u-legend')?.clientHeight ?? 24)),
    })
    const made = new uPlot(
      optionsOf({ ...sizeOf(), current: () => latest.current }),
      alignedData(latest.current.data),
      element,
    )
    chart.current = made
    made.setSize(sizeOf())
    const observer = new ResizeObserver(() => made.setSize(sizeOf()))
    observer.observe(element)
    // Longer numbers may wrap the legend, which then takes its room from the curves.
    const legend = made.root.querySelector('.u-legend')
    if (legend) observer.observe(legend)
    return () => {
      observer.disconnect()
      made.destroy()
      chart.current = null
    }
    // The chart is made anew where the theme or the form of the curves changes, which stand in the latest properties.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [scheme, shape])
  useEffect(() => {
    const present = chart.current
    if (!present) return
    // A zoomed chart stays where it is while new steps arrive.
    const { min, max } = present.scales['x'] ?? {}
    const [before] = present.data
    const isScaled = typeof min === 'number' && typeof max === 'number'
    const isZoomed = isScaled && before.length > 1 && (min !== before[0] || max !== before.at(-1))
    present.setData(alignedData(data), !isZoomed)
    if (isZoomed) present.redraw()
    // A moved mark is drawn by the chart's own hook.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [data, mark])
  return (
    // A canvas is an image, but no file that an img element could show.
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
    <div className={classes.chartBox} role="img" aria-label={`${props.title}. ${props.description}`}>
      <div className={classes.chart} ref={place} aria-hidden />
    </div>
  )
}
