// `netloom devices` as other programs call it: its JSON, what it remembers, and its refusals where CUDA cannot be got.
import { describe, expect, it } from 'vitest'
import { isOneMessage, makeFolder, parseJson, startCli } from './runCli'

const folder = makeFolder()
const env = { NETLOOM_STATE: `${folder}/state` }
const devices = (...args: readonly string[]) => startCli(folder, ['devices', ...args], env).done

describe('netloom devices', () => {
  it('prints one array of engines and devices, and remembers what works', async () => {
    const first = await devices('--json')
    expect(first.code, first.stderr).toBe(0)
    expect(first.stderr).toContain('Trying ort on cpu ...')
    const reports = parseJson(first) as Record<string, unknown>[]
    expect(reports.map(({ engine, device }) => `${String(engine)} ${String(device)}`)).toEqual([
      'ort cpu',
      'ort webgpu',
      'ort cuda',
      'ort dml',
      'ort coreml',
      'tfjs cpu',
      'tfjs webgpu',
      'tfjs cuda',
    ])
    expect(reports[0]).toMatchObject({ state: 'works', imagesPerSecond: expect.any(Number) as number })
    for (const report of reports)
      expect(Object.keys(report)).toEqual(['engine', 'device', 'name', 'state', 'detail', 'imagesPerSecond'])
    const second = await devices()
    expect(second.code).toBe(0)
    expect(second.stderr).not.toContain('Trying ort on cpu')
    expect(second.stdout).toMatch(/^ort +cpu +works +[\d,]+ /mu)
  })

  it('says in one message why CUDA cannot be got, and how to go on', async () => {
    const closed = await devices('--install', 'cuda', '--feed', 'http://127.0.0.1:1/index.json')
    expect(closed.code).toBe(1)
    expect(isOneMessage(closed)).toBe(true)
    const isHere = process.platform === 'linux' && process.arch === 'x64'
    expect(closed.stderr).toContain(isHere ? '(--from FILE, --feed URL)' : 'elsewhere use webgpu')
    const missing = await devices('--install', 'cuda', '--from', 'no-such.nupkg')
    expect(missing.code).toBe(1)
    expect(missing.stderr).toContain(isHere ? '"no-such.nupkg" cannot be read' : 'elsewhere use webgpu')
  })

  it.each([
    [['--install', 'rocm'], 'cuda'],
    [['--install', 'cuda', '--remove', 'cuda'], 'choose one of --install and --remove'],
    [['--from', 'x.nupkg'], '--from and --feed go with --install'],
  ])('refuses %j', async (args, says) => {
    const { code, stderr } = await devices(...args)
    expect(code).toBe(2)
    expect(stderr).toContain(says)
  })
})
