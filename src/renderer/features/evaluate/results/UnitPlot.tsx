// A square plot of two shares, each from 0 to 1, as SVG: axes, grid and what is drawn inside; not the curves themselves.
import type { ReactNode } from 'react'
import { printShare } from '../../../../shared/graph/printNumbers'
import styles from './plots.module.css'

/** The side of the plotted square; everything inside is drawn in these units. */
export const plotSide = 260
const margin = { left: 44, top: 10, right: 20, bottom: 40 } as const
const ticks = [0, 0.25, 0.5, 0.75, 1] as const

/** The place of a share on the horizontal axis. */
export const plotX = (share: number): number => share * plotSide
/** The place of a share on the vertical axis. */
export const plotY = (share: number): number => (1 - share) * plotSide

/** Points as the path of a line. @param points shares: [x, y] */
export function linePath(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${plotX(x)} ${plotY(y)}`).join('')
}

export interface UnitPlotProps {
  readonly title: string
  /** What it shows, for those who do not see it. */
  readonly description: string
  readonly xTitle: string
  readonly yTitle: string
  readonly children: ReactNode
}

/** The frame of a plot with its title above. */
export function UnitPlot({ title, description, xTitle, yTitle, children }: UnitPlotProps) {
  const width = margin.left + plotSide + margin.right
  const height = margin.top + plotSide + margin.bottom
  return (
    <figure className={styles.plot}>
      <figcaption>{title}</figcaption>
      {/* An img element could show no text of the theme. */}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${title}. ${description}`}>
        <g transform={`translate(${margin.left} ${margin.top})`}>
          {ticks.map((tick) => (
            <g key={tick}>
              <line className={styles.grid} x1={plotX(tick)} x2={plotX(tick)} y1={0} y2={plotSide} />
              <line className={styles.grid} x1={0} x2={plotSide} y1={plotY(tick)} y2={plotY(tick)} />
              <text className={styles.tick} x={plotX(tick)} y={plotSide + 15} textAnchor="middle">
                {printShare(tick, 0)}
              </text>
              <text className={styles.tick} x={-6} y={plotY(tick) + 4} textAnchor="end">
                {printShare(tick, 0)}
              </text>
            </g>
          ))}
          {children}
          <text className={styles.axis} x={plotSide / 2} y={plotSide + 34} textAnchor="middle">
            {xTitle}
          </text>
          <text className={styles.axis} transform={`translate(-36 ${plotSide / 2}) rotate(-90)`} textAnchor="middle">
            {yTitle}
          </text>
        </g>
      </svg>
    </figure>
  )
}
