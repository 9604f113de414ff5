// The screen that is shown, loaded when it is first needed.
import { Skeleton, VisuallyHidden } from '@mantine/core'
import { lazy, Suspense, type ComponentType } from 'react'
import { useSessionNumber } from '../session/document/documentStore'
import { useUiStore, type ScreenName, type WorkScreen } from '../kernel/ui/uiStore'
import classes from './App.module.css'
import { screenTitles } from './commands/appCommands'
import { ErrorBoundary } from './ErrorBoundary'
import { Welcome } from './welcome/Welcome'

const loadDesign = async () => ({ default: (await import('./screens/DesignScreen')).DesignScreen })

const screens: Readonly<Record<ScreenName, ComponentType>> = {
  welcome: Welcome,
  design: lazy(loadDesign),
  data: lazy(async () => ({ default: (await import('../features/data/DataScreen')).DataScreen })),
  train: lazy(async () => ({ default: (await import('./screens/TrainScreen')).TrainScreen })),
  evaluate: lazy(async () => ({ default: (await import('../features/evaluate/EvaluateScreen')).EvaluateScreen })),
  runs: lazy(async () => ({ default: (await import('../features/runs/RunsScreen')).RunsScreen })),
  experiments: lazy(async () => ({
    default: (await import('../features/lectures/experiments/ExperimentsScreen')).ExperimentsScreen,
  })),
}

/** Fetches the screen that a document opens in while nothing else happens; a failure shows when it is really needed. */
export function fetchDesignEarly(): () => void {
  const request = requestIdleCallback(() => void loadDesign().catch(() => {}), { timeout: 3000 })
  return () => cancelIdleCallback(request)
}

/** Screens that bring no heading of their own for those who cannot see which tab is chosen. */
const unnamed: readonly ScreenName[] = ['design', 'data', 'evaluate']

function ScreenSkeleton() {
  return (
    <div className={classes.skeletons} aria-busy="true" aria-label="Loading">
      <Skeleton height="100%" />
      <Skeleton height="100%" />
      <Skeleton height="100%" />
    </div>
  )
}

/** The name of a screen for headings. */
export function screenTitle(screen: ScreenName): string {
  if (screen === 'welcome') return 'Start page'
  return screen === 'experiments' ? 'Experiments' : screenTitles[screen satisfies WorkScreen]
}

/** The present screen. */
export function Screens() {
  const screen = useUiStore((state) => state.screen)
  const sessionNumber = useSessionNumber()
  const Screen = screens[screen]
  const title = screenTitle(screen)
  return (
    <main id="screen" tabIndex={-1} className={classes.screen} aria-label={title}>
      {unnamed.includes(screen) && (
        <VisuallyHidden component="h1" className={classes.heading}>
          {title}
        </VisuallyHidden>
      )}
      {/* What stands in the fields of one network is nothing to another. */}
      <ErrorBoundary key={`${screen} ${screen === 'welcome' ? '' : sessionNumber}`} where={title}>
        <Suspense fallback={<ScreenSkeleton />}>
          <Screen />
        </Suspense>
      </ErrorBoundary>
    </main>
  )
}
