// What is being computed while the start page is open: trainings of any window and program, experiments, evaluations.
import { Progress, Text, UnstyledButton } from '@mantine/core'
import { IconActivity } from '@tabler/icons-react'
import { useUiStore } from '../../kernel/ui/uiStore'
import classes from './Welcome.module.css'

/** The list; nothing where nothing runs. */
export function RunningNow() {
  const activities = useUiStore((state) => state.activities)
  const setScreen = useUiStore((state) => state.setScreen)
  const shown = [...activities].filter(([, { screen }]) => screen !== undefined)
  if (shown.length === 0) return null
  return (
    <section aria-labelledby="running">
      <Text component="h2" id="running" className={classes.heading}>
        Running now
      </Text>
      {shown.map(([id, { label, fraction, screen, open }]) => (
        <UnstyledButton
          key={id}
          className={classes.running}
          onClick={() => (open ? open() : screen && setScreen(screen))}
        >
          <IconActivity size={16} stroke={1.5} aria-hidden />
          <span className={classes.recentName}>{label}</span>
          {fraction !== null && (
            <Progress value={100 * fraction} size={4} aria-label={label} className={classes.runningBar} />
          )}
        </UnstyledButton>
      ))}
    </section>
  )
}
