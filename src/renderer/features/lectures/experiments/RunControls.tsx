// Starting and stopping an experiment, with what can be set before and how far it is.
import { printTimeLeft } from '../../../../shared/graph/printNumbers'
import { Button, NumberInput, Progress, SegmentedControl, Text, TextInput } from '@mantine/core'
import { IconPlayerPlayFilled, IconPlayerStopFilled } from '@tabler/icons-react'
import type { Experiment } from '../../../../shared/lectures/experiments/experimentPlan'
import type { ExperimentState } from '../../../../shared/lectures/experiments/results'
import { useAction } from '../../../kernel/queries/action'
import { starting, stopping, useResults } from './experimentQueries'
import { runningResult, setSettings, settingsOf, useExperiments } from './experimentsStore'
import styles from './experiments.module.css'

/** What is set before a run. */
function Settings({ experiment }: { readonly experiment: Experiment }) {
  const { id, takesData, data } = experiment
  const settings = useExperiments((state) => state.settings)
  const { size, seed, data: reference } = settingsOf({ settings }, id)
  return (
    <>
      {takesData && (
        <SegmentedControl
          size="xs"
          aria-label="Size of the experiment"
          value={size}
          data={[
            { value: 'full', label: 'Full' },
            { value: 'quick', label: 'Quick look (seconds)' },
          ]}
          onChange={(value) => setSettings(id, { size: value === 'quick' ? 'quick' : 'full' })}
        />
      )}
      <NumberInput
        size="xs"
        label="Seed"
        w={84}
        min={0}
        max={0xffffffff}
        allowDecimal={false}
        allowNegative={false}
        value={seed}
        onChange={(value) => setSettings(id, { seed: typeof value === 'number' ? value : 1 })}
      />
      {takesData && (
        <TextInput
          size="xs"
          label="Images"
          w={220}
          placeholder={data.reference}
          value={reference}
          onChange={(event) => setSettings(id, { data: event.currentTarget.value })}
        />
      )}
    </>
  )
}

/** How far the experiment is, with Cancel. */
export function Running({ state }: { readonly state: ExperimentState }) {
  const { variants, secondsLeft } = state
  const done = variants.reduce((sum, { fraction }) => sum + fraction, 0) / Math.max(1, variants.length)
  const place = variants.findIndex(({ state }) => state === 'training' || state === 'measuring')
  const present = variants[place]
  return (
    <section className={styles.running} aria-label="Progress">
      <div className={styles.runningText}>
        <Text size="sm" component="output">
          {present ? `Network ${place + 1} of ${variants.length}: ${present.title}` : 'Preparing'}
        </Text>
        <Text size="xs" c="dimmed">
          {printTimeLeft(secondsLeft)}
        </Text>
      </div>
      <Progress value={100 * done} size="sm" aria-label="The whole experiment" />
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPlayerStopFilled size={12} aria-hidden />}
        onClick={() => void stopping.run(state.id)}
      >
        Cancel
      </Button>
    </section>
  )
}

/** Settings and Run; where another experiment runs, its name instead. */
export function RunControls({ experiment }: { readonly experiment: Experiment }) {
  const { isPending } = useAction(starting)
  const { data: results } = useResults()
  const running = runningResult(results)
  const { id } = experiment
  return (
    <section className={styles.controls} aria-label="Run the experiment">
      <Settings experiment={experiment} />
      <Button
        size="xs"
        leftSection={<IconPlayerPlayFilled size={12} aria-hidden />}
        disabled={running !== undefined}
        loading={isPending}
        onClick={() => void starting.run(id)}
      >
        Run experiment
      </Button>
      {running && running.experiment !== id && (
        <Text size="xs" c="dimmed">
          Another experiment is running.
        </Text>
      )}
    </section>
  )
}
