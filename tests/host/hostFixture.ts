// A real host on a free port with folders of its own, and screens that connect to it as a browser does; not a test.
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { afterAll, beforeAll } from 'vitest'
import { WebSocket } from 'ws'
import { startHost, type Host } from '../../src/main/host/startHost'
import { openCore, type Core } from '../../src/main/api/core'
import type { Contract } from '../../src/shared/contract/contract'

/** One connected screen. */
export interface Screen {
  readonly client: ContractRouterClient<Contract>
  readonly socket: WebSocket
}

export interface Fixture {
  readonly host: Host
  readonly core: Core
  /** Everything below it; `root` is opened to screens, the rest is not. */
  readonly folder: string
  readonly root: string
  readonly state: string
  readonly renderer: string
  /** Connects as a page of the host does. */
  readonly connect: () => Promise<Screen>
}

/** A WebSocket with the headers of a browser; `undefined` in place of a header leaves it out. */
export function openSocket(
  host: Host,
  { token = host.token, origin = `http://127.0.0.1:${host.port}`, hostHeader = '' } = {},
) {
  return new WebSocket(`ws://127.0.0.1:${host.port}/rpc?token=${token}`, {
    ...(origin !== '' && { origin }),
    ...(hostHeader !== '' && { headers: { host: hostHeader } }),
  })
}

/** Makes a host for the tests of a file. */
export function useHost(): () => Fixture {
  let fixture: Fixture | undefined
  const sockets: WebSocket[] = []
  beforeAll(async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'netloom-host ü ')))
    const [root, state, renderer] = [join(folder, 'root'), join(folder, 'state'), join(folder, 'renderer')]
    for (const path of [root, join(renderer, 'assets')]) await mkdir(path, { recursive: true })
    await writeFile(join(renderer, 'index.html'), '<!doctype html><title>Netloom</title>')
    await writeFile(join(renderer, 'assets', 'index-abcdefgh.js'), 'export {}')
    const core = openCore({ roots: [root], stateFolder: state })
    const host = await startHost({ core, port: 0, rendererFolder: renderer })
    const connect = async (): Promise<Screen> => {
      const socket = openSocket(host)
      sockets.push(socket)
      await new Promise<void>((resolve, reject) => {
        socket.once('open', resolve)
        socket.once('error', reject)
      })
      const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ websocket: socket }))
      return { client, socket }
    }
    fixture = { host, core, folder, root, state, renderer, connect }
  })
  afterAll(async () => {
    for (const socket of sockets) socket.terminate()
    await fixture?.host.close()
    await fixture?.core.close()
    if (fixture) await rm(fixture.folder, { recursive: true, force: true })
  })
  return () => {
    if (!fixture) throw new Error('the host has not started')
    return fixture
  }
}

/** The NetloomError code and text that a call was refused with. */
export async function refusalOf(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await call
  } catch (error) {
    if (error instanceof Error && 'data' in error) {
      const { data } = error
      if (typeof data === 'object' && data !== null && 'code' in data && typeof data.code === 'string')
        return { code: data.code, message: error.message }
    }
    return { code: '', message: String(error) }
  }
  return { code: 'none', message: 'it was not refused' }
}
