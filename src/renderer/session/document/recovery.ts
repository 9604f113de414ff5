// Keeps a copy of unsaved work with the core every few seconds, and finds copies that no open window belongs to.
import { parseDocument, serializeDocument } from '../../../shared/graph/schema'
import type { Recovery } from '../../../shared/contract/projectCalls'
import { client } from '../../kernel/core/client'
import type { DocumentSession, Opening } from './DocumentSession'
import { windowId } from './windowTabs'
import { isOpen, isPresent, openSessions, openText, presentSession, sessionStore } from './documentStore'

/** Time from a change to its copy. */
const delayMs = 3000
/** How long other windows have to say that a copy is theirs. */
const answerMs = 150

interface WindowMessage {
  readonly kind: 'who' | 'mine'
  readonly id: string
}

/** Keeps the copies of one window's networks. */
class RecoveryKeeper {
  private readonly timers = new Map<DocumentSession, ReturnType<typeof setTimeout>>()
  private readonly followed = new Map<DocumentSession, () => void>()
  private readonly channel = new BroadcastChannel('netloom.recovery')
  private readonly endTabs: () => void

  constructor() {
    this.channel.addEventListener('message', ({ data }: MessageEvent<WindowMessage>) => {
      if (data.kind !== 'who') return
      for (const { recovery, isRecoveryKept } of openSessions()) {
        if (isRecoveryKept) this.post({ kind: 'mine', id: recovery })
      }
    })
    this.followTabs()
    this.endTabs = sessionStore.subscribe(() => this.followTabs())
  }

  end(): void {
    this.endTabs()
    for (const session of this.followed.keys()) this.leave(session)
    this.channel.close()
  }

  /** Ids of copies that open windows are still writing. */
  async askWindows(): Promise<ReadonlySet<string>> {
    const ids = new Set<string>(openSessions().map(({ recovery }) => recovery))
    const collect = ({ data }: MessageEvent<WindowMessage>): void => {
      if (data.kind === 'mine') ids.add(data.id)
    }
    this.channel.addEventListener('message', collect)
    this.post({ kind: 'who', id: presentSession().recovery })
    await new Promise((resolve) => setTimeout(resolve, answerMs))
    this.channel.removeEventListener('message', collect)
    return ids
  }

  private post(message: WindowMessage): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has no target
    this.channel.postMessage(message)
  }

  private followTabs(): void {
    const open = openSessions()
    for (const session of open) {
      if (this.followed.has(session)) continue
      const end = session.store.subscribe((state, before) => {
        if (state.document !== before.document || state.isDirty !== before.isDirty) this.follow(session)
      })
      this.followed.set(session, end)
    }
    for (const session of this.followed.keys()) {
      if (open.includes(session)) continue
      this.leave(session)
      // Its unsaved changes were saved or given up; where its copy was opened in its place, that one keeps it.
      if (!open.some(({ recovery }) => recovery === session.recovery)) forget(session)
    }
  }

  private leave(session: DocumentSession): void {
    clearTimeout(this.timers.get(session))
    this.timers.delete(session)
    this.followed.get(session)?.()
    this.followed.delete(session)
  }

  private follow(session: DocumentSession): void {
    clearTimeout(this.timers.get(session))
    if (!session.state.isDirty) return forget(session)
    this.timers.set(
      session,
      setTimeout(() => ignoreFailure(keep(session)), delayMs),
    )
  }
}

/** Keeps a copy of what is not saved; one that comes back after its network was left or saved is thrown away again. */
export async function keep(session: DocumentSession): Promise<void> {
  const { document, opened, path, modifiedMs, isDirty } = session.state
  if (!isDirty || !isOpen(session)) return
  session.isRecoveryKept = true
  const index = openSessions().indexOf(session)
  const copy = {
    id: session.recovery,
    tab: { window: windowId(), index, isActive: isPresent(session) },
    path,
    seenMs: modifiedMs,
    name: document.name,
    text: serializeDocument(document),
  }
  const origin = opened === document ? {} : { opened: serializeDocument(opened) }
  await client.projects.keepRecovery({ ...copy, ...origin })
  if (!session.state.isDirty || !isOpen(session)) await discard(session.recovery)
}

/** Keeps what is not saved now, of all tabs, without waiting for more changes. */
export async function keepNow(): Promise<void> {
  await Promise.all(openSessions().map(keep))
}

/** Throws the copy of a network away that is saved, or that was left. */
function forget(session: DocumentSession): void {
  if (!session.isRecoveryKept) return
  session.isRecoveryKept = false
  ignoreFailure(discard(session.recovery))
}

async function discard(id: string): Promise<void> {
  await client.projects.discardRecovery({ id })
}

/** A copy that could not be kept is tried again with the next change; the connection's state is on the status bar. */
function ignoreFailure(work: Promise<void>): void {
  work.catch(() => {})
}

let keeper: RecoveryKeeper | undefined

/** Follows the network on the screen and keeps a copy of what is not saved. @returns ends it */
export function keepRecoveries(): () => void {
  const started = new RecoveryKeeper()
  keeper = started
  return () => {
    started.end()
    if (keeper === started) keeper = undefined
  }
}

/** Unsaved work of windows that are gone, latest first. */
export async function findLostWork(): Promise<readonly Recovery[]> {
  const ownIds = new Set(openSessions().map(({ recovery }) => recovery))
  const [recoveries, open] = await Promise.all([client.projects.recoveries(), keeper?.askWindows() ?? ownIds])
  return orderLost(recoveries.filter((recovery) => !open.has(recovery.id)))
}

/** Windows by their latest copy, and the networks of each in the order of its tabs. */
function orderLost(lost: readonly Recovery[]): readonly Recovery[] {
  const windowOf = ({ id, tab }: Recovery): string => tab?.window ?? id
  const latest = new Map<string, number>()
  for (const each of lost) latest.set(windowOf(each), Math.max(latest.get(windowOf(each)) ?? 0, each.savedMs))
  const rank = (each: Recovery): number => latest.get(windowOf(each)) ?? 0
  return lost.toSorted((a, b) => rank(b) - rank(a) || (a.tab?.index ?? 0) - (b.tab?.index ?? 0))
}

/**
 * Opens lost work as it was; it stays unsaved until it is saved. Its file counts as seen when its window saw it last, so
 * that a newer one is not written over unasked.
 * @throws NetloomError where the copy is damaged
 */
export function restoreWork(
  { id, path, seenMs, text, opened: origin }: Recovery,
  opening: Pick<Opening, 'isBehind'> = {},
): DocumentSession {
  const opened = origin === undefined ? {} : { opened: parseDocument(origin) }
  return openText(text, { path, modifiedMs: seenMs, isDirty: true, recovery: id, ...opened, ...opening })
}

/** Throws lost work away. */
export async function discardWork({ id: lost }: Recovery): Promise<void> {
  await discard(lost)
}
