// Steps of a network in a process of its own, and the choice among devices by them. Needs `npm run build`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { chooseDevice } from '../../src/main/devices/chooseDevice'
import { measureSteps } from '../../src/main/devices/measureSteps'
import { defaultRecipe, tinyNetwork } from '../../src/main/devices/tinyNetwork'
import { serializeDocument } from '../../src/shared/graph/schema'

const folder = mkdtempSync(join(tmpdir(), 'netloom-measure-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const command = {
  document: serializeDocument(tinyNetwork()),
  recipe: defaultRecipe(),
  engine: 'ort',
  device: 'cpu',
} as const

describe('measureSteps', () => {
  it('measures real steps, for as long as it is asked to', async () => {
    const began = performance.now()
    const { secondsPerStep, memoryBytes } = await measureSteps({ ...command, timedSeconds: 0.4 })
    expect(performance.now() - began).toBeGreaterThan(400)
    expect(secondsPerStep).toBeGreaterThan(0)
    expect(secondsPerStep).toBeLessThan(0.4)
    expect(memoryBytes).toBeGreaterThan(20e6)
  })

  it('gives up a process that does not end, and one that nobody wants any more', async () => {
    const forever = { ...command, timedSeconds: 1e6 }
    await expect(measureSteps(forever, { patienceMs: 800 })).rejects.toThrow('did not end within 0.8 s')
    const stop = new AbortController()
    const measured = measureSteps(forever, { signal: stop.signal })
    setTimeout(() => stop.abort(new Error('not wanted')), 200)
    await expect(measured).rejects.toThrow('not wanted')
  })

  it('says what training would say of a device that is not here', async () => {
    const missing = process.platform === 'darwin' ? 'dml' : 'coreml'
    await expect(measureSteps({ ...command, device: missing })).rejects.toMatchObject({ code: 'engine.device' })
  })
})

describe('chooseDevice', () => {
  it('takes the CPU where the other device fails on the network', async () => {
    const report = {
      engine: 'ort',
      name: '',
      state: 'works',
      detail: '',
      imagesPerSecond: 1,
      isSoftware: false,
    } as const
    const missing = process.platform === 'darwin' ? 'dml' : 'coreml'
    const choice = await chooseDevice(
      { document: tinyNetwork(), recipe: defaultRecipe(), engine: 'ort' },
      {
        stateFolder: folder,
        mayHaveGraphics: () => true,
        adapters: () => Promise.resolve([]),
        find: () =>
          Promise.resolve([
            { ...report, device: 'cpu' },
            { ...report, device: missing },
          ]),
      },
    )
    expect(choice.device).toBe('cpu')
    expect(choice.measured.map(({ device }) => device)).toEqual([missing, 'cpu'])
    expect(choice.measured[0]?.problem).toContain('is not there')
    expect(choice.measured[1]?.secondsPerStep).toBeGreaterThan(0)
  })
})
