// Runs beside the page in its sandbox and gives it `window.netloom`: messages in both directions and nothing of Electron itself.
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { DesktopBridge } from '../../shared/contract/desktopBridge'
import { portMessage } from '../../shared/contract/desktopBridge'
import { channels } from './channelNames'

type Ports = NonNullable<Parameters<typeof ipcRenderer.postMessage>[2]>

/** The parts of the page's window that are needed here; this side knows no DOM otherwise. */
declare const window: {
  addEventListener(
    type: 'message',
    listener: (event: { readonly source: unknown; readonly data: unknown; readonly ports: Ports }) => void,
  ): void
}

type Subscribe<T> = (listener: (message: T) => void) => () => void

/** Messages of one channel for one listener after the other; kept while there is none. */
function receive<T = void>(channel: string): Subscribe<T> {
  const listeners = new Set<(message: T) => void>()
  const kept: T[] = []
  ipcRenderer.on(channel, (_event, message: T) => {
    if (listeners.size === 0) kept.push(message)
    for (const listener of listeners) listener(message)
  })
  return (listener) => {
    listeners.add(listener)
    for (const message of kept.splice(0)) listener(message)
    return () => void listeners.delete(listener)
  }
}

const bridge: DesktopBridge = {
  platform: process.platform,
  onCommand: receive<string>(channels.command),
  onOpenFile: receive<string>(channels.openFile),
  onCloseAsked: receive(channels.closeAsked),
  answerClose: (mayClose) => ipcRenderer.send(channels.closeAnswer, mayClose),
  reportDocument: (document) => ipcRenderer.send(channels.document, document),
  reportCommands: (commands) => ipcRenderer.send(channels.commands, commands),
  onShowRun: receive<string>(channels.showRun),
  onKeepRecovery: receive(channels.keepRecovery),
  answerRecoveryKept: () => ipcRenderer.send(channels.recoveryKept),
  editText: (edit) => ipcRenderer.send(channels.editText, edit),
  showElsewhere: (path) => ipcRenderer.invoke(channels.showElsewhere, path),
  answerOpenFile: (path) => ipcRenderer.send(channels.fileAnswer, path),
  reportTheme: (theme) => ipcRenderer.send(channels.theme, theme),
  zoom: (step) => ipcRenderer.send(channels.zoom, step),
  pathOf: (file) => webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0]),
}

window.addEventListener('message', ({ source, data, ports }) => {
  const [port] = ports
  if (source === window && data === portMessage && port) ipcRenderer.postMessage(channels.connect, null, [port])
})

contextBridge.exposeInMainWorld('netloom', bridge)
