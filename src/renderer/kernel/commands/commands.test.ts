// @vitest-environment happy-dom
// Commands and their shortcuts: what fires, when it does not, and what a failure becomes.
import { afterEach, beforeEach, describe, expect, it, vi, type Mock } from 'vitest'
import { createStore } from 'zustand/vanilla'
import {
  commandStore,
  followEnablement,
  groundCommandsOn,
  handleShortcut,
  registerCommands,
  reportCommandErrors,
  runCommand,
  shortcutText,
  type Command,
} from './commands'

const ends: (() => void)[] = []

function register(...commands: Command[]): void {
  ends.push(registerCommands(commands))
}

function command(id: string, fields: Partial<Command> = {}): Command & { readonly run: Mock<() => void> } {
  return { id, title: id, group: 'Edit', ...fields, run: vi.fn<() => void>() }
}

/** Presses a key on an element, as the window's listener sees it. */
function press(key: string, fields: KeyboardEventInit = {}, target: HTMLElement = document.body): boolean {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...fields })
  let hasFired = false
  const listen = (heard: Event): void => {
    hasFired = handleShortcut(heard as KeyboardEvent)
  }
  window.addEventListener('keydown', listen)
  target.dispatchEvent(event)
  window.removeEventListener('keydown', listen)
  expect(event.defaultPrevented).toBe(hasFired)
  return hasFired
}

function field(html: string): HTMLElement {
  document.body.innerHTML = html
  const element = document.body.querySelector<HTMLElement>('[data-field]')
  if (!element) throw new Error('no field')
  return element
}

beforeEach(() => {
  document.body.innerHTML = ''
})
afterEach(() => {
  for (const end of ends.splice(0)) end()
  reportCommandErrors(() => {})
})

describe('shortcuts', () => {
  it('run their command with exactly their modifiers', () => {
    const undo = command('edit.undo', { shortcut: 'Ctrl+Z' })
    const redo = command('edit.redo', { shortcut: ['Ctrl+Y', 'Ctrl+Shift+Z'] })
    register(undo, redo)
    expect(press('z', { ctrlKey: true })).toBe(true)
    expect(press('Z', { ctrlKey: true, shiftKey: true })).toBe(true)
    expect(press('y', { ctrlKey: true })).toBe(true)
    expect(press('z')).toBe(false)
    expect(press('z', { ctrlKey: true, altKey: true })).toBe(false)
    expect(undo.run).toHaveBeenCalledTimes(1)
    expect(redo.run).toHaveBeenCalledTimes(2)
  })

  it('find letters by their place on a keyboard that types others', () => {
    const undo = command('edit.undo', { shortcut: 'Ctrl+Z' })
    register(undo)
    expect(press('я', { ctrlKey: true, code: 'KeyZ' })).toBe(true)
  })

  it.each([
    '<input data-field>',
    '<textarea data-field></textarea>',
    '<select data-field></select>',
    '<div contenteditable="true"><b data-field></b></div>',
    '<div role="menu"><button data-field></button></div>',
  ])('do not fire while the keys belong to %s', (html) => {
    const remove = command('edit.delete', { shortcut: 'Delete' })
    const save = command('file.save', { shortcut: 'Ctrl+S', evenWhileTyping: true })
    register(remove, save)
    const target = field(html)
    expect(press('Delete', {}, target)).toBe(false)
    expect(press('s', { ctrlKey: true }, target)).toBe(true)
    expect(remove.run).not.toHaveBeenCalled()
  })

  it('fire in a list of the screen in which several things are selected, not in a list of choices', () => {
    register(command('blocks.make', { shortcut: 'Ctrl+G' }))
    const list = (more: string) => field(`<div role="listbox" ${more} tabindex="0" data-field></div>`)
    expect(press('g', { ctrlKey: true }, list('aria-multiselectable="true"'))).toBe(true)
    expect(press('g', { ctrlKey: true }, list(''))).toBe(false)
  })

  it('fire on a checkbox, where nothing is typed', () => {
    register(command('edit.delete', { shortcut: 'Delete' }))
    expect(press('Delete', {}, field('<input type="checkbox" data-field>'))).toBe(true)
  })

  it('do not fire behind a dialog or while characters are composed', () => {
    register(command('file.save', { shortcut: 'Ctrl+S', evenWhileTyping: true }))
    expect(press('s', { ctrlKey: true, isComposing: true })).toBe(false)
    document.body.innerHTML = '<div role="dialog" aria-modal="true"></div>'
    expect(press('s', { ctrlKey: true })).toBe(false)
  })

  it('prefer what was registered last and fall back where it is not enabled', () => {
    let isEnabled = true
    const first = command('train.open', { shortcut: 'Ctrl+Enter' })
    const second = command('train.start', { shortcut: 'Ctrl+Enter', isEnabled: () => isEnabled })
    register(first)
    register(second)
    press('Enter', { ctrlKey: true })
    isEnabled = false
    press('Enter', { ctrlKey: true })
    expect([first.run.mock.calls.length, second.run.mock.calls.length]).toEqual([1, 1])
  })

  it('are asked again when a store changes on which they are grounded, also one that came after a menu was drawn', () => {
    const asked = vi.fn()
    const end = followEnablement(asked)
    const wires = createStore(() => ({ selected: 0 }))
    groundCommandsOn(wires)
    wires.setState({ selected: 1 })
    expect(asked).toHaveBeenCalledTimes(1)
    end()
    wires.setState({ selected: 2 })
    expect(asked).toHaveBeenCalledTimes(1)
  })

  it('run some commands once while their key is held, and keep its effect from the browser', () => {
    const save = command('file.save', { shortcut: 'Ctrl+S', isOnce: true })
    const undo = command('edit.undo', { shortcut: 'Ctrl+Z' })
    register(save, undo)
    for (const repeat of [false, true, true])
      for (const key of ['s', 'z']) expect(press(key, { ctrlKey: true, repeat })).toBe(true)
    expect([save.run.mock.calls.length, undo.run.mock.calls.length]).toEqual([1, 3])
  })

  it('are printed as the first of several', () => {
    expect(shortcutText(command('edit.redo', { shortcut: ['Ctrl+Y', 'Ctrl+Shift+Z'] }))).toBe('Ctrl+Y')
    expect(shortcutText(command('view.welcome'))).toBeUndefined()
  })
})

describe('the registry', () => {
  it('takes away only what is still its own', () => {
    const old = command('edit.copy')
    const end = registerCommands([old])
    const newer = command('edit.copy')
    register(newer)
    end()
    expect(commandStore.getState().commands.get('edit.copy')).toBe(newer)
  })

  it('does not run what is missing or not enabled', () => {
    const copy = command('edit.copy', { isEnabled: () => false })
    register(copy)
    expect([runCommand('edit.copy'), runCommand('edit.cut')]).toEqual([false, false])
    expect(copy.run).not.toHaveBeenCalled()
  })

  it('shows failures, at once or later', async () => {
    const shown: unknown[] = []
    reportCommandErrors((error) => shown.push(error))
    const early = new Error('early')
    const late = new Error('late')
    register(
      {
        id: 'a.early',
        title: '',
        group: '',
        run() {
          throw early
        },
      },
      { id: 'a.late', title: '', group: '', run: () => Promise.reject(late) },
    )
    runCommand('a.early')
    runCommand('a.late')
    await Promise.resolve()
    await Promise.resolve()
    expect(shown).toEqual([early, late])
  })
})
