// Which devices the desktop program offers: Dawn works in plain Node and not inside Electron. Needs `npm run build`.
import { EventEmitter } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { channels } from '../../src/main/electron/channelNames'
import { openDesktopCore } from '../../src/main/electron/windowConnection'
import { Desktop } from '../../src/main/electron/desktop'
import type { Contract } from '../../src/shared/contract/contract'
import { FakeElectron, FakePort, FakeWindow } from './fakeElectron'

const { versions } = process
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-desktop-devices-'))
  // As Electron's own process has it; nothing else tells the two apart.
  Object.defineProperty(process, 'versions', { value: { ...versions, electron: '45.4.1' }, configurable: true })
})
afterEach(async () => {
  Object.defineProperty(process, 'versions', { value: versions, configurable: true })
  await rm(folder, { recursive: true })
})

describe('devices inside Electron', () => {
  it('do not include Dawn, and say where it works; ONNX Runtime has all of its own', async () => {
    const electron = new FakeElectron(folder)
    const desktop = new Desktop(electron.parts, {
      rendererFolder: join(folder, 'renderer'),
      preload: '/app/preload.cjs',
      icon: '/app/icon.png',
      platform: 'linux',
      argv: ['netloom'],
      workingDirectory: folder,
      process: new EventEmitter(),
      openCore: async () => openDesktopCore({ stateFolder: folder }),
    })
    await desktop.start()
    const { port1, port2 } = new MessageChannel()
    const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port: port2 }))
    port2.start()
    const [window] = FakeWindow.all
    if (!window) throw new Error('no window was opened')
    electron.say(window, channels.connect, null, { ports: [new FakePort(port1)] })
    const devices = await client.devices.list({})
    const find = (engine: string, device: string) =>
      devices.find((report) => report.engine === engine && report.device === device)
    expect(find('tfjs', 'webgpu')).toMatchObject({ state: 'missing', imagesPerSecond: null })
    expect(find('tfjs', 'webgpu')?.detail).toBe(
      'tfjs computes on WebGPU through Dawn, which works in plain Node but not inside Electron: use the engine ort here, or the app in a browser.',
    )
    expect(find('ort', 'cpu')?.state).toBe('works')
    // Whether there is a graphics processor or not: it was tried, and not ruled out by Electron.
    expect(find('ort', 'webgpu')?.detail).not.toContain('Electron')
    port2.close()
  })
})
