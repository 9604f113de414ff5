// Devices tried in processes that crash, hang or chatter, and what is remembered; what a real graphics processor computes is in webgpu.test.ts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { DeviceCandidate } from '../../src/main/devices/deviceCandidates'
import type { DeviceHost } from '../../src/main/devices/deviceHost'
import { findDevices } from '../../src/main/devices/deviceReports'
import { judgeTrial, runTrial, type Trial } from '../../src/main/devices/deviceTrial'
import { reportDevices } from '../../src/main/devices/deviceList'

const folder = mkdtempSync(join(tmpdir(), 'netloom-trial-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const webgpu = { engine: 'ort', device: 'webgpu' } as const

function writeTrial(name: string, code: string): string {
  const path = join(folder, `${name}.mjs`)
  writeFileSync(path, code)
  return path
}

describe('a trial of a device', () => {
  it.each([
    ['SIGSEGV', 'it crashed (SIGSEGV: it touched memory that is not its own)'],
    ['SIGABRT', 'a library gave up (SIGABRT)'],
  ])('survives the end of its process by %s', async (signal, words) => {
    const entry = writeTrial(signal, `process.kill(process.pid, '${signal}'); setInterval(() => {}, 1000)`)
    const { state, detail } = judgeTrial(webgpu, await runTrial(entry, webgpu, 20_000))
    expect(state).toBe('failed')
    expect(detail).toContain(`The trial failed: ${words}.`)
  })

  it('says with which code its process left, also after an answer', async () => {
    const entry = writeTrial('leave', `process.send({ imagesPerSecond: 5, losses: [1] }, () => process.exit(7))`)
    const { state, detail } = judgeTrial(webgpu, await runTrial(entry, webgpu, 20_000))
    expect(state).toBe('failed')
    expect(detail).toContain('it ended with code 7.')
  })

  it('ends a process that hangs, even one that refuses to stop', async () => {
    const entry = writeTrial('hang', `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`)
    const { state, detail } = judgeTrial(webgpu, await runTrial(entry, webgpu, 500))
    expect(state).toBe('failed')
    expect(detail).toContain('it did not answer within 0.5 s and was ended')
  })

  it('ends its process where nobody wants it any more', async () => {
    const entry = writeTrial('long', `setInterval(() => {}, 1000)`)
    const stop = new AbortController()
    const trial = runTrial(entry, webgpu, 60_000, stop.signal)
    stop.abort(new Error('not wanted'))
    await expect(trial).rejects.toThrow('not wanted')
  })

  it('hears the answer among whatever libraries print', async () => {
    const entry = writeTrial(
      'chatter',
      `console.error('Warning: '.repeat(300000)); console.log('hello'); process.send({ imagesPerSecond: 12, losses: [] }, () => process.exit(0))`,
    )
    const cpu = { engine: 'ort', device: 'cpu' } as const
    const verdict = judgeTrial(cpu, await runTrial(entry, cpu, 20_000))
    expect(verdict).toEqual({ state: 'works', detail: 'A tiny network trained.', imagesPerSecond: 12 })
  })
})

describe('findDevices', () => {
  const host: DeviceHost = {
    platform: 'linux',
    arch: 'x64',
    processor: 'A processor',
    isElectron: false,
    installation: 'checkout',
    hasPackage: () => true,
  }
  const nvidia = { name: 'NVIDIA H200', driver: '550.54.15', memoryBytes: 150_754_820_096 }

  /** Counts trials; webgpu works, cuda is missing, tfjs computes wrongly. */
  function fakeMachine(stateFolder: string) {
    const tried: string[] = []
    const answer = ({ engine, device }: DeviceCandidate): Trial => {
      tried.push(`${engine} ${device}`)
      if (device === 'cuda') return { report: { error: 'not installed', code: 'engine.device' }, stderr: '' }
      return { report: { imagesPerSecond: 100, losses: [engine === 'tfjs' ? 3 : 1.5] }, stderr: '' }
    }
    const find = (isRefreshed = false, driver = nvidia.driver) =>
      findDevices({
        host,
        stateFolder,
        isRefreshed,
        adapters: () => Promise.resolve([{ ...nvidia, driver }]),
        tryDevice: (candidate) => Promise.resolve(answer(candidate)),
      })
    return { tried, find }
  }

  it('remembers what worked or failed, looks for what is missing again, and forgets with the driver', async () => {
    const { tried, find } = fakeMachine(join(folder, 'state'))
    const first = await find()
    expect(tried).toEqual(['ort cpu', 'ort webgpu', 'ort cuda', 'tfjs cpu', 'tfjs webgpu', 'tfjs cuda'])
    expect(first.find(({ engine, device }) => engine === 'ort' && device === 'webgpu')).toEqual({
      engine: 'ort',
      device: 'webgpu',
      name: 'NVIDIA H200 through WebGPU',
      state: 'works',
      detail: 'A tiny network trained. 140 GiB of memory, driver 550.54.15.',
      imagesPerSecond: 100,
      isSoftware: false,
    })
    expect(first.find(({ engine, device }) => engine === 'tfjs' && device === 'webgpu')?.detail).toContain(
      'the loss of step 1 is 3, and 1.5 on the CPU',
    )
    tried.length = 0
    expect(await find()).toEqual(first)
    expect(tried).toEqual(['ort cuda', 'tfjs cuda'])
    tried.length = 0
    await find(false, '560.35')
    expect(tried).toHaveLength(6)
    tried.length = 0
    await find(true, '560.35')
    expect(tried).toHaveLength(6)
  })

  it('gives every device of this machine a state and a plain detail; the CPU works', async () => {
    const reports = await reportDevices({ stateFolder: join(folder, 'real') })
    expect(reports.map(({ engine, device }) => `${engine} ${device}`)).toEqual([
      'ort cpu',
      'ort webgpu',
      'ort cuda',
      'ort dml',
      'ort coreml',
      'tfjs cpu',
      'tfjs webgpu',
      'tfjs cuda',
    ])
    expect(reports[0]?.state).toBe('works')
    expect(reports[0]?.imagesPerSecond).toBeGreaterThan(0)
    for (const report of reports) {
      expect(Object.keys(report)).toEqual(['engine', 'device', 'name', 'state', 'detail', 'imagesPerSecond'])
      expect(report.detail).toMatch(/^(?:[A-Z]|@tensorflow).*\.$/u)
      expect(report.detail).not.toMatch(/onnxruntime_src|\.cc:|::|\n/u)
      expect(report.imagesPerSecond === null).toBe(report.state !== 'works')
    }
  })
})
