// Keeps a copy of unsaved work with the core every few seconds, and finds copies that no open window belongs to.
import { parseDocument, serializeDocument } from '../../../shared/graph/schema'
import type { Recovery } from '../../../shared/contract/projectCalls'
import { client } from '../../kernel/core/client'
import type { DocumentSession } from './DocumentSession'
import { documentStore, isPresent, openText, presentSession, sessionStore } from './documentStore'

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
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly channel = new BroadcastChannel('netloom.recovery')
  private readonly ends: readonly (() => void)[]

  constructor() {
    this.channel.addEventListener('message', ({ data }: MessageEvent<WindowMessage>) => {
      const { recovery, isRecoveryKept } = presentSession()
      if (data.kind === 'who' && isRecoveryKept) this.post({ kind: 'mine', id: recovery })
    })
    this.ends = [
      documentStore.subscribe((state, before) => {
        if (state.document !== before.document || state.isDirty !== before.isDirty) this.follow(presentSession())
      }),
      sessionStore.subscribe(({ present }, before) => {
        // Its unsaved changes were saved or given up.
        if (present !== before.present && before.present.recovery !== present.recovery) forget(before.present)
      }),
    ]
  }

  end(): void {
    clearTimeout(this.timer)
    for (const end of this.ends) end()
    this.channel.close()
  }

  /** Ids of copies that open windows are still writing. */
  async askWindows(): Promise<ReadonlySet<string>> {
    const ids = new Set<string>([presentSession().recovery])
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

  private follow(session: DocumentSession): void {
    clearTimeout(this.timer)
    if (session.state.isDirty) this.timer = setTimeout(() => ignoreFailure(keep(session)), delayMs)
    else forget(session)
  }
}

/** Keeps a copy of what is not saved; one that comes back after its network was left or saved is thrown away again. */
export async function keep(session: DocumentSession): Promise<void> {
  const { document, opened, path, modifiedMs, isDirty } = session.state
  if (!isDirty || !isPresent(session)) return
  session.isRecoveryKept = true
  const copy = {
    id: session.recovery,
    path,
    seenMs: modifiedMs,
    name: document.name,
    text: serializeDocument(document),
  }
  const origin = opened === document ? {} : { opened: serializeDocument(opened) }
  await client.projects.keepRecovery({ ...copy, ...origin })
  if (!session.state.isDirty || !isPresent(session)) await discard(session.recovery)
}

/** Keeps what is not saved now, without waiting for more changes. */
export async function keepNow(): Promise<void> {
  await keep(presentSession())
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
  const ownId = new Set([presentSession().recovery])
  const [recoveries, open] = await Promise.all([client.projects.recoveries(), keeper?.askWindows() ?? ownId])
  return recoveries.filter((recovery) => !open.has(recovery.id)).sort((a, b) => b.savedMs - a.savedMs)
}

/**
 * Opens lost work as it was; it stays unsaved until it is saved. Its file counts as seen when its window saw it last, so
 * that a newer one is not written over unasked.
 * @throws NetloomError where the copy is damaged
 */
export function restoreWork({ id, path, seenMs, text, opened: origin }: Recovery): void {
  const opened = origin === undefined ? {} : { opened: parseDocument(origin) }
  openText(text, { path, modifiedMs: seenMs, isDirty: true, recovery: id, ...opened })
}

/** Throws lost work away. */
export async function discardWork({ id: lost }: Recovery): Promise<void> {
  await discard(lost)
}
