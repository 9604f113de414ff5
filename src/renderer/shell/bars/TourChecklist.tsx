// The five steps from nothing to a prediction; they are ticked off by what the person does (followTour.ts).
import { Button, Group, Text, UnstyledButton } from '@mantine/core'
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react'
import { findArchitecture } from '../../../shared/lectures/architectures/index'
import { tourSteps, useUiStore, type ScreenName, type TourStep } from '../../kernel/ui/uiStore'
import { openLoose } from '../../session/document/documentFlows'
import { showFailure } from '../../kernel/failures/showFailure'
import classes from './TourChecklist.module.css'

const steps: Readonly<
  Record<TourStep, { readonly title: string; readonly help: string; readonly screen: ScreenName }>
> = {
  opened: { title: 'Open a network', help: 'Take LeNet-5 from the gallery, or your own file.', screen: 'welcome' },
  layerAdded: { title: 'Add a layer', help: 'Drag one from the palette onto a wire.', screen: 'design' },
  datasetChosen: { title: 'Choose images', help: 'The built-in digits, or a folder of your own.', screen: 'data' },
  trained: { title: 'Start a training', help: 'Press Train and watch the curves.', screen: 'train' },
  predicted: { title: 'Try an image', help: 'Drop or paste one and see its class.', screen: 'evaluate' },
}

/** Opens LeNet-5, the network of the tour. */
export async function openExample(): Promise<void> {
  const example = findArchitecture('lenet5')
  if (example) await openLoose(example.build())
}

/** The checklist, on the start page and in the status bar. */
export function TourChecklist() {
  const done = useUiStore((state) => state.tourDone)
  const setScreen = useUiStore((state) => state.setScreen)
  const dismiss = useUiStore((state) => state.dismissTour)
  const restart = useUiStore((state) => state.restartTour)
  const isComplete = done.length === tourSteps.length
  const next = tourSteps.find((step) => !done.includes(step))
  const go = (step: TourStep): void => {
    if (step === 'opened') openExample().catch((error: unknown) => showFailure('The example was not opened', error))
    else setScreen(steps[step].screen)
  }
  return (
    <section aria-label="Five-minute tour">
      <Group justify="space-between" mb="xs">
        <Text fw={600}>{isComplete ? 'Tour finished' : 'Five-minute tour'}</Text>
        <Text size="xs" c="dimmed">
          {done.length} of {tourSteps.length}
        </Text>
      </Group>
      <ol className={classes.steps}>
        {tourSteps.map((step) => {
          const isDone = done.includes(step)
          return (
            <li key={step}>
              <UnstyledButton className={classes.step} data-next={step === next || undefined} onClick={() => go(step)}>
                {isDone ? (
                  <IconCircleCheckFilled size={18} color="var(--nl-success)" aria-label="Done" />
                ) : (
                  <IconCircle size={18} stroke={1.5} aria-label="Not done yet" />
                )}
                <span>
                  <span className={classes.stepTitle}>{steps[step].title}</span>
                  <span className={classes.stepHelp}>{steps[step].help}</span>
                </span>
              </UnstyledButton>
            </li>
          )
        })}
      </ol>
      <Group gap="sm" mt="sm">
        <Button variant="subtle" color="gray" size="compact-xs" onClick={dismiss}>
          {isComplete ? 'Close' : 'Dismiss'}
        </Button>
        {done.length > 0 && (
          <Button variant="subtle" color="gray" size="compact-xs" onClick={restart}>
            Begin anew
          </Button>
        )}
      </Group>
    </section>
  )
}
