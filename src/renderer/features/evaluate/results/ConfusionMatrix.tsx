// The confusion matrix as a table of buttons: rows are true classes, columns predicted ones; not the images behind it.
import { countOf, printCount, printShare } from '../../../../shared/graph/printNumbers'
import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { memo, useCallback, useRef, useState, type FocusEvent, type KeyboardEvent, type MouseEvent } from 'react'
import { layOutMatrix, shadeCell, type MatrixLayout, type Rgb } from './matrixShading'
import type { MatrixCell } from '../model/mistakes'
import styles from '../evaluate.module.css'

/** The surfaces of the themes, as in app/theme.css. */
const papers: Readonly<Record<'dark' | 'light', Rgb>> = { dark: [24, 27, 33], light: [251, 252, 253] }

export interface ConfusionMatrixProps {
  readonly classes: readonly string[]
  readonly confusion: readonly (readonly number[])[]
  readonly chosen: MatrixCell | null
  readonly onChoose: (cell: MatrixCell) => void
}

function describeCell(classes: readonly string[], { label, predicted }: MatrixCell, count: number): string {
  const [truth, guess] = [classes[label] ?? label, classes[predicted] ?? predicted]
  return label === predicted
    ? `${truth}, recognised: ${countOf(count, 'image')}`
    : `${truth}, taken for ${guess}: ${countOf(count, 'image')}`
}

function cellOf(target: EventTarget): MatrixCell | null {
  const button = target instanceof Element ? target.closest<HTMLElement>('[data-cell]') : null
  const [label, predicted] = (button?.dataset['cell'] ?? '').split(',').map(Number)
  return button && label !== undefined && predicted !== undefined ? { label, predicted } : null
}

interface RowProps {
  readonly label: number
  readonly counts: readonly number[]
  readonly classes: readonly string[]
  readonly layout: MatrixLayout
  readonly paper: Rgb
  /** The column that is a tab stop, or -1. */
  readonly active: number
  /** The column whose images are shown, or -1. */
  readonly chosen: number
  readonly onPoint: (event: MouseEvent | FocusEvent) => void
  readonly onPress: (event: MouseEvent) => void
}

const Row = memo(function Row({ label, counts, classes, layout, paper, active, chosen, onPoint, onPress }: RowProps) {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const { cell, hasNumbers, hasNames } = layout
  return (
    <tr>
      <th scope="row" className={styles.rowName} title={classes[label]}>
        {hasNames ? classes[label] : <span className={styles.hidden}>{classes[label]}</span>}
      </th>
      {counts.map((count, predicted) => {
        const { background, text } = shadeCell(count, total, label === predicted, paper, layout.leastStrength)
        return (
          <td key={predicted} className={styles.matrixCell}>
            <button
              type="button"
              data-cell={`${label},${predicted}`}
              aria-label={describeCell(classes, { label, predicted }, count)}
              aria-pressed={predicted === chosen}
              tabIndex={predicted === active ? 0 : -1}
              className={styles.cell}
              style={{
                width: cell,
                height: Math.min(cell, 36),
                borderRadius: layout.gap * 2,
                background,
                color: text,
              }}
              onMouseEnter={onPoint}
              onFocus={onPoint}
              onClick={onPress}
            >
              {hasNumbers && count > 0 ? printCount(count) : null}
            </button>
          </td>
        )
      })}
    </tr>
  )
})

function Readout({
  classes,
  confusion,
  at,
}: Pick<ConfusionMatrixProps, 'classes' | 'confusion'> & { readonly at: MatrixCell }) {
  const row = confusion[at.label] ?? []
  const count = row[at.predicted] ?? 0
  const total = row.reduce((sum, value) => sum + value, 0)
  return (
    <p className={styles.readout}>
      {describeCell(classes, at, count)}
      {total > 0 && `, ${printShare(count / total)} of its class`}
    </p>
  )
}

const moves: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/** One tab stop; arrows move, Home and End go to the ends of a row, Enter shows the images of the cell. */
export function ConfusionMatrix({ classes, confusion, chosen, onChoose }: ConfusionMatrixProps) {
  const { ref, width } = useElementSize<HTMLDivElement>()
  const table = useRef<HTMLTableElement>(null)
  const [active, setActive] = useState<MatrixCell>({ label: 0, predicted: 0 })
  /** What the pointer or the keyboard is on. */
  const [pointed, setPointed] = useState<MatrixCell | null>(null)
  const paper = papers[useComputedColorScheme('dark')]
  const isShort = classes.every((name) => name.length <= 3)
  const isLarge = classes.length > 32
  const names = isLarge ? 24 : isShort ? 48 : 132
  const layout = layOutMatrix(classes.length, Math.min(isLarge ? 1000 : 680, width) - names)
  const point = useCallback((event: MouseEvent | FocusEvent) => {
    const cell = cellOf(event.currentTarget)
    if (!cell) return
    setActive(cell)
    setPointed(cell)
  }, [])
  const press = useCallback(
    (event: MouseEvent) => {
      const cell = cellOf(event.currentTarget)
      if (cell) onChoose(cell)
    },
    [onChoose],
  )

  function move(event: KeyboardEvent): void {
    const last = classes.length - 1
    const step = moves[event.key]
    if (!step && event.key !== 'Home' && event.key !== 'End') return
    event.preventDefault()
    const clamp = (value: number): number => Math.max(0, Math.min(last, value))
    const next = step
      ? { label: clamp(active.label + step[0]), predicted: clamp(active.predicted + step[1]) }
      : { label: active.label, predicted: event.key === 'Home' ? 0 : last }
    setActive(next)
    table.current?.querySelector<HTMLElement>(`[data-cell="${next.label},${next.predicted}"]`)?.focus()
  }

  return (
    <div ref={ref} className={styles.matrix} data-large={isLarge || undefined}>
      <p className={styles.legend}>
        Rows: the true class. Columns: what the network says. Choose a cell to see its images.
      </p>
      <Readout classes={classes} confusion={confusion} at={pointed ?? chosen ?? active} />
      <div
        className={styles.matrixScroll}
        onKeyDown={move}
        onMouseLeave={() => setPointed(null)}
        onBlur={() => setPointed(null)}
        role="presentation"
      >
        <table ref={table} data-short={isShort || undefined} style={{ borderSpacing: layout.gap }}>
          <caption className={styles.hidden}>Confusion matrix</caption>
          <thead>
            <tr>
              <th scope="col" className={styles.corner}>
                <span className={styles.hidden}>True class</span>
              </th>
              {classes.map((name, index) => (
                <th key={index} scope="col" className={styles.columnName} title={name}>
                  {layout.hasNames ? <span>{name}</span> : <span className={styles.hidden}>{name}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {confusion.map((counts, label) => (
              <Row
                key={label}
                label={label}
                counts={counts}
                classes={classes}
                layout={layout}
                paper={paper}
                active={active.label === label ? active.predicted : -1}
                chosen={chosen?.label === label ? chosen.predicted : -1}
                onPoint={point}
                onPress={press}
              />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}
