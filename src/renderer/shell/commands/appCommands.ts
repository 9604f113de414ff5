// The commands that belong to no screen: files, history, screens, theme; each screen registers its own.
import { redoStep, stepToRedo, stepToUndo, undoStep, type CorrectionStep } from '../../session/dataset/correctionSteps'
import { spotlight } from '@mantine/spotlight'
import { experimentCommands } from '../../features/lectures/experiments/experimentCommands'
import type { DesktopBridge } from '../../../shared/contract/desktopBridge'
import type { Command } from '../../kernel/commands/commands'
import { documentStore } from '../../session/document/documentStore'
import { screenNames, uiStore, type WorkScreen } from '../../kernel/ui/uiStore'
import { showHelp } from '../../kernel/dialogs/help'
import { showKeys, showNotices, showSettings } from '../../kernel/dialogs/questions'
import { pageForHere } from './pageForHere'
import { tabCommands } from './tabCommands'
import { newDocument, openDocument, saveDocument, saveDocumentAs } from '../../session/document/documentFlows'

/** The screens as their tabs name them. */
export const screenTitles: Readonly<Record<WorkScreen, string>> = {
  design: 'Design',
  data: 'Data',
  train: 'Train',
  evaluate: 'Evaluate',
  runs: 'Runs',
}

const state = () => documentStore.getState()

const fileCommands: readonly Command[] = [
  {
    id: 'file.new',
    title: 'New network',
    group: 'File',
    isOnce: true,
    // Browsers keep Ctrl+N for themselves; it reaches the page only in a window of its own.
    shortcut: typeof window !== 'undefined' && window.netloom ? 'Ctrl+N' : ['Alt+N', 'Ctrl+N'],
    run: newDocument,
  },
  {
    id: 'file.open',
    title: 'Open...',
    group: 'File',
    shortcut: 'Ctrl+O',
    isOnce: true,
    evenWhileTyping: true,
    run: openDocument,
  },
  { id: 'file.import', title: 'Open a trained ONNX network...', group: 'File', run: openDocument },
  {
    id: 'file.save',
    title: 'Save',
    group: 'File',
    isOnce: true,
    shortcut: 'Ctrl+S',
    evenWhileTyping: true,
    async run() {
      await saveDocument()
    },
  },
  {
    id: 'file.saveAs',
    title: 'Save as...',
    group: 'File',
    isOnce: true,
    shortcut: 'Ctrl+Shift+S',
    evenWhileTyping: true,
    async run() {
      await saveDocumentAs()
    },
  },
  {
    id: 'file.export',
    title: 'Export a trained network...',
    group: 'File',
    // It brings much with it: fetched when it is asked for.
    async run() {
      const { exportPresent } = await import('../../features/evaluate/model/exportPresent')
      await exportPresent()
    },
  },
]

const isOnData = (): boolean => uiStore.getState().screen === 'data'

/** On the Data screen what was corrected there is undone like what was edited, the latest first. */
const correctionToUndo = (): CorrectionStep | undefined => (isOnData() ? stepToUndo() : undefined)
const correctionToRedo = (): CorrectionStep | undefined => (isOnData() ? stepToRedo() : undefined)

const editCommands: readonly Command[] = [
  {
    id: 'edit.undo',
    title: 'Undo',
    group: 'Edit',
    shortcut: 'Ctrl+Z',
    isEnabled: () => correctionToUndo() !== undefined || state().past.length > 0,
    run: () => {
      const step = correctionToUndo()
      return step ? undoStep(step) : state().undo()
    },
  },
  {
    id: 'edit.redo',
    title: 'Redo',
    group: 'Edit',
    shortcut: ['Ctrl+Y', 'Ctrl+Shift+Z'],
    isEnabled: () => correctionToRedo() !== undefined || state().future.length > 0,
    run: () => {
      const step = correctionToRedo()
      return step ? redoStep(step) : state().redo()
    },
  },
]

const screenCommands: readonly Command[] = [
  ...screenNames.map((screen, index): Command => ({
    id: `view.${screen}`,
    title: `Go to ${screenTitles[screen]}`,
    group: 'View',
    shortcut: `Ctrl+${index + 1}`,
    evenWhileTyping: true,
    run: () => uiStore.getState().setScreen(screen),
  })),
  {
    id: 'view.welcome',
    title: 'Go to the start page',
    group: 'View',
    run: () => uiStore.getState().setScreen('welcome'),
  },
  {
    id: 'view.palette',
    title: 'All commands',
    group: 'View',
    shortcut: 'Ctrl+K',
    evenWhileTyping: true,
    isHidden: true,
    run: () => spotlight.toggle(),
  },
  ...(['dark', 'light', 'system'] as const).map((theme): Command => ({
    id: `view.theme.${theme}`,
    title: theme === 'system' ? 'Theme of the system' : `${theme === 'dark' ? 'Dark' : 'Light'} theme`,
    group: 'View',
    isEnabled: () => uiStore.getState().theme !== theme,
    run: () => uiStore.getState().setTheme(theme),
  })),
]

/**
 * The desktop's zoom of the whole interface; a browser has its own under the same keys. The canvas zooms by the keys
 * without Ctrl.
 */
export function zoomCommands(bridge: Pick<DesktopBridge, 'zoom'> | undefined): readonly Command[] {
  if (!bridge) return []
  const shared = { group: 'View', evenWhileTyping: true, evenBehindDialog: true } as const
  return [
    // Plus is typed with Shift on many keyboards, and means the key that it stands on.
    {
      ...shared,
      id: 'view.zoom.in',
      title: 'Larger interface',
      shortcut: ['Ctrl++', 'Ctrl+='],
      run: () => bridge.zoom('in'),
    },
    { ...shared, id: 'view.zoom.out', title: 'Smaller interface', shortcut: 'Ctrl+-', run: () => bridge.zoom('out') },
    {
      ...shared,
      id: 'view.zoom.reset',
      title: 'Interface in its natural size',
      shortcut: 'Ctrl+0',
      run: () => bridge.zoom('reset'),
    },
  ]
}

const settingsCommands: readonly Command[] = [
  {
    id: 'view.settings',
    title: 'Settings...',
    group: 'View',
    shortcut: 'Ctrl+,',
    evenWhileTyping: true,
    run: showSettings,
  },
]

const helpCommands: readonly Command[] = [
  {
    id: 'help.tour',
    title: 'Five-minute tour',
    group: 'Help',
    run() {
      uiStore.getState().restartTour()
      uiStore.getState().setScreen('welcome')
      uiStore.getState().pointAtStep('opened')
    },
  },
  {
    id: 'help.manual',
    title: 'Manual',
    group: 'Help',
    shortcut: 'F1',
    evenWhileTyping: true,
    evenBehindDialog: true,
    run: () => showHelp(pageForHere()),
  },
  { id: 'help.keys', title: 'Keyboard shortcuts', group: 'Help', shortcut: '?', run: showKeys },
  { id: 'help.notices', title: 'Third-party notices', group: 'Help', run: showNotices },
]

/** Everything that works on every screen. */
export const appCommands: readonly Command[] = [
  ...fileCommands,
  ...tabCommands,
  ...editCommands,
  ...screenCommands,
  ...zoomCommands(typeof window === 'undefined' ? undefined : window.netloom),
  ...experimentCommands,
  ...settingsCommands,
  ...helpCommands,
]
