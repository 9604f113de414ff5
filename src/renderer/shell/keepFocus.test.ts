// @vitest-environment happy-dom
// Where the keyboard goes when what had it is gone: after dialogs, other screens, other networks, other datasets.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { lenet5 } from '../../shared/lectures/architectures/lenet5'
import { uiStore } from '../kernel/ui/uiStore'
import { noteDataset } from '../session/dataset/datasetStore'
import { openSession } from '../session/document/documentStore'
import { keepFocus } from './keepFocus'

let end = (): void => {}
const find = (selector: string) => document.querySelector<HTMLElement>(selector)!
const focused = () => document.activeElement?.id

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  document.body.innerHTML = `
    <main id="screen" tabindex="-1">
      <button id="open"></button>
      <div id="nl-canvas" tabindex="0"></div>
    </main>
    <div data-portal="true"></div>`
  uiStore.getState().setScreen('data')
  openSession(lenet5.build())
  end = keepFocus()
})
afterEach(() => {
  end()
  vi.useRealTimers()
})

/** Opens a dialog with the focus in it, in the place of dialogs. @returns closes it */
function openDialog(): () => void {
  const dialog = document.createElement('div')
  dialog.innerHTML = '<section role="dialog" aria-modal="true"><button id="inside"></button></section>'
  find('[data-portal]').append(dialog)
  dialog.querySelector('button')?.focus()
  return () => dialog.remove()
}

async function wait(): Promise<void> {
  // The observer tells in a microtask.
  await Promise.resolve()
  await vi.advanceTimersByTimeAsync(5000)
}

it('goes back to the button that opened a dialog', async () => {
  find('#open').focus()
  openDialog()()
  await wait()
  expect(focused()).toBe('open')
})

it('goes to the screen where that button is gone', async () => {
  find('#open').focus()
  const close = openDialog()
  find('#open').remove()
  close()
  await wait()
  expect(focused()).toBe('screen')
})

it('goes to the canvas where a network was opened from another screen', async () => {
  find('#open').focus()
  openSession(lenet5.build())
  uiStore.getState().setScreen('design')
  find('#open').remove()
  await wait()
  expect(focused()).toBe('nl-canvas')
})

it('stays in a dialog that is open, and where a person put it', async () => {
  find('#open').focus()
  const closeLower = openDialog()
  const upper = openDialog()
  closeLower()
  await wait()
  expect(focused()).toBe('inside')
  upper()
  find('#nl-canvas').focus()
  await wait()
  expect(focused()).toBe('nl-canvas')
})

it('has a place after a dataset took that of the button that chose it', async () => {
  find('#open').focus()
  find('#open').remove()
  noteDataset({ reference: 'builtin:digits', options: {} }, [])
  await wait()
  expect(focused()).toBe('screen')
})

it('is left alone where a person took it away from something that is still there', async () => {
  find('#open').focus()
  find('#open').blur()
  openSession(lenet5.build())
  await wait()
  expect(focused()).toBe('')
})
