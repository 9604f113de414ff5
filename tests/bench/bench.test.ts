// The bench as other programs start it: its rows, its JSON, its profile, its refusals.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findPythonWithTorch } from '../../src/main/bench/pythonContender'

const entry = join(import.meta.dirname, '../../out/main/bench.js')
const state = mkdtempSync(join(tmpdir(), 'netloom-bench-'))
afterAll(() => rmSync(state, { recursive: true }))
const quick = ['--only', 'lenet5', '--device', 'cpu', '--rounds', '1', '--seconds', '0.05', '--json']

function runBench(args: readonly string[]) {
  const env = { ...process.env, NETLOOM_STATE: state }
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...args], { encoding: 'utf8', env })
  return { status, stdout, stderr }
}

describe('npm run bench', () => {
  it('prints one entry per mode of a row in the form of the command line', () => {
    const { status, stdout, stderr } = runBench([...quick, '--no-pytorch'])
    expect(stderr).not.toContain('failed')
    expect(status).toBe(0)
    const entry = {
      name: 'lenet5-128',
      engine: 'ort',
      device: 'cpu',
      batch: 128,
      imagesPerSecond: expect.any(Number),
      msPerStep: expect.any(Number),
      peakMemoryBytes: expect.any(Number),
      pytorchImagesPerSecond: null,
      ratio: null,
      pytorchPeakMemoryBytes: null,
      cpuRatio: null,
    }
    const entries: unknown = JSON.parse(stdout)
    expect(entries).toEqual([
      { ...entry, mode: 'train' },
      { ...entry, mode: 'infer' },
    ])
  })

  it.skipIf(findPythonWithTorch() === null)('compares with the same network in PyTorch', () => {
    const { status, stdout, stderr } = runBench(quick)
    expect(stderr).not.toContain('without PyTorch')
    expect(status).toBe(0)
    // The form is checked above; here only two fields are read.
    const entries = JSON.parse(stdout) as { pytorchImagesPerSecond: number; ratio: number }[]
    expect(entries).toHaveLength(2)
    for (const { pytorchImagesPerSecond, ratio } of entries) {
      expect(pytorchImagesPerSecond).toBeGreaterThan(0)
      expect(ratio).toBeGreaterThan(0)
    }
  })

  it('measures what works here, and leaves out what is hopelessly slow with its reason', () => {
    const options = '--only lenet5 --mode infer --rounds 1 --seconds 0.05 --json --no-pytorch'
    const { status, stdout, stderr } = runBench(options.split(' '))
    expect(status).toBe(0)
    const [first, ...others] = JSON.parse(stdout) as { engine: string; device: string; cpuRatio: number | null }[]
    expect(first).toMatchObject({ engine: 'ort', device: 'cpu', cpuRatio: null })
    for (const { cpuRatio } of others) expect(cpuRatio).toBeGreaterThan(0)
    // TensorFlow.js is always there, and in plain JavaScript wherever libtensorflow is not installed.
    if (!others.some(({ engine, device }) => engine === 'tfjs' && device === 'cpu'))
      expect(stderr).toContain('tfjs on cpu is left out, as it is far slower in its test; --device all measures it.')
  })

  it('profiles a row by operator', () => {
    const { status, stdout } = runBench(['--profile', 'lenet5-128', '--steps', '2', '--json'])
    expect(status).toBe(0)
    // The form of a profile is checked in profile.test.ts.
    const [profile] = JSON.parse(stdout) as { runs: number; msPerRun: number; byOperator: { operator: string }[] }[]
    expect(profile?.runs).toBe(2)
    expect(profile?.msPerRun).toBeGreaterThan(0)
    expect(profile?.byOperator.map(({ operator }) => operator)).toContain('Conv')
  })

  it('refuses a row that it does not have, and wrong options, by exit code', () => {
    const unknown = runBench(['--only', 'vgg16'])
    expect(unknown.status).toBe(1)
    expect(unknown.stderr).toContain('its rows are lenet5-128, resnet20-32')
    expect(runBench(['--rounds', '0']).status).toBe(2)
  })
})
