// The preload script in Node: what it puts on the page's window and what it passes on; Electron's side is faked.
import { EventEmitter } from 'node:events'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { channels } from '../../src/main/electron/channelNames'
import { portMessage } from '../../src/shared/contract/desktopBridge'
import type { DesktopBridge } from '../../src/shared/contract/desktopBridge'

const { ipc, exposed, sent, posted } = vi.hoisted(() => ({
  ipc: { current: undefined as EventEmitter | undefined },
  exposed: {} as Record<string, unknown>,
  sent: [] as unknown[][],
  posted: [] as unknown[][],
}))

vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, value: unknown) => (exposed[name] = value) },
  ipcRenderer: {
    on: (name: string, listener: (...given: unknown[]) => void) => ipc.current?.on(name, listener),
    send: (...message: unknown[]) => sent.push(message),
    postMessage: (...message: unknown[]) => posted.push(message),
    invoke: () => Promise.resolve(false),
  },
  webUtils: { getPathForFile: (file: { name: string }) => `/dropped/${file.name}` },
}))

type Listener = (event: object) => void
const page = {
  listener: undefined as Listener | undefined,
  addEventListener: (_: string, to: Listener) => (page.listener = to),
}

/** Says something as the main process would. */
function say(channel: string, message?: unknown) {
  ipc.current?.emit(channel, {}, message)
}

let bridge: DesktopBridge

beforeAll(async () => {
  ipc.current = new EventEmitter()
  vi.stubGlobal('window', page)
  await import('../../src/main/electron/preload')
  bridge = exposed['netloom'] as DesktopBridge
})

afterAll(() => void vi.unstubAllGlobals())

describe('the preload script', () => {
  it('gives the page the bridge and nothing else', () => {
    expect(Object.keys(exposed)).toEqual(['netloom'])
    expect(Object.keys(bridge).sort()).toEqual([
      'answerClose',
      'answerOpenFile',
      'answerRecoveryKept',
      'editText',
      'onCloseAsked',
      'onCommand',
      'onKeepRecovery',
      'onOpenFile',
      'onShowRun',
      'pathOf',
      'platform',
      'reportCommands',
      'reportDocument',
      'reportTheme',
      'showElsewhere',
      'zoom',
    ])
  })

  it('hands the port of the page to the main process, and no port of another window', () => {
    const port = {}
    page.listener?.({ source: {}, data: portMessage, ports: [port] })
    page.listener?.({ source: page, data: 'something', ports: [port] })
    page.listener?.({ source: page, data: portMessage, ports: [] })
    expect(posted).toEqual([])
    page.listener?.({ source: page, data: portMessage, ports: [port] })
    expect(posted).toEqual([[channels.connect, null, [port]]])
  })

  it('keeps what happened until the page listens, and then no longer than that', () => {
    say(channels.openFile, '/a.onnx')
    const first: string[] = []
    const end = bridge.onOpenFile((path) => first.push(path))
    say(channels.openFile, '/b.onnx')
    expect(first).toEqual(['/a.onnx', '/b.onnx'])
    const second: string[] = []
    bridge.onOpenFile((path) => second.push(path))
    end()
    say(channels.openFile, '/c.onnx')
    expect([first.length, second]).toEqual([2, ['/c.onnx']])
  })

  it('passes on what the page reports', () => {
    const document = { name: 'lenet', path: null, isDirty: true }
    bridge.reportDocument(document)
    bridge.reportCommands([])
    bridge.answerClose(false)
    bridge.editText('undo')
    expect(sent).toEqual([
      [channels.document, document],
      [channels.commands, []],
      [channels.closeAnswer, false],
      [channels.editText, 'undo'],
    ])
    expect(bridge.pathOf({ name: 'a.png' })).toBe('/dropped/a.png')
  })
})
