// The five steps from nothing to a prediction; they are ticked off by what the person does (followTour.ts), and each points at its control (TourPointer.tsx).
import { Button, Group, Text, UnstyledButton } from '@mantine/core'
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react'
import { findArchitecture } from '../../../shared/lectures/architectures/index'
import { nextTourStep, tourSteps, useUiStore, type TourStep } from '../../kernel/ui/uiStore'
import { openLoose } from '../../session/document/documentFlows'
import { tourStops } from './tour'
import classes from './TourChecklist.module.css'

/** Opens LeNet-5, the network of the tour. */
export function openExample(): void {
  const example = findArchitecture('lenet5')
  if (example) openLoose(example.build())
}

/** The checklist, on the start page and in the status bar. @param onGo called when a step is gone to */
export function TourChecklist({ onGo }: { readonly onGo?: () => void }) {
  const done = useUiStore((state) => state.tourDone)
  const setScreen = useUiStore((state) => state.setScreen)
  const pointAt = useUiStore((state) => state.pointAtStep)
  const dismiss = useUiStore((state) => state.dismissTour)
  const restart = useUiStore((state) => state.restartTour)
  const isComplete = done.length === tourSteps.length
  const next = nextTourStep(done)
  const go = (step: TourStep): void => {
    setScreen(tourStops[step].screen)
    pointAt(step)
    onGo?.()
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
                  <span className={classes.stepTitle}>{tourStops[step].title}</span>
                  <span className={classes.stepHelp}>{tourStops[step].help}</span>
                </span>
              </UnstyledButton>
            </li>
          )
        })}
      </ol>
      <Group gap="sm" mt="sm">
        {next && (
          <Button variant="light" size="compact-xs" onClick={() => go(next)}>
            {done.length === 0 ? 'Show me' : 'Go on'}
          </Button>
        )}
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
