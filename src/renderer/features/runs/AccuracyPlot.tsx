// Accuracy against MACs: the selected runs in the looks of their rows, the others as dots.
import { Text } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import type { RunSummary } from '../../../shared/contract/runCalls'
import { printAccuracy, printCount, printShort } from '../../../shared/graph/printNumbers'
import { cornersOf, curveLook } from '../../kernel/charts/curveLooks'
import { accuracyOf, powerAxis, shareAxis, type Axis } from './accuracyPlot'
import classes from './runs.module.css'

const margin = { left: 52, right: 20, top: 12, bottom: 40 } as const

interface Point {
  readonly run: RunSummary
  readonly accuracy: number
  /** Its place among the selected; -1 where it is none. */
  readonly place: number
}

function Mark({
  x,
  y,
  place,
  label,
}: {
  readonly x: number
  readonly y: number
  readonly place: number
  readonly label: string
}) {
  if (place < 0)
    return (
      <circle cx={x} cy={y} r={4} className={classes.otherPoint}>
        <title>{label}</title>
      </circle>
    )
  const { color, mark } = curveLook(place)
  const fill = `var(--nl-chart-${color})`
  const corners = cornersOf(mark, 6).map(([right, down]) => `${x + right},${y + down}`)
  return corners.length === 0 ? (
    <circle cx={x} cy={y} r={6.5} fill={fill}>
      <title>{label}</title>
    </circle>
  ) : (
    <polygon points={corners.join(' ')} fill={fill}>
      <title>{label}</title>
    </polygon>
  )
}

function scaleOf({ low, high }: Axis, from: number, to: number, turn: (value: number) => number = (value) => value) {
  return (value: number) => from + ((turn(value) - turn(low)) / (turn(high) - turn(low))) * (to - from)
}

/** The plot. @param props.runs all that the table shows @param props.selected in the order of their looks */
export function AccuracyPlot({
  runs,
  selected,
}: {
  readonly runs: readonly RunSummary[]
  readonly selected: readonly RunSummary[]
}) {
  const { ref, width, height } = useElementSize()
  const points = runs
    .flatMap((run): Point[] => {
      const accuracy = accuracyOf(run)
      return accuracy === null ? [] : [{ run, accuracy, place: selected.findIndex(({ id }) => id === run.id) }]
    })
    // The selected ones are drawn over the others.
    .toSorted((a, b) => a.place - b.place)
  if (points.length === 0)
    return (
      <Text size="xs" c="dimmed">
        None of these runs has an accuracy yet.
      </Text>
    )
  const [across, up] = [powerAxis(points.map(({ run }) => run.macs)), shareAxis(points.map(({ accuracy }) => accuracy))]
  const xOf = scaleOf(across, margin.left, Math.max(margin.left + 1, width - margin.right), Math.log10)
  const yOf = scaleOf(up, Math.max(margin.top + 1, height - margin.bottom), margin.top)
  const label = ({ run, accuracy }: Point) => `${run.name}: ${printAccuracy(accuracy)}, ${printCount(run.macs)} MACs`
  // An image, but no file that an img element could show.
  const image = { role: 'img', 'aria-label': `Accuracy against MACs. ${points.map(label).join('; ')}` }
  return (
    <div ref={ref} className={classes.plot}>
      <svg width={width} height={height} {...image}>
        {up.ticks.map((tick) => (
          <g key={tick}>
            <line
              x1={margin.left}
              x2={width - margin.right}
              y1={yOf(tick)}
              y2={yOf(tick)}
              className={classes.plotGrid}
            />
            <text x={margin.left - 8} y={yOf(tick) + 4} textAnchor="end">
              {Number((100 * tick).toFixed(1))}%
            </text>
          </g>
        ))}
        {across.ticks.map((tick) => (
          <g key={tick}>
            <line
              x1={xOf(tick)}
              x2={xOf(tick)}
              y1={margin.top}
              y2={height - margin.bottom}
              className={classes.plotGrid}
            />
            <text x={xOf(tick)} y={height - margin.bottom + 16} textAnchor="middle">
              {printShort(tick)}
            </text>
          </g>
        ))}
        <text x={width - margin.right} y={height - 6} textAnchor="end">
          MACs of one image
        </text>
        {points.map((point) => (
          <Mark
            key={point.run.id}
            x={xOf(point.run.macs)}
            y={yOf(point.accuracy)}
            place={point.place}
            label={label(point)}
          />
        ))}
      </svg>
    </div>
  )
}
