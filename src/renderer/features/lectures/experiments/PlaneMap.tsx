// The plane of a network's two inputs: which class is ahead where, the boundary between them, and the rows of the table.
import { useComputedColorScheme, VisuallyHidden } from '@mantine/core'
import { useEffect, useMemo, useRef } from 'react'
import { truthTables } from '../../../../shared/datasets/truthTables'
import type { FieldResult, TableResult } from '../../../../shared/lectures/experiments/results'
import { planeField, traceBoundary, shareAhead } from './resultCharts'
import { printShare } from '../../../../shared/graph/printNumbers'
import styles from './experiments.module.css'

/** Side of the map in its own units. */
const side = 200

/** Shades each point of the grid in the colour of the class that is ahead, at least so strongly. */
function shade(canvas: HTMLCanvasElement, { extent, values }: FieldResult, least: number, isSharp: boolean): void {
  const context = canvas.getContext('2d')
  if (!context) return
  const style = getComputedStyle(document.documentElement)
  const [yes, no] = ['--nl-chart-1', '--nl-chart-2'].map((name) => style.getPropertyValue(name).trim())
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-12)
  context.clearRect(0, 0, extent, extent)
  values.forEach((value, point) => {
    context.globalAlpha = least + (isSharp ? 0.2 : 0.34 * (Math.abs(value) / most))
    context.fillStyle = (isAhead(value, isSharp) ? yes : no) ?? 'grey'
    // The second input rises, the rows of a canvas fall.
    context.fillRect(point % extent, extent - 1 - Math.floor(point / extent), 1, 1)
  })
}

/** A perceptron answers 1 on its line itself, every other network where class 1 is ahead. */
function isAhead(value: number, isSharp: boolean): boolean {
  return isSharp ? value >= 0 : value > 0
}

interface Shown {
  readonly field: FieldResult
  readonly table: TableResult
  /** Place of an epoch in the table: a perceptron's map follows it, any other network's is of the last epoch. */
  readonly place: number
}

/** The field to show and the epoch it is of. */
function chooseField({ field, table, place }: Shown) {
  const chosen = table.epochs[place]
  if (chosen?.plane) return { field: planeField(field, chosen.plane), epoch: chosen, isSharp: true }
  return { field, epoch: table.epochs.at(-1), isSharp: false }
}

/** What the map says, for those who do not see it. */
function describe(field: FieldResult): string {
  return `Class 1 is ahead on ${printShare(shareAhead(field))} of the plane from ${field.low} to ${field.high}.`
}

/** The map of the plane. */
export function PlaneMap(shown: Shown) {
  const { table, place: epochPlace } = shown
  const canvas = useRef<HTMLCanvasElement>(null)
  const scheme = useComputedColorScheme()
  const { field, epoch, isSharp } = useMemo(
    () => chooseField({ field: shown.field, table, place: epochPlace }),
    [shown.field, table, epochPlace],
  )
  useEffect(() => {
    if (canvas.current) shade(canvas.current, field, scheme === 'dark' ? 0.16 : 0.1, isSharp)
  }, [field, isSharp, scheme])
  const line = useMemo(() => printLine(field), [field])
  const { low, high } = field
  const place = (value: number) => ((value - low) / (high - low)) * side
  const rows = truthTables[table.name]
  const isWrong = (row: number) => epoch?.answers[row] !== rows[row]?.answer
  return (
    <figure className={styles.plane}>
      <figcaption>Decision boundary, epoch {epoch?.epoch}</figcaption>
      <VisuallyHidden>{describe(field)}</VisuallyHidden>
      <div className={styles.planeBox} aria-hidden>
        <canvas ref={canvas} width={field.extent} height={field.extent} />
        <svg viewBox={`0 0 ${side} ${side}`}>
          <path d={line} className={styles.boundary} />
          {rows.map(({ inputs, answer }, row) => (
            <g key={inputs.join('')} transform={`translate(${place(inputs[0] ?? 0)} ${side - place(inputs[1] ?? 0)})`}>
              {isWrong(row) && <circle r={13} className={styles.wrongRing} />}
              <circle r={9} className={styles.point} data-answer={answer} />
              <text className={styles.pointText} dy="0.35em">
                {answer}
              </text>
            </g>
          ))}
        </svg>
      </div>
      <p className={styles.note}>
        x1 to the right, x2 upwards, from {low} to {high}.{rows.some((_, row) => isWrong(row)) && ' Ringed: wrong.'}
      </p>
    </figure>
  )
}

/** The boundary as a path in the units of the map. */
function printLine(field: FieldResult): string {
  const { low, high } = field
  const place = (value: number) => ((value - low) / (high - low)) * side
  return traceBoundary(field)
    .map(({ from, to }) => `M${place(from[0])} ${side - place(from[1])}L${place(to[0])} ${side - place(to[1])}`)
    .join('')
}
