// @vitest-environment happy-dom
// The keys of the interface's zoom beside those of the canvas.
import { expect, it, vi } from 'vitest'
import { handleShortcut, registerCommands, type Command } from '../../kernel/commands/commands'
import { appCommands, zoomCommands } from './appCommands'

function press(fields: KeyboardEventInit): boolean {
  const event = new KeyboardEvent('keydown', { cancelable: true, bubbles: true, ...fields })
  document.activeElement?.dispatchEvent(event)
  return handleShortcut(event)
}

it('takes Ctrl with plus, minus and nought of every keyboard, and leaves the bare keys to the canvas', () => {
  const zoom = vi.fn<(step: 'in' | 'out' | 'reset') => void>()
  const canvas = vi.fn<() => void>()
  const bare: Command = {
    id: 'canvas.zoom.in',
    title: 'Zoom in',
    group: 'View',
    shortcut: ['+', '=', '-', 'Shift+0'],
    run: canvas,
  }
  const end = registerCommands([...appCommands, bare, ...zoomCommands({ zoom })])
  const ctrl = { ctrlKey: true }
  press({ ...ctrl, key: '+', code: 'Equal', shiftKey: true })
  press({ ...ctrl, key: '=', code: 'Equal' })
  press({ ...ctrl, key: '+', code: 'BracketRight' })
  press({ ...ctrl, key: '+', code: 'NumpadAdd' })
  press({ ...ctrl, key: '-', code: 'Minus' })
  press({ ...ctrl, key: '-', code: 'NumpadSubtract' })
  press({ ...ctrl, key: '0', code: 'Digit0' })
  press({ ...ctrl, key: '0', code: 'Numpad0' })
  press({ ...ctrl, key: 'à', code: 'Digit0' })
  expect(zoom.mock.calls.flat()).toEqual(['in', 'in', 'in', 'in', 'out', 'out', 'reset', 'reset', 'reset'])
  expect(canvas).not.toHaveBeenCalled()
  for (const key of ['+', '=', '-']) press({ key })
  press({ key: ')', code: 'Digit0', shiftKey: true })
  expect([canvas.mock.calls.length, zoom.mock.calls.length]).toEqual([4, 9])
  end()
})

it('works in fields and behind dialogs, where nothing else does', () => {
  const zoom = vi.fn<(step: 'in' | 'out' | 'reset') => void>()
  const end = registerCommands(zoomCommands({ zoom }))
  document.body.innerHTML = '<div role="dialog" aria-modal="true"><input id="field"></div>'
  document.getElementById('field')?.focus()
  expect(press({ key: '-', ctrlKey: true })).toBe(true)
  expect(zoom).toHaveBeenCalledWith('out')
  end()
})

it('leaves the keys to a browser, which has a zoom of its own', () => {
  expect(zoomCommands(undefined)).toEqual([])
  expect(appCommands.filter(({ id }) => id.startsWith('view.zoom'))).toEqual([])
})
