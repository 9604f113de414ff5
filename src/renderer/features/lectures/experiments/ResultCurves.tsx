// The charts of an experiment: the training error of its networks by epoch, and their accuracy by the shift of the images.
import { printAccuracy } from '../../../../shared/graph/printNumbers'
import { useMemo } from 'react'
import type { Variant } from '../../../../shared/lectures/experiments/experimentPlan'
import type { VariantResult } from '../../../../shared/lectures/experiments/results'
import type { ChartColumns } from '../../../kernel/charts/chartColumns'
import { curveLook } from '../../../kernel/charts/curveLooks'
import { LineChart, type CurveStyle } from '../../../kernel/charts/LineChart'
import { accuracyByShift, errorByEpoch } from './resultCharts'
import styles from './experiments.module.css'

/** Colour and mark by place. Where dashes tell one kind of networks from the other, they say nothing else. */
function lookOf(place: number, isPaired: boolean): Pick<CurveStyle, 'color' | 'mark' | 'dash'> {
  const { color, mark, dash } = curveLook(place)
  return isPaired ? { color, mark } : { color, mark, dash }
}

interface Shown {
  readonly title: string
  readonly result: VariantResult
}

/** Plain networks dashed, residual ones solid; permuted ones dashed: pairs share a colour. */
function stylesOf(shown: readonly Shown[]): readonly CurveStyle[] {
  const isPaired = shown.some(({ result }) => /^plain|-permuted$/.test(result.id))
  const stems = shown.map(({ result }) => result.id.replace(/^plain|^residual|-permuted$/g, ''))
  const order = [...new Set(stems)]
  return shown.map(({ title, result }, index) => ({
    title,
    ...lookOf(isPaired ? order.indexOf(stems[index] ?? '') : index, isPaired),
    look: /^plain|-permuted$/.test(result.id) ? 'dashed' : 'solid',
    hasPoints: true,
  }))
}

/** What the dashed curves have in common; null where there are none. */
function dashedWord(variants: readonly Variant[]): string | null {
  if (variants.some(({ id }) => id.startsWith('plain'))) return 'plain'
  return variants.some(({ id }) => id.endsWith('-permuted')) ? 'permuted' : null
}

function describe(curves: readonly CurveStyle[], [, ...columns]: ChartColumns): string {
  const parts = curves.map(({ title }, index) => {
    const last = Array.from(columns[index] ?? []).findLast((value) => value !== null)
    return `${title}: ${typeof last === 'number' ? printAccuracy(last) : 'nothing yet'}`
  })
  return `${parts.join('; ')}.`
}

const bounds = [0, 1] as const
const printTick = (value: number) => `${Number((100 * value).toFixed(2))}%`

/** The charts of what is done so far; nothing while nothing is. */
export function ResultCurves({
  variants,
  results,
}: {
  readonly variants: readonly Variant[]
  readonly results: readonly VariantResult[]
}) {
  const shown = useMemo(
    () =>
      variants.flatMap(({ id, title }): Shown[] => {
        const result = results.find((candidate) => candidate.id === id)
        return result ? [{ title, result }] : []
      }),
    [variants, results],
  )
  const curves = useMemo(() => stylesOf(shown), [shown])
  const byEpoch = useMemo(() => errorByEpoch(shown.map(({ result }) => result)), [shown])
  const measures = variants[0]?.measures ?? []
  const byShift = useMemo(
    () =>
      accuracyByShift(
        shown.map(({ result }) => result),
        variants[0]?.measures ?? [],
      ),
    [shown, variants],
  )
  if (shown.length === 0) return null
  const dashed = dashedWord(variants)
  return (
    <div className={styles.charts}>
      <figure className={styles.figure}>
        <figcaption>Error on the training images{dashed === null ? '' : `; dashed: ${dashed}`}</figcaption>
        <LineChart
          title="Error on the training images"
          description={describe(curves, byEpoch)}
          data={byEpoch}
          curves={curves}
          xTitle="Epoch"
          xKind="whole"
          printX={String}
          printY={printAccuracy}
          printTick={printTick}
        />
      </figure>
      {measures.length > 1 && (
        <figure className={styles.figure}>
          <figcaption>Test images right, by the pixels they are moved</figcaption>
          <LineChart
            title="Test images right, by shift"
            description={describe(curves, byShift)}
            data={byShift}
            curves={curves}
            bounds={bounds}
            xTitle="Shift in pixels"
            xKind="whole"
            printX={String}
            printY={printAccuracy}
            printTick={printTick}
          />
        </figure>
      )}
    </div>
  )
}
