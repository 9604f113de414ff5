// @vitest-environment happy-dom
// What a window leaves of its tabs: given back after a reload or a crash, once, and never while the window is there.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { lenet5 } from '../../../shared/lectures/architectures/lenet5'
import { parseDocument } from '../../../shared/graph/schema'

const ends: (() => void)[] = []

/** A window: the modules of its page, over the storage that all windows share. */
async function openWindow() {
  vi.resetModules()
  const sessions = await import('./sessionStore')
  const tabs = await import('./windowTabs')
  return { ...sessions, ...tabs }
}

type Window = Awaited<ReturnType<typeof openWindow>>

function begin({ keepTabs, openSession }: Window): void {
  ends.push(keepTabs())
  openSession({ ...lenet5.build(), name: 'a' }, { path: '/a.netloom', modifiedMs: 1 })
  openSession({ ...lenet5.build(), name: 'loose' })
  openSession({ ...lenet5.build(), name: 'c' }, { run: '/runs/c-1' })
}

const noted = () => new Promise((resolve) => setTimeout(resolve, 300))

beforeEach(() => {
  sessionStorage.clear()
  localStorage.clear()
})
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

it('gives the tabs back after a reload, in order, with the texts of those that have no file', async () => {
  const first = await openWindow()
  begin(first)
  first.showSession(first.openSessions()[1]!)
  window.dispatchEvent(new Event('pagehide'))
  for (const end of ends.splice(0)) end()
  expect(localStorage).toHaveLength(0)
  const kept = await (await openWindow()).takeKeptTabs()
  expect([kept?.active, kept?.tabs.map(({ path, run }) => [path, run])]).toEqual([
    1,
    [
      ['/a.netloom', null],
      [null, null],
      [null, '/runs/c-1'],
    ],
  ])
  expect(kept?.tabs.map(({ text }) => text && parseDocument(text).name)).toEqual([null, 'loose', 'c'])
})

it('gives those of a window that crashed to the next one, and to no other', async () => {
  const crashed = await openWindow()
  begin(crashed)
  await noted()
  // No page says farewell in a crash, and the next window has a storage of its own.
  for (const end of ends.splice(0)) end()
  sessionStorage.clear()
  const next = await openWindow()
  expect((await next.takeKeptTabs())?.tabs).toHaveLength(3)
  expect(await next.takeKeptTabs()).toBeUndefined()
})

it('gives nothing of a window that is there, also to a page that was duplicated from it', async () => {
  const first = await openWindow()
  begin(first)
  await noted()
  const duplicate = await openWindow()
  expect(await duplicate.takeKeptTabs()).toBeUndefined()
  expect(duplicate.windowId()).not.toBe(first.windowId())
})
