// The plane of a network's two inputs: which class is ahead where, the boundary between them, and the rows of the table.
import { useComputedColorScheme, VisuallyHidden } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { truthTables } from '../../shared/datasets/truthTables'
import type { FieldResult, TableResult } from '../../shared/experiments/results'
import { traceBoundary } from './resultCharts'
import styles from './experiments.module.css'

/** Side of the map in its own units. */
const side = 200

/** Shades each point of the grid in the colour of the class that is ahead, at least so strongly. */
function shade(canvas: HTMLCanvasElement, { extent, values }: FieldResult, least: number): void {
  const context = canvas.getContext('2d')
  if (!context) return
  const style = getComputedStyle(document.documentElement)
  const [yes, no] = ['--nl-chart-1', '--nl-chart-2'].map((name) => style.getPropertyValue(name).trim())
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-12)
  context.clearRect(0, 0, extent, extent)
  values.forEach((value, point) => {
    context.globalAlpha = least + 0.38 * (Math.abs(value) / most)
    context.fillStyle = (value > 0 ? yes : no) ?? 'grey'
    // The second input rises, the rows of a canvas fall.
    context.fillRect(point % extent, extent - 1 - Math.floor(point / extent), 1, 1)
  })
}

/** What the map says, for those who do not see it. */
function describe(field: FieldResult, table: TableResult): string {
  const share = field.values.filter((value) => value > 0).length / Math.max(1, field.values.length)
  const last = table.epochs.at(-1)
  const rows = truthTables[table.name].map(({ inputs }, row) => `${inputs.join(', ')}: ${last?.answers[row] ?? '?'}`)
  return `Class 1 is ahead on ${Math.round(100 * share)}% of the plane from ${field.low} to ${field.high}. Answers: ${rows.join('; ')}.`
}

/** The map after the last epoch. */
export function PlaneMap({ field, table }: { readonly field: FieldResult; readonly table: TableResult }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const scheme = useComputedColorScheme()
  useEffect(() => {
    if (canvas.current) shade(canvas.current, field, scheme === 'dark' ? 0.16 : 0.1)
  }, [field, scheme])
  const { low, high } = field
  const place = (value: number) => ((value - low) / (high - low)) * side
  const line = traceBoundary(field)
    .map(({ from, to }) => `M${place(from[0])} ${side - place(from[1])}L${place(to[0])} ${side - place(to[1])}`)
    .join('')
  const answers = table.epochs.at(-1)?.answers ?? []
  return (
    <figure className={styles.plane}>
      <figcaption>Decision boundary after the last epoch</figcaption>
      <VisuallyHidden>{describe(field, table)}</VisuallyHidden>
      <div className={styles.planeBox} aria-hidden>
        <canvas ref={canvas} width={field.extent} height={field.extent} />
        <svg viewBox={`0 0 ${side} ${side}`}>
          <path d={line} className={styles.boundary} />
          {truthTables[table.name].map(({ inputs, answer }, row) => {
            const [x = 0, y = 0] = inputs
            const isRight = answers[row] === answer
            return (
              <g key={inputs.join('')} transform={`translate(${place(x)} ${side - place(y)})`}>
                <circle r={9} className={styles.point} data-answer={answer} data-wrong={!isRight || undefined} />
                <text className={styles.pointText} dy="0.35em">
                  {answer === 1 ? '1' : '-1'}
                </text>
              </g>
            )
          })}
        </svg>
      </div>
      <p className={styles.note}>
        x1 to the right, x2 upwards, from {low} to {high}. A dashed ring: answered wrongly.
      </p>
    </figure>
  )
}
