import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NetloomError } from '../../shared/graph/errors'
import { chooseDevice, type ChoiceOptions } from './chooseDevice'
import type { FoundDevice } from './deviceReports'
import { defaultRecipe, tinyNetwork } from './tinyNetwork'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-choice-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const request = { document: tinyNetwork(), recipe: defaultRecipe(), engine: 'ort' } as const

function found(device: FoundDevice['device'], more: Partial<FoundDevice> = {}): FoundDevice {
  const report = { engine: 'ort', device, name: device, state: 'works', detail: '', imagesPerSecond: 1 } as const
  return { ...report, isSoftware: false, ...more }
}

/** A machine whose devices take these seconds for a step, or fail. */
function machine(name: string, devices: readonly FoundDevice[], seconds: Readonly<Record<string, number>> = {}) {
  const asked: { device: string; hopelessSeconds: number | undefined }[] = []
  const options: ChoiceOptions = {
    stateFolder: join(folder, name),
    mayHaveGraphics: () => true,
    adapters: () => Promise.resolve([]),
    find: () => Promise.resolve(devices),
    measure: async ({ device, hopelessSeconds }) => {
      asked.push({ device, hopelessSeconds })
      const secondsPerStep = seconds[device]
      if (secondsPerStep === undefined) throw new NetloomError('engine.failed', 'no memory is left.')
      return { secondsPerStep, memoryBytes: 1 }
    },
  }
  return { asked, options }
}

describe('chooseDevice', () => {
  it('starts nothing where no graphics processor can be', async () => {
    const { asked, options } = machine('none', [])
    const find = () => Promise.reject(new Error('not to be asked'))
    expect(await chooseDevice(request, { ...options, mayHaveGraphics: () => false, find })).toEqual({
      device: 'cpu',
      measured: [],
      isRemembered: false,
    })
    expect(asked).toEqual([])
  })

  it('measures nothing where only the CPU, or a program that stands for a GPU, works', async () => {
    const devices = [
      found('cpu'),
      found('webgpu', { isSoftware: true }),
      found('cuda', { state: 'missing' }),
      found('webgpu', { engine: 'tfjs' }),
    ]
    const { asked, options } = machine('software', devices)
    expect((await chooseDevice(request, options)).device).toBe('cpu')
    expect(asked).toEqual([])
  })

  it('takes the fastest, remembers it for the network, and measures a changed one anew', async () => {
    const devices = [found('cpu'), found('webgpu'), found('cuda')]
    const { asked, options } = machine('fast', devices, { cpu: 0.08, webgpu: 0.02, cuda: 0.01 })
    const choice = await chooseDevice(request, options)
    expect(choice).toEqual({
      device: 'cuda',
      measured: [
        { device: 'webgpu', secondsPerStep: 0.02, problem: null },
        { device: 'cuda', secondsPerStep: 0.01, problem: null },
        { device: 'cpu', secondsPerStep: 0.08, problem: null },
      ],
      isRemembered: false,
    })
    // The CPU comes last and is given up once a step takes 8 times the best one's.
    expect(asked.map(({ device }) => device)).toEqual(['webgpu', 'cuda', 'cpu'])
    expect(asked[2]?.hopelessSeconds).toBeCloseTo(0.08)
    expect(await chooseDevice(request, options)).toEqual({ ...choice, isRemembered: true })
    expect(asked).toHaveLength(3)
    await chooseDevice({ ...request, recipe: { ...request.recipe, batchSize: 8 } }, options)
    expect(asked).toHaveLength(6)
  })

  it('measures again once another device works', async () => {
    const before = machine('more', [found('cpu'), found('webgpu')], { cpu: 1, webgpu: 2 })
    expect((await chooseDevice(request, before.options)).device).toBe('cpu')
    const after = machine('more', [found('cpu'), found('webgpu'), found('cuda')], { cpu: 1, webgpu: 2, cuda: 0.5 })
    expect((await chooseDevice(request, after.options)).device).toBe('cuda')
  })

  it('leaves out a device that fails on this network, with its words, and takes the CPU where all fail', async () => {
    const { options } = machine('failing', [found('cpu'), found('webgpu')], { cpu: 1 })
    const choice = await chooseDevice(request, options)
    expect(choice.device).toBe('cpu')
    expect(choice.measured[0]).toEqual({ device: 'webgpu', secondsPerStep: null, problem: 'no memory is left.' })
    const none = machine('nothing', [found('cpu'), found('webgpu')])
    expect((await chooseDevice(request, none.options)).device).toBe('cpu')
  })

  it('ends with the signal', async () => {
    const { options } = machine('stopped', [found('cpu'), found('webgpu')])
    const signal = AbortSignal.abort(new Error('stopped'))
    await expect(chooseDevice(request, { ...options, signal })).rejects.toThrow('stopped')
  })
})
