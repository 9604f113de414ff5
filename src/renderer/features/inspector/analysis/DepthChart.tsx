// Size and cost over depth: memory, parameters and multiplications of each layer as bars that follow the selection both ways.
import { printBytes, printCount } from '../../../../shared/graph/printNumbers'
import { SegmentedControl, UnstyledButton } from '@mantine/core'
import { useEffect, useMemo, useState, type KeyboardEvent } from 'react'
import { analyzeNodes, type LayerAnalysis } from '../../../../shared/network/analyze'
import { printCostSummary, summariseCost, type Cost } from '../../../../shared/network/explanation/costOverDepth'
import { focusNode } from '../../../session/view/focusNode'
import { useAnalysis, useDocument, useSelection } from '../../../session/document/documentStore'
import classes from './depthChart.module.css'

const costs: readonly { readonly cost: Cost; readonly title: string }[] = [
  { cost: 'activationBytes', title: 'Memory' },
  { cost: 'parameters', title: 'Parameters' },
  { cost: 'macs', title: 'Multiplications' },
]

function printCost(cost: Cost, value: number): string {
  return cost === 'activationBytes' ? printBytes(value) : printCount(value)
}

function describe(layer: LayerAnalysis): string {
  const { id, activationBytes, parameters, macs } = layer
  return `${id}: memory ${printBytes(activationBytes)}, ${printCount(parameters)} parameters, ${printCount(macs)} multiplications`
}

type Scale = 'linear' | 'log'

/** Height of a bar in percent. */
function heightOf(value: number, largest: number, scale: Scale): number {
  if (value <= 0 || largest <= 0) return 0
  if (scale === 'linear') return (100 * value) / largest
  return largest === 1 ? 100 : Math.max(3, (100 * Math.log(value + 1)) / Math.log(largest + 1))
}

interface ColumnProps {
  readonly layer: LayerAnalysis
  readonly largest: Readonly<Record<Cost, number>>
  readonly scale: Scale
  readonly isSelected: boolean
  readonly isTabStop: boolean
}

/** One layer: three bars in one button. */
function Column({ layer, largest, scale, isSelected, isTabStop }: ColumnProps) {
  return (
    <UnstyledButton
      className={classes.depthColumn}
      aria-label={describe(layer)}
      aria-pressed={isSelected}
      title={describe(layer)}
      tabIndex={isTabStop ? 0 : -1}
      data-layer={layer.id}
      onClick={() => focusNode(layer.id)}
    >
      {costs.map(({ cost }) => (
        <span key={cost} className={classes.depthCell}>
          <span
            className={classes.depthBar}
            data-cost={cost}
            style={{ height: `${heightOf(layer[cost], largest[cost], scale)}%` }}
          />
        </span>
      ))}
    </UnstyledButton>
  )
}

/** Where the arrows lead along the bars. */
function walk(key: string, place: number, count: number): number | undefined {
  const to: Readonly<Record<string, number>> = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: count - 1 }
  const wanted = to[key]
  return wanted === undefined ? undefined : Math.min(Math.max(wanted, 0), count - 1)
}

function Summary({
  rows,
  cost,
  title,
}: {
  readonly rows: readonly LayerAnalysis[]
  readonly cost: Cost
  readonly title: string
}) {
  const summary = summariseCost(rows, cost)
  const parts = `${Math.round(100 * summary.early)}% in the first third, ${Math.round(100 * summary.late)}% in the last`
  return (
    <div className={classes.depthSummary}>
      <strong data-cost={cost}>
        {title} <span>{printCost(cost, summary.total)}</span>
      </strong>
      <p>
        {printCostSummary(summary)} {summary.total > 0 && `${parts}.`}
      </p>
    </div>
  )
}

/** The chart; blocks count with all that they hold. */
export function DepthChart() {
  const document = useDocument()
  const analysis = useAnalysis()
  const selection = useSelection()
  const [scale, setScale] = useState<Scale>('linear')
  const rows = useMemo(() => analyzeNodes(document, analysis), [document, analysis])
  const [only] = selection.size === 1 ? selection : []
  const place = rows.findIndex(({ id }) => id === only)
  useEffect(() => {
    if (only === undefined) return
    const bar = globalThis.document.querySelector(`[data-layer="${CSS.escape(only)}"]`)
    bar?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [only])
  if (rows.length === 0)
    return (
      <div className={classes.depthEmpty}>No layer can be counted yet. Add an input and layers that follow it.</div>
    )
  const largest = {
    activationBytes: Math.max(...rows.map((row) => row.activationBytes)),
    parameters: Math.max(...rows.map((row) => row.parameters)),
    macs: Math.max(...rows.map((row) => row.macs)),
  }
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const next = rows[walk(event.key, Math.max(place, 0), rows.length) ?? -1]
    if (!next) return
    event.preventDefault()
    focusNode(next.id)
    event.currentTarget.querySelector<HTMLElement>(`[data-layer="${CSS.escape(next.id)}"]`)?.focus()
  }
  return (
    <div className={classes.depth}>
      <div className={classes.depthTexts}>
        {costs.map(({ cost, title }) => (
          <Summary key={cost} rows={rows} cost={cost} title={title} />
        ))}
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the bars' own arrow keys */}
      <section
        className={classes.depthChart}
        aria-label="Memory, parameters and multiplications by layer"
        onKeyDown={onKey}
      >
        {rows.map((layer, index) => (
          <Column
            key={layer.id}
            layer={layer}
            largest={largest}
            scale={scale}
            isSelected={selection.has(layer.id)}
            isTabStop={index === Math.max(place, 0)}
          />
        ))}
      </section>
      <SegmentedControl
        className={classes.depthScale}
        aria-label="Scale of the bars"
        data={[
          { value: 'linear', label: 'Linear' },
          { value: 'log', label: 'Logarithmic' },
        ]}
        value={scale}
        onChange={(value) => setScale(value === 'log' ? 'log' : 'linear')}
      />
    </div>
  )
}
