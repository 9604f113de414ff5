// The screen that is shown, loaded when it is first needed.
import { Skeleton, VisuallyHidden } from '@mantine/core'
import { lazy, Suspense, type ComponentType } from 'react'
import { useUiStore, type ScreenName, type WorkScreen } from '../state/uiStore'
import classes from './App.module.css'
import { screenTitles } from './appCommands'
import { ErrorBoundary } from './ErrorBoundary'
import { Welcome } from './Welcome'

type ScreenModule = Readonly<Record<string, ComponentType>>

const modules = import.meta.glob<ScreenModule>('../{canvas,data,training,evaluate,runs}/*Screen.tsx')

function load(path: string, name: string): ComponentType {
  return lazy(async () => {
    const module = await modules[path]?.()
    const component = module?.[name]
    if (!component) throw new Error(`The screen ${name} is not part of this build.`)
    return { default: component }
  })
}

const screens: Readonly<Record<ScreenName, ComponentType>> = {
  welcome: Welcome,
  design: load('../canvas/DesignScreen.tsx', 'DesignScreen'),
  data: load('../data/DataScreen.tsx', 'DataScreen'),
  train: load('../training/TrainScreen.tsx', 'TrainScreen'),
  evaluate: load('../evaluate/EvaluateScreen.tsx', 'EvaluateScreen'),
  runs: load('../runs/RunsScreen.tsx', 'RunsScreen'),
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
  return screen === 'welcome' ? 'Start page' : screenTitles[screen satisfies WorkScreen]
}

/** The present screen. */
export function Screens() {
  const screen = useUiStore((state) => state.screen)
  const Screen = screens[screen]
  const title = screenTitle(screen)
  return (
    <main id="screen" className={classes.screen} aria-label={title}>
      {unnamed.includes(screen) && (
        <VisuallyHidden component="h1" className={classes.heading}>
          {title}
        </VisuallyHidden>
      )}
      <ErrorBoundary key={screen} where={title}>
        <Suspense fallback={<ScreenSkeleton />}>
          <Screen />
        </Suspense>
      </ErrorBoundary>
    </main>
  )
}
