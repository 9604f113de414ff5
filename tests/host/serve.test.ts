// `netloom serve` as a person starts it: its one line, its end by a signal, and trainings that end with it.
import { join } from 'node:path'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { keepHostKey } from '../../src/main/host/hostKey'
import type { Contract } from '../../src/shared/contract/contract'
import { buildLenet } from './lenet'
import { makeFolder, startCli, type RunningCli } from '../cli/runCli'

const folder = makeFolder()
const state = join(folder, 'state')

interface Served {
  readonly running: RunningCli
  readonly url: URL
  readonly lines: () => readonly string[]
}

async function serve(...args: readonly string[]): Promise<Served> {
  const running = startCli(folder, ['serve', '--port', '0', ...args], { NETLOOM_STATE: state })
  let text = ''
  const { stdout } = running.child
  if (!stdout) throw new Error('no stdout')
  const first = await new Promise<string>((resolve, reject) => {
    stdout.on('data', (part: string) => {
      text += part
      if (text.includes('\n')) resolve(text.split('\n')[0] ?? '')
    })
    void running.done.then(({ stderr }) => reject(new Error(stderr)))
  })
  return { running, url: new URL(first), lines: () => text.trimEnd().split('\n') }
}

async function connect({ url }: Served): Promise<ContractRouterClient<Contract>> {
  const token = new URLSearchParams(url.hash.slice(1)).get('token') ?? ''
  const websocket = new WebSocket(`ws://${url.host}/rpc?token=${token}`, { origin: url.origin })
  await new Promise((resolve, reject) => {
    websocket.once('open', resolve)
    websocket.once('error', reject)
  })
  return createORPCClient(new RPCLink({ websocket }))
}

async function startTraining(client: ContractRouterClient<Contract>): Promise<string> {
  const { run } = await client.training.start({
    document: buildLenet(),
    recipe: { epochs: 1000, batchSize: 20 },
    dataset: { reference: 'builtin:digits', options: { limit: 200 } },
    device: 'cpu',
  })
  for await (const { event } of await client.training.events({ run })) if (event.kind === 'epochEnded') break
  return run
}

const stateOf = (run: string) => /"state": "(\w+)"/.exec(readFileSync(join(run, 'run.json'), 'utf8'))?.[1]

describe('netloom serve', () => {
  it('prints its address as one line, serves the page and ends with SIGTERM', async () => {
    const served = await serve('.')
    expect(served.url.hostname).toBe('127.0.0.1')
    expect(served.url.hash).toMatch(/^#token=[\w-]{43}$/)
    const page = await fetch(new URL('/', served.url))
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('<div id="root">')
    served.running.child.kill('SIGTERM')
    const { code, stderr } = await served.running.done
    expect([code, stderr]).toEqual([0, ''])
    expect(served.lines()).toHaveLength(1)
  })

  it('stops its trainings with their checkpoints when it is interrupted', async () => {
    const served = await serve('.')
    const client = await connect(served)
    const run = await startTraining(client)
    served.running.child.kill('SIGINT')
    const { code } = await served.running.done
    expect(code).toBe(0)
    expect(stateOf(run)).toBe('stopped')
  })

  it('leaves a run that can go on when it is killed', async () => {
    const served = await serve('.')
    const run = await startTraining(await connect(served))
    served.running.child.kill('SIGKILL')
    await served.running.done
    const again = await serve('.')
    expect(again.url.hash, 'pages that are open come back by themselves').toBe(served.url.hash)
    const client = await connect(again)
    const found = (await client.runs.list()).find(({ id }) => id === run)
    // The trainer notices the end of its parent and stops by itself; how far it has come by now is its own matter.
    expect(['running', 'stopped']).toContain(found?.state)
    await client.training.resume({ run, epochs: (found?.epochs ?? 0) + 3 })
    let last = ''
    for await (const { event } of await client.training.events({ run })) last = event.kind
    expect(last).toBe('finished')
    again.running.child.kill('SIGTERM')
    expect((await again.running.done).code).toBe(0)
  })

  it('opens the networks that it is given, and makes their folders reachable', async () => {
    const [inside, elsewhere] = [join(folder, 'open', 'inside'), join(folder, 'open', 'else where')]
    for (const each of [inside, elsewhere]) mkdirSync(each, { recursive: true })
    const file = join(elsewhere, 'a&b.netloom')
    writeFileSync(file, buildLenet())
    writeFileSync(join(elsewhere, 'notes.txt'), '')
    const before = await keepHostKey(state)
    const served = await serve('--new-key', inside, file)
    const [token, open] = served.url.hash.slice(1).split('&')
    expect([token, new URLSearchParams(open).get('open')]).toEqual([expect.stringMatching(/^token=[\w-]{43}$/), file])
    expect([`token=${before}`, `token=${await keepHostKey(state)}`], 'a key that was renewed').toEqual([
      expect.not.stringMatching(`^${token}$`),
      token,
    ])
    const client = await connect(served)
    expect(await client.projects.open({ path: file })).toMatchObject({ path: file })
    served.running.child.kill('SIGTERM')
    await served.running.done
    for (const [name, says] of [
      ['notes.txt', 'is no folder and no network. Name a folder, a network document or an ONNX model.'],
      ['absent.netloom', 'is not there.'],
    ] as const) {
      const refused = await startCli(folder, ['serve', join(elsewhere, name)]).done
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(says)])
    }
  })

  it('tries itself: page, devices, images, a training and an export', async () => {
    const { code, stdout } = await startCli(folder, ['serve', '--self-test'], { NETLOOM_STATE: state }).done
    const steps = stdout.trim().split('\n')
    expect(steps.map((line) => line.replace(/ in .*/, ''))).toEqual(
      ['page', 'devices', 'images', 'training', 'export'].map((step) => `self-test ${step}: ok`),
    )
    expect(code).toBe(0)
  })

  it('refuses a port that is taken', async () => {
    const served = await serve('.')
    const second = await startCli(folder, ['serve', '.', '--port', served.url.port]).done
    expect([second.code, second.stdout]).toEqual([1, ''])
    expect(second.stderr).toContain('--port')
    served.running.child.kill('SIGTERM')
    await served.running.done
  })
})
