// Brings the tabs of a window back that was loaded anew or crashed: in their order, the same one on the screen; not what is noted of them (windowTabs.ts).
import type { Recovery } from '../../../shared/contract/projectCalls'
import { fileNameOf } from '../../kernel/dialogs/filePaths'
import { client } from '../../kernel/core/client'
import { whenConnected } from '../../kernel/core/coreConnection'
import { showFailure } from '../../kernel/failures/showFailure'
import type { DocumentSession } from './DocumentSession'
import { openText } from './documentStore'
import { restoreWork } from './recovery'
import { closeSession, isPresent, isUntouched, presentSession, showSession } from './sessionStore'
import { showTab } from './tabFlows'
import { takeKeptTabs, type KeptTab, type KeptWindow } from './windowTabs'

async function bringTab(
  { recovery, path, text, run }: KeptTab,
  unsaved: ReadonlyMap<string, Recovery>,
): Promise<DocumentSession | undefined> {
  const work = unsaved.get(recovery)
  if (work) return restoreWork(work, { isBehind: true })
  const opening = { isBehind: true, recovery, ...(run === null ? {} : { run }) }
  if (path === null) return text === null ? undefined : openText(text, opening)
  const file = await client.projects.open({ path })
  return openText(file.text, { ...opening, path: file.path, modifiedMs: file.modifiedMs })
}

/** Whether a person has done something since; then the screen stays as it is. */
function watchPerson(): { readonly hasActed: () => boolean; readonly end: () => void } {
  let acted = false
  const watching = new AbortController()
  const note = (): void => {
    acted = true
  }
  for (const kind of ['pointerdown', 'keydown'])
    window.addEventListener(kind, note, { capture: true, signal: watching.signal })
  return { hasActed: () => acted, end: () => watching.abort() }
}

async function bringAll({ tabs, active }: KeptWindow, hasActed: () => boolean): Promise<void> {
  await whenConnected()
  const unsaved = new Map((await client.projects.recoveries()).map((work) => [work.id, work]))
  const before = presentSession()
  const brought: (DocumentSession | undefined)[] = []
  for (const tab of tabs) {
    try {
      brought.push(await bringTab(tab, unsaved))
    } catch (error) {
      brought.push(undefined)
      showFailure(`${tab.path === null ? 'A network' : fileNameOf(tab.path)} was not opened again`, error)
    }
  }
  const shown = brought[active] ?? brought.findLast((session) => session !== undefined)
  if (!shown || !isPresent(before) || !isUntouched(before)) return
  if (hasActed()) showSession(shown)
  else showTab(shown)
  closeSession(before)
}

/** Brings the tabs back behind what a person began meanwhile; one that cannot be opened is told and left out. */
export async function bringBackTabs(): Promise<void> {
  const person = watchPerson()
  try {
    const kept = await takeKeptTabs()
    if (kept && kept.tabs.length > 0) await bringAll(kept, person.hasActed)
  } finally {
    person.end()
  }
}
