import { describe, expect, it } from 'vitest'
import type { Command } from '../../kernel/commands/commands'
import { listCommands } from './findActions'

const run = (): void => {}
const commands: readonly Command[] = [
  { id: 'canvas.layout.down', title: 'Lay out from top to bottom', group: 'Arrange', run },
  { id: 'canvas.arrange.left', title: 'Align left edges', group: 'Arrange', isEnabled: () => false, run },
  { id: 'view.theme.dark', title: 'Dark theme', group: 'View', run },
  { id: 'help.keys', title: 'Keyboard shortcuts', group: 'Help', run },
  { id: 'canvas.export.png', title: 'Save the image of the network as PNG', group: 'File', run },
  { id: 'view.palette', title: 'All commands', group: 'View', isHidden: true, run },
  { id: 'other.unheard', title: 'Unheard of', group: 'View', isEnabled: () => false, run },
]
const ids = (search: string): readonly string[] => listCommands(commands, search).map(({ command }) => command.id)

describe('the palette', () => {
  it('finds commands by words of other programs, those named so first', () => {
    expect(ids('auto layout')).toEqual(['canvas.layout.down'])
    expect(ids('layout')).toEqual(['canvas.layout.down', 'canvas.arrange.left'])
    expect(ids('settings')).toEqual(['view.theme.dark', 'help.keys'])
    expect(ids('screenshot')).toEqual(['canvas.export.png'])
    expect(ids('hotkeys')).toEqual(['help.keys'])
    expect(ids('DARK mode')).toEqual(['view.theme.dark'])
    expect(ids('zzz')).toEqual([])
  })

  it('lists what cannot run below, with the reason, and only where it was searched for', () => {
    expect(ids('')).toEqual(['canvas.layout.down', 'view.theme.dark', 'help.keys', 'canvas.export.png'])
    expect(listCommands(commands, 'align').map(({ command, reason }) => [command.id, reason])).toEqual([
      ['canvas.layout.down', undefined],
      ['canvas.arrange.left', 'Select two layers or more first.'],
    ])
    expect(listCommands(commands, 'unheard')[0]?.reason).toBe('Not possible now.')
  })
})
