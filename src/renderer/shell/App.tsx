// The root of the screen: providers, what is followed while the app runs, and the frame around the screens.
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { Notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import { ArithmeticWindows } from './windows/ArithmeticWindows'
import { CollectWindow } from '../features/collect/CollectWindow'
import { HelpWindow } from '../features/help/HelpWindow'
import { ExportWindow } from '../features/evaluate/ExportWindow'
import { ModelWindows } from '../features/models/ModelWindows'
import { handleShortcut, registerCommands } from '../kernel/commands/commands'
import { whenConnected } from '../kernel/core/coreConnection'
import { useUiStore } from '../kernel/ui/uiStore'
import classes from './App.module.css'
import { ConnectionNotice } from './connection/ConnectionNotice'
import { sayRestarts } from './connection/sayRestarts'
import { appCommands } from './commands/appCommands'
import { CommandPalette } from './commands/CommandPalette'
import { Dialogs } from './dialogs/Dialogs'
import { loadAppInfo } from '../kernel/core/appInfo'
import { showFailure } from '../kernel/failures/showFailure'
import { takeDroppedFiles } from './dropFiles'
import { ErrorBoundary } from './ErrorBoundary'
import { askBeforeUnload, followDesktop } from './followDesktop'
import { offerScreenWays } from './failures/screenWays'
import { followTour } from './followTour'
import { keepFocus } from './keepFocus'
import { openFilesOfAddress } from './openNamed'
import { queryClient, refreshAfterReconnect } from '../kernel/queries/queryClient'
import { bringBackTabs } from '../session/document/bringBack'
import { keepRecoveries } from '../session/document/recovery'
import { keepTabs } from '../session/document/windowTabs'
import { fetchDesignEarly, Screens } from './Screens'
import { StatusBar } from './bars/StatusBar'
import { TourPointer } from './bars/TourPointer'
import { theme } from './theme'
import { TabBar } from './bars/TabBar'
import { TopBar } from './bars/TopBar'

/** Follows trainings, experiments, the dataset and the document's weights on every screen; loaded after the first image: they bring much. @returns ends it */
function followWorkSoon(): () => void {
  let ends: (() => void)[] = []
  let isOver = false
  Promise.all([
    import('../features/training/followTraining'),
    import('../features/lectures/experiments/followExperiments'),
    import('../session/dataset/datasetActivity'),
    import('../session/document/layerWeights'),
  ]).then(
    ([{ followTraining }, { followExperiments }, { showDatasetActivity }, { followWeights }]) => {
      if (!isOver) ends = [followTraining(), followExperiments(), showDatasetActivity(), followWeights()]
    },
    (error: unknown) => showFailure('Trainings cannot be followed', error),
  )
  return () => {
    isOver = true
    for (const end of ends) end()
  }
}

/** Everything that runs beside the components. @returns ends it */
function startFollowing(): () => void {
  const onKey = (event: KeyboardEvent): void => void handleShortcut(event)
  window.addEventListener('keydown', onKey)
  const ends = [
    registerCommands(appCommands),
    followDesktop(),
    askBeforeUnload(),
    keepTabs(),
    openFilesOfAddress(bringBackTabs().catch((error: unknown) => showFailure('The tabs were not brought back', error))),
    followTour(),
    keepFocus(),
    refreshAfterReconnect(),
    sayRestarts(),
    offerScreenWays(),
    keepRecoveries(),
    takeDroppedFiles(),
    followWorkSoon(),
    fetchDesignEarly(),
  ]
  // Whether it succeeds is seen in the status bar; the first call that needs it says why not.
  whenConnected()
    .then(loadAppInfo)
    .catch(() => {})
  return () => {
    window.removeEventListener('keydown', onKey)
    for (const end of ends) end()
  }
}

/** The whole app. */
export function App() {
  const scheme = useUiStore((state) => state.theme)
  useEffect(startFollowing, [])
  return (
    <QueryClientProvider client={queryClient}>
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        forceColorScheme={scheme === 'system' ? undefined : scheme}
      >
        <Notifications position="bottom-right" containerWidth={360} className={classes.notifications} />
        <ErrorBoundary where="Netloom">
          <div className={classes.app}>
            <TopBar />
            <TabBar />
            <ConnectionNotice />
            <Screens />
            <StatusBar />
            <TourPointer />
          </div>
          <ArithmeticWindows />
          <ModelWindows />
          <ExportWindow />
          <CollectWindow />
          <Dialogs />
          <HelpWindow />
          <CommandPalette />
        </ErrorBoundary>
      </MantineProvider>
    </QueryClientProvider>
  )
}
