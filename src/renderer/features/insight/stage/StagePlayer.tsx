// Play, pause, step, scrub and speed of the stage's window; not what it computes.
import { printCount } from '../../../../shared/graph/printNumbers'
import { ActionIcon, Slider, Switch, Tooltip } from '@mantine/core'
import {
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
  type Icon,
} from '@tabler/icons-react'
import classes from '../insight.module.css'
import type { Stage } from './stage'
import { stageStore, useStageStore } from './stageStore'
import { moveBy, togglePlaying } from './useStage'

/** Positions per second, as powers of two: 1 ... 65,536. */
const largestPower = 16

function Control(props: {
  readonly icon: Icon
  readonly label: string
  readonly keys: string
  readonly onClick: () => void
}) {
  const { icon: ControlIcon, label, keys, onClick } = props
  return (
    <Tooltip label={`${label} (${keys})`}>
      <ActionIcon aria-label={label} onClick={onClick}>
        <ControlIcon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}

function Speed() {
  const speed = useStageStore((state) => state.speed)
  return (
    <div className={classes.speed}>
      <span id="nl-stage-speed">Speed</span>
      <Slider
        w={110}
        size="sm"
        aria-labelledby="nl-stage-speed"
        thumbLabel="Speed"
        thumbValueText={`${speed} positions per second`}
        label={() => `${printCount(speed)} per second`}
        min={0}
        max={largestPower}
        value={Math.log2(speed)}
        onChange={(power) => stageStore.setState({ speed: 2 ** power })}
      />
    </div>
  )
}

/** The bar below the stage. */
export function StagePlayer({ stage }: { readonly stage: Stage }) {
  const position = useStageStore((state) => state.position)
  const isPlaying = useStageStore((state) => state.isPlaying)
  const isWhole = useStageStore((state) => state.isWhole)
  const { rows, columns } = stage.placed
  const last = rows * columns - 1
  const shown = Math.min(position, last)
  const [row, column] = [Math.floor(shown / columns), shown % columns]
  return (
    <fieldset className={classes.player} aria-label="Walk of the window">
      <Control icon={IconPlayerSkipBack} label="First position" keys="Home" onClick={() => moveBy(stage, -last)} />
      <Control icon={IconPlayerTrackPrev} label="Step back" keys="Left" onClick={() => moveBy(stage, -1)} />
      <Control
        icon={isPlaying ? IconPlayerPause : IconPlayerPlay}
        label={isPlaying ? 'Pause' : 'Play'}
        keys="Space"
        onClick={() => togglePlaying(stage)}
      />
      <Control icon={IconPlayerTrackNext} label="Step" keys="Right" onClick={() => moveBy(stage, 1)} />
      <Control icon={IconPlayerSkipForward} label="Last position" keys="End" onClick={() => moveBy(stage, last)} />
      <Slider
        className={classes.scrub}
        size="sm"
        min={0}
        max={Math.max(last, 1)}
        disabled={last === 0}
        value={shown}
        label={null}
        thumbLabel="Position"
        thumbValueText={`Row ${row + 1}, column ${column + 1}`}
        onChange={(value) => stageStore.setState({ position: Math.min(value, last), isPlaying: false })}
      />
      <span className={classes.place}>
        row {row + 1} of {rows}, column {column + 1} of {columns}
      </span>
      <Speed />
      <Switch
        label="Whole output"
        checked={isWhole}
        onChange={(event) => stageStore.setState({ isWhole: event.currentTarget.checked })}
      />
    </fieldset>
  )
}
