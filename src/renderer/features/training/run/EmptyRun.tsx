// What stands where the curves will be, before there is a run: the one next action.
import { Button, Text, Title } from '@mantine/core'
import { IconChartLine } from '@tabler/icons-react'
import { uiStore } from '../../../kernel/ui/uiStore'
import { FailureAlert } from './FailureAlert'
import type { Blocker } from '../follow/blockers'
import { useBlockers } from '../follow/presentBlockers'
import { startTraining, useIsStarting, useTrainingFailure } from '../follow/trainingStore'
import classes from '../training.module.css'

/** What comes next, by where it is done; the faults themselves stand beside the recipe, once. */
const whatIsMissing: Readonly<Record<Blocker['remedy']['kind'], string>> = {
  design: 'The network has to be whole first: what it still needs stands beside the recipe.',
  data: 'Training needs images with classes.',
  classes: 'The network needs as many outputs as the dataset has classes.',
  recipe: 'A value of the recipe has to change first: which one stands beside it.',
  here: 'A value of the recipe has to change first: which one stands beside it.',
}

/** Invites to what comes next: layers, a dataset, or training. */
export function EmptyRun() {
  const [first] = useBlockers()
  const isStarting = useIsStarting()
  const error = useTrainingFailure()
  const kind = first?.remedy.kind
  return (
    <div className={classes.empty}>
      {error && <FailureAlert error={error} />}
      <IconChartLine size={40} stroke={1.2} aria-hidden className={classes.emptyIcon} />
      <Title order={2} size={16}>
        Nothing has been trained yet
      </Title>
      <Text c="dimmed" maw={380} ta="center">
        {first
          ? whatIsMissing[first.remedy.kind]
          : 'Press Train, and loss and accuracy are drawn here while the network learns.'}
      </Text>
      {kind === 'design' && <Button onClick={() => uiStore.getState().setScreen('design')}>Open Design</Button>}
      {kind === 'data' && <Button onClick={() => uiStore.getState().setScreen('data')}>Choose a dataset</Button>}
      {!first && (
        <Button loading={isStarting} onClick={() => void startTraining()}>
          Train
        </Button>
      )}
    </div>
  )
}
