// What stands where the curves will be, before there is a run: the one next action.
import { Button, Text, Title } from '@mantine/core'
import { IconChartLine } from '@tabler/icons-react'
import { uiStore } from '../../../kernel/ui/uiStore'
import { FailureAlert } from './FailureAlert'
import { useBlockers } from '../follow/presentBlockers'
import { startTraining, useIsStarting, useTrainingFailure } from '../follow/trainingStore'
import classes from '../training.module.css'

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
        {first ? first.message : 'Press Train, and loss and accuracy are drawn here while the network learns.'}
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
