// Joins the window to the desktop program around it: menu, files opened from outside, closing; nothing where there is only a browser.
import { textEdits, type DesktopBridge } from '../../shared/contract/desktopBridge'
import { whenImportEnds } from '../session/document/pendingImport'
import {
  commandStore,
  followEnablement,
  isCommandEnabled,
  isTyping,
  reportCommandErrors,
  runCommand,
  shortcutsOf,
} from '../kernel/commands/commands'
import { documentStore, openSessions } from '../session/document/documentStore'
import { documentTitle, openPath } from '../session/document/documentFlows'
import { leaveAll } from '../session/document/tabFlows'
import { keepNow } from '../session/document/recovery'
import { request } from '../kernel/commands/requests'
import { uiStore } from '../kernel/ui/uiStore'
import { showFailure } from '../kernel/failures/showFailure'

const title = 'That did not work'

/** What the Edit menu means by a field's text stays with the field; what no command does, with the page. */
function runMenuItem(id: string): void {
  const edit = textEdits.find((name) => id === `edit.${name}`)
  const isText = isTyping(document.activeElement) || !commandStore.getState().commands.has(id)
  if (edit && isText) window.netloom?.editText(edit)
  else runCommand(id)
}

/** Opens a file that the program was given, and says when that is over: until then no other file comes into this window. */
async function openFromOutside(path: string, bridge: Pick<DesktopBridge, 'answerOpenFile'>): Promise<void> {
  try {
    await openPath(path)
    await whenImportEnds(path)
  } catch (error) {
    showFailure('The file was not opened', error)
  }
  // What is open now is reported first.
  setTimeout(() => bridge.answerOpenFile(path), 0)
}

async function answerClose(): Promise<void> {
  const mayClose = await leaveAll().catch((error: unknown) => {
    showFailure('The document was not saved', error)
    return false
  })
  window.netloom?.answerClose(mayClose)
}

/** Tells `report` of a value now and whenever it is another one, at most once per turn. */
function reportChanges<T>(read: () => T, report: (value: T) => void): () => void {
  let last = ''
  let isDue = false
  const look = (): void => {
    isDue = false
    const value = read()
    const text = JSON.stringify(value)
    if (text === last) return
    last = text
    report(value)
  }
  return () => {
    if (isDue) return
    isDue = true
    setTimeout(look, 0)
  }
}

/** Joins the window to the desktop program. @returns ends it */
export function followDesktop(): () => void {
  reportCommandErrors((error) => showFailure(title, error))
  const bridge = window.netloom
  if (!bridge) return () => {}
  const reportDocument = reportChanges(() => {
    const { path, document, isDirty } = documentStore.getState()
    return { name: documentTitle(path, document).slice(0, 500), path, isDirty }
  }, bridge.reportDocument)
  const reportCommands = reportChanges(
    () =>
      Array.from(commandStore.getState().commands.values(), (command) => ({
        id: command.id,
        title: command.title,
        group: command.group,
        shortcut: shortcutsOf(command)[0],
        isEnabled: isCommandEnabled(command),
      })),
    bridge.reportCommands,
  )
  const reportTheme = reportChanges(() => uiStore.getState().theme, bridge.reportTheme)
  reportDocument()
  reportCommands()
  reportTheme()
  const ends = [
    documentStore.subscribe(reportDocument),
    uiStore.subscribe(reportTheme),
    commandStore.subscribe(reportCommands),
    followEnablement(reportCommands),
    bridge.onCommand(runMenuItem),
    bridge.onOpenFile((path) => void openFromOutside(path, bridge)),
    bridge.onCloseAsked(() => void answerClose()),
    bridge.onShowRun((run) => {
      request('training.showRun', run)
      uiStore.getState().setScreen('train')
    }),
    // One that cannot be kept is no reason to keep the system waiting.
    bridge.onKeepRecovery(() => void keepNow().then(bridge.answerRecoveryKept, bridge.answerRecoveryKept)),
  ]
  return () => {
    for (const end of ends) end()
  }
}

/** In a browser: the tab asks before it closes with unsaved changes. @returns ends it */
export function askBeforeUnload(): () => void {
  if (window.netloom) return () => {}
  const ask = (event: BeforeUnloadEvent): void => {
    if (openSessions().some(({ state }) => state.isDirty)) event.preventDefault()
  }
  window.addEventListener('beforeunload', ask)
  return () => window.removeEventListener('beforeunload', ask)
}
