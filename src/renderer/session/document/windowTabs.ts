// The name of this window, and which networks its tabs hold, noted beside the page: so a reload or a crash brings them back; not the unsaved work itself (recovery.ts).
import { z } from 'zod'
import type { NetworkDocument } from '../../../shared/graph/document'
import { serializeDocument } from '../../../shared/graph/schema'
import type { DocumentSession } from './DocumentSession'
import { isUntouched, openSessions, presentSession, sessionStore } from './sessionStore'

const keptTabSchema = z.object({
  recovery: z.string(),
  path: z.string().nullable(),
  /** The network as it was opened, where it has no file to be read from. */
  text: z.string().nullable(),
  run: z.string().nullable(),
})
export type KeptTab = z.output<typeof keptTabSchema>

const keptWindowSchema = z.object({
  window: z.string(),
  tabs: z.array(keptTabSchema),
  /** The place of the tab that was on the screen. */
  active: z.number(),
  savedMs: z.number(),
})
export type KeptWindow = z.output<typeof keptWindowSchema>

/** In the page's own storage, which a reload keeps, and in that of all windows, where only a crash leaves it. */
const own = 'netloom.tabs'
const ofWindow = (id: string): string => `${own}.${id}`
const delayMs = 200
const answerMs = 150

function storages(): { readonly page: Storage; readonly shared: Storage } | undefined {
  try {
    return typeof window === 'undefined' ? undefined : { page: sessionStorage, shared: localStorage }
  } catch {
    // A browser without storage brings nothing back.
    return undefined
  }
}

function parseWindow(text: string | null): KeptWindow | undefined {
  if (text === null) return undefined
  try {
    return keptWindowSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

let named: string | undefined

/** The name of this window, the same until it is closed. */
export function windowId(): string {
  named ??= crypto.randomUUID()
  return named
}

const texts = new WeakMap<NetworkDocument, string>()

function textOf(document: NetworkDocument): string {
  const text = texts.get(document) ?? serializeDocument(document)
  texts.set(document, text)
  return text
}

function keptTab({ recovery, ofRun, state }: DocumentSession): KeptTab {
  const { path, opened } = state
  return { recovery, path, text: path === null ? textOf(opened) : null, run: ofRun }
}

function noteTabs(): void {
  const tabs = openSessions().filter((session) => !isUntouched(session))
  const kept: KeptWindow = {
    window: windowId(),
    tabs: tabs.map(keptTab),
    active: tabs.indexOf(presentSession()),
    savedMs: Date.now(),
  }
  const text = JSON.stringify(kept)
  try {
    storages()?.page.setItem(own, text)
    if (tabs.length > 0) storages()?.shared.setItem(ofWindow(kept.window), text)
    else storages()?.shared.removeItem(ofWindow(kept.window))
  } catch {
    // Where there is no room for them the tabs come back by what is unsaved only.
  }
}

interface WindowMessage {
  readonly kind: 'alive?' | 'alive'
  readonly window: string
}

/** Asks which windows are there. */
async function askAlive(channel: BroadcastChannel): Promise<ReadonlySet<string>> {
  const alive = new Set<string>()
  const collect = ({ data }: MessageEvent<WindowMessage>): void => {
    if (data.kind === 'alive') alive.add(data.window)
  }
  channel.addEventListener('message', collect)
  const question: WindowMessage = { kind: 'alive?', window: windowId() }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has no target
  channel.postMessage(question)
  await new Promise((resolve) => setTimeout(resolve, answerMs))
  channel.removeEventListener('message', collect)
  return alive
}

/** What windows that are gone have left, the latest first. */
function listLeft(shared: Storage): readonly KeptWindow[] {
  const keys = Array.from({ length: shared.length }, (_, index) => shared.key(index) ?? '')
  return keys
    .filter((key) => key.startsWith(`${own}.`))
    .flatMap((key) => parseWindow(shared.getItem(key)) ?? [])
    .toSorted((a, b) => b.savedMs - a.savedMs)
}

/**
 * The tabs that this window had before it was loaded anew, or that a window had which crashed. Whoever asks takes them:
 * nobody else is given them.
 */
export async function takeKeptTabs(): Promise<KeptWindow | undefined> {
  const places = storages()
  if (!places) return undefined
  const before = parseWindow(places.page.getItem(own))
  if (!before && listLeft(places.shared).length === 0) return undefined
  const channel = new BroadcastChannel(own)
  const alive = await askAlive(channel)
  channel.close()
  // A page that was duplicated has the storage of the one that it was made from.
  const isFree = ({ window }: KeptWindow): boolean => !alive.has(window)
  const taken = before && isFree(before) ? before : before ? undefined : listLeft(places.shared).find(isFree)
  if (!taken) return undefined
  if (taken === before) named = before.window
  places.shared.removeItem(ofWindow(taken.window))
  return taken
}

/** Notes the tabs whenever they are others, and answers other windows. @returns ends it */
export function keepTabs(): () => void {
  const channel = new BroadcastChannel(own)
  channel.addEventListener('message', ({ data }: MessageEvent<WindowMessage>) => {
    const answer: WindowMessage = { kind: 'alive', window: windowId() }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has no target
    if (data.kind === 'alive?') channel.postMessage(answer)
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  const noteSoon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(noteTabs, delayMs)
  }
  const followed = new Map<DocumentSession, () => void>()
  const follow = (): void => {
    const open = openSessions()
    for (const session of open) {
      if (followed.has(session)) continue
      const end = session.store.subscribe((state, before) => {
        const isSame = state.path === before.path && state.opened === before.opened && state.isDirty === before.isDirty
        if (!isSame) noteSoon()
      })
      followed.set(session, end)
    }
    for (const [session, end] of followed) {
      if (open.includes(session)) continue
      end()
      followed.delete(session)
    }
    noteSoon()
  }
  const leave = (): void => {
    noteTabs()
    // A window that closes of its own accord leaves nothing to bring back; one that is loaded anew has its own note.
    storages()?.shared.removeItem(ofWindow(windowId()))
  }
  follow()
  const endTabs = sessionStore.subscribe(follow)
  window.addEventListener('pagehide', leave)
  return () => {
    clearTimeout(timer)
    endTabs()
    for (const end of followed.values()) end()
    channel.close()
    window.removeEventListener('pagehide', leave)
  }
}
