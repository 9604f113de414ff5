// Keeps a copy of unsaved work with the core every few seconds, and finds copies that no open window belongs to.
import { serializeDocument } from '../../../shared/graph/schema'
import type { Recovery } from '../../../shared/contract/projectCalls'
import { client } from '../../kernel/core/client'
import { documentStore } from './documentStore'

/** Time from a change to its copy. */
const delayMs = 3000
/** How long other windows have to say that a copy is theirs. */
const answerMs = 150

interface WindowMessage {
  readonly kind: 'who' | 'mine'
  readonly id: string
}

let id = crypto.randomUUID() as string
let isKept = false
let timer: ReturnType<typeof setTimeout> | undefined
let channel: BroadcastChannel | undefined

async function keep(): Promise<void> {
  const { document, path, modifiedMs, isDirty } = documentStore.getState()
  if (!isDirty) return
  isKept = true
  await client.projects.keepRecovery({
    id,
    path,
    seenMs: modifiedMs,
    name: document.name,
    text: serializeDocument(document),
  })
}

async function discard(old: string): Promise<void> {
  await client.projects.discardRecovery({ id: old })
}

/** A copy that could not be kept is tried again with the next change; the connection's state is on the status bar. */
function ignoreFailure(work: Promise<void>): void {
  work.catch(() => {})
}

/** Says that another document is open: the copy of the one before is not needed any more. */
export function beginRecovery(adopted?: string): void {
  clearTimeout(timer)
  if (isKept && id !== adopted) ignoreFailure(discard(id))
  id = adopted ?? crypto.randomUUID()
  isKept = adopted !== undefined
}

/** Follows the document and keeps a copy of what is not saved. @returns ends it */
export function keepRecoveries(): () => void {
  channel = new BroadcastChannel('netloom.recovery')
  const opened = channel
  opened.addEventListener('message', ({ data }: MessageEvent<WindowMessage>) => {
    if (data.kind !== 'who' || !isKept) return
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has no target
    opened.postMessage({ kind: 'mine', id } satisfies WindowMessage)
  })
  const unsubscribe = documentStore.subscribe((state, before) => {
    if (state.document === before.document && state.isDirty === before.isDirty) return
    clearTimeout(timer)
    if (state.isDirty) timer = setTimeout(() => ignoreFailure(keep()), delayMs)
    else if (isKept) {
      isKept = false
      ignoreFailure(discard(id))
    }
  })
  return () => {
    clearTimeout(timer)
    unsubscribe()
    opened.close()
    channel = undefined
  }
}

/** Ids of copies that other open windows are still writing. */
function askOtherWindows(): Promise<ReadonlySet<string>> {
  const ids = new Set<string>([id])
  const asked = channel
  if (!asked) return Promise.resolve(ids)
  const collect = ({ data }: MessageEvent<WindowMessage>): void => {
    if (data.kind === 'mine') ids.add(data.id)
  }
  asked.addEventListener('message', collect)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has no target
  asked.postMessage({ kind: 'who', id } satisfies WindowMessage)
  return new Promise((resolve) => {
    setTimeout(() => {
      asked.removeEventListener('message', collect)
      resolve(ids)
    }, answerMs)
  })
}

/** Unsaved work of windows that are gone, latest first. */
export async function findLostWork(): Promise<readonly Recovery[]> {
  const [recoveries, open] = await Promise.all([client.projects.recoveries(), askOtherWindows()])
  return recoveries.filter((recovery) => !open.has(recovery.id)).sort((a, b) => b.savedMs - a.savedMs)
}

/**
 * Opens lost work as it was; it stays unsaved until it is saved. Its file counts as seen when its window saw it last, so
 * that a newer one is not written over unasked.
 * @throws NetloomError where the copy is damaged
 */
export function restoreWork({ id: lost, path, seenMs, text }: Recovery): void {
  documentStore.getState().openText(text, path, seenMs, { isDirty: true })
  beginRecovery(lost)
}

/** Throws lost work away. */
export async function discardWork({ id: lost }: Recovery): Promise<void> {
  await discard(lost)
}
