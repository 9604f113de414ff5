// Stride, padding and dilation of the stage's window, and the size of a pooling; not the kernel (StageSettings.tsx).
import { NumberInput } from '@mantine/core'
import type { Pair, Sides } from '../../../../shared/shapes/window'
import classes from '../insight.module.css'
import { choose, useStageStore } from './stageStore'

interface NumbersProps<T extends readonly number[]> {
  readonly title: string
  /** What each number is: `down`, `across`. */
  readonly names: readonly string[]
  readonly values: T
  readonly min: number
  readonly max: number
  readonly onChange: (values: number[]) => void
}

function Numbers<T extends readonly number[]>({ title, names, values, min, max, onChange }: NumbersProps<T>) {
  return (
    <fieldset className={classes.numberField}>
      <legend>{title}</legend>
      <div>
        {values.map((value, index) => (
          <NumberInput
            key={names[index]}
            aria-label={`${title} ${names[index] ?? ''}`}
            title={`${title} ${names[index] ?? ''}`}
            hideControls
            allowDecimal={false}
            min={min}
            max={max}
            value={value}
            onChange={(next) => {
              if (typeof next === 'number' && next >= min && next <= max)
                onChange(values.map((old, place) => (place === index ? next : old)))
            }}
          />
        ))}
      </div>
    </fieldset>
  )
}

const pairNames = ['down', 'across']
const sideNames = ['top', 'left', 'bottom', 'right']

function toPair([down = 1, across = 1]: readonly number[]): Pair {
  return [down, across]
}

function toSides([top = 0, left = 0, bottom = 0, right = 0]: readonly number[]): Sides {
  return [top, left, bottom, right]
}

/** The numbers of the window. */
export function WindowSettings() {
  const operation = useStageStore((state) => state.operation)
  const stride = useStageStore((state) => state.stride)
  const dilation = useStageStore((state) => state.dilation)
  const pads = useStageStore((state) => state.pads)
  const poolSize = useStageStore((state) => state.poolSize)
  const isPooling = operation === 'max' || operation === 'average'
  return (
    <div className={classes.windowSettings}>
      {isPooling && (
        <Numbers
          title="Window"
          names={pairNames}
          values={poolSize}
          min={1}
          max={64}
          onChange={(values) => choose({ poolSize: toPair(values) })}
        />
      )}
      <Numbers
        title="Stride"
        names={pairNames}
        values={stride}
        min={1}
        max={64}
        onChange={(values) => choose({ stride: toPair(values) })}
      />
      {!isPooling && (
        <Numbers
          title="Dilation"
          names={pairNames}
          values={dilation}
          min={1}
          max={16}
          onChange={(values) => choose({ dilation: toPair(values) })}
        />
      )}
      <Numbers
        title="Padding"
        names={sideNames}
        values={pads}
        min={0}
        max={32}
        onChange={(values) => choose({ pads: toSides(values) })}
      />
    </div>
  )
}
