// Devices tried in processes that crash, hang or chatter; what a real graphics processor computes is in webgpu.test.ts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findDevices } from '../../src/main/engines/ort/devices'
import { judgeTrial, runTrial } from '../../src/main/engines/ort/deviceTrial'

const folder = mkdtempSync(join(tmpdir(), 'netloom-trial-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function writeTrial(name: string, code: string): string {
  const path = join(folder, `${name}.mjs`)
  writeFileSync(path, code)
  return path
}

describe('a trial of a device', () => {
  it('survives the crash of its process', async () => {
    const entry = writeTrial('crash', `process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000)`)
    const { state, detail } = judgeTrial('webgpu', await runTrial(entry, 'webgpu', 20_000))
    expect(state).toBe('failed')
    expect(detail).toContain('The trial ended with SIGSEGV.')
  })

  it('ends a process that hangs, even one that refuses to stop', async () => {
    const entry = writeTrial('hang', `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`)
    const { state, detail } = judgeTrial('webgpu', await runTrial(entry, 'webgpu', 500))
    expect(state).toBe('failed')
    expect(detail).toContain('was ended after 0.5 s without an answer')
  })

  it('reads the last line among whatever libraries print', async () => {
    const entry = writeTrial(
      'chatter',
      `console.error('Warning: '.repeat(300000)); console.log('hello'); console.log(JSON.stringify({ imagesPerSecond: 12 }))`,
    )
    const verdict = judgeTrial('cpu', await runTrial(entry, 'cpu', 20_000))
    expect(verdict).toEqual({ state: 'works', detail: 'A tiny network trained.', imagesPerSecond: 12 })
  })
})

describe('findDevices', () => {
  it('gives every device a state and a plain detail; the CPU works', async () => {
    const reports = await findDevices()
    expect(reports.map(({ device }) => device)).toEqual(['cpu', 'webgpu', 'cuda', 'dml', 'coreml'])
    expect(reports[0]?.state).toBe('works')
    expect(reports[0]?.imagesPerSecond).toBeGreaterThan(0)
    for (const { state, detail, imagesPerSecond } of reports) {
      expect(detail).toMatch(/^[A-Z].*\.$/u)
      expect(detail).not.toMatch(/onnxruntime_src|\.cc:|::|\n/u)
      expect(imagesPerSecond === null).toBe(state !== 'works')
    }
  })
})
