// What happens below the window: the patch, the kernel, their products and the sum; not the walking.
import type { ReactNode } from 'react'
import { Select } from '@mantine/core'
import { FormulaText } from '../../../kernel/parts/FormulaText'
import classes from '../insight.module.css'
import { shadeOf, type ValueRange } from './mapImage'
import { printStep, printValue, type Stage, type StageStep } from './stage'
import { stageStore, useStageStore } from './stageStore'

interface Cell {
  readonly value: number
  readonly isPadding?: boolean
  readonly isWinner?: boolean
}

/** Grids up to this many columns show their numbers. */
export const widestReadable = 7

interface GridProps {
  readonly title: string
  readonly columns: number
  readonly cells: readonly Cell[]
  /** Left out: cells are not shaded. */
  readonly range?: ValueRange
}

function Grid({ title, columns, cells, range }: GridProps) {
  const isReadable = columns <= widestReadable
  return (
    <figure className={classes.grid} aria-label={`${title}: ${cells.map(({ value }) => printValue(value)).join(', ')}`}>
      <figcaption>{title}</figcaption>
      <div
        aria-hidden
        className={classes.cells}
        style={{ gridTemplateColumns: `repeat(${columns}, ${isReadable ? 'clamp(58px, 4.2vw, 84px)' : '18px'})` }}
      >
        {cells.map(({ value, isPadding, isWinner }, index) => {
          const shade = range && shadeOf(value, range)
          return (
            <span
              key={index}
              className={classes.cell}
              data-padding={isPadding || undefined}
              data-winner={isWinner || undefined}
              title={isPadding ? 'Padding' : printValue(value)}
              style={
                shade === undefined || isPadding
                  ? undefined
                  : { background: `rgb(${shade} ${shade} ${shade})`, color: shade > 140 ? '#000' : '#fff' }
              }
            >
              {isReadable ? printValue(value) : ''}
            </span>
          )
        })}
      </div>
    </figure>
  )
}

function Sign({ children }: { readonly children: ReactNode }) {
  return (
    <span className={classes.sign} aria-hidden>
      {children}
    </span>
  )
}

/** Which channel of a filter's several is shown. */
function ChannelChoice({ count }: { readonly count: number }) {
  const shown = useStageStore((state) => state.shownChannel)
  return (
    <Select
      label="Input channel"
      w={140}
      allowDeselect={false}
      searchable={count > 12}
      data={Array.from({ length: count }, (_, channel) => ({
        value: String(channel),
        label: `${channel + 1} of ${count}`,
      }))}
      value={String(Math.min(shown, count - 1))}
      onChange={(value) => stageStore.setState({ shownChannel: Number(value) })}
    />
  )
}

function ConvolutionGrids({
  step,
  columns,
  range,
}: {
  readonly step: Extract<StageStep, { kind: 'convolution' }>
  readonly columns: number
  readonly range: ValueRange
}) {
  const shown = useStageStore((state) => state.shownChannel)
  const channel = step.channels[Math.min(shown, step.channels.length - 1)]
  if (!channel) return null
  const { taps, weights, products } = channel
  const largest = Math.max(...weights.map(Math.abs), 1e-12)
  const marks = taps.map(({ isPadding }) => isPadding)
  return (
    <>
      {step.channels.length > 1 && <ChannelChoice count={step.channels.length} />}
      <div className={classes.grids}>
        <Grid title="Patch" columns={columns} cells={taps} range={range} />
        <Sign>×</Sign>
        <Grid
          title="Kernel"
          columns={columns}
          cells={weights.map((value) => ({ value }))}
          range={[-largest, largest]}
        />
        <Sign>=</Sign>
        <Grid
          title="Products"
          columns={columns}
          cells={products.map((value, index) => ({ value, isPadding: marks[index] }))}
        />
      </div>
    </>
  )
}

/** The grids and the line under them; said aloud while the window is moved by hand. */
export function PatchGrids({
  stage,
  step,
  range,
}: {
  readonly stage: Stage
  readonly step: StageStep
  readonly range: ValueRange
}) {
  const isPlaying = useStageStore((state) => state.isPlaying)
  const columns = stage.placed.window.kernel[1]
  return (
    <div className={classes.patch}>
      {step.kind === 'convolution' ? (
        <ConvolutionGrids step={step} columns={columns} range={range} />
      ) : (
        <div className={classes.grids}>
          <Grid
            title="Patch"
            columns={columns}
            cells={step.taps.map((tap, index) => ({ ...tap, isWinner: index === step.winner }))}
            range={range}
          />
        </div>
      )}
      <p className={classes.expression} aria-live={isPlaying ? 'off' : 'polite'}>
        <span className={classes.expressionName}>
          <FormulaText>
            {step.kind === 'pooling'
              ? step.pooling === 'max'
                ? 'Largest'
                : 'Mean'
              : step.channels.length > 1
                ? 'Sum over channels'
                : 'Sum of products'}
          </FormulaText>
        </span>
        {printStep(step)}
      </p>
    </div>
  )
}
