import { describe, expect, it } from 'vitest'
import { printBench, printProfile, toEntry } from './report'
import type { BenchRow } from './runRow'

const row: BenchRow = {
  name: 'resnet20-32',
  mode: 'train',
  engine: 'ort',
  device: 'cpu',
  batch: 32,
  measurement: { secondsPerStep: 0.04, otherSecondsPerStep: 0.05, ratio: { median: 1.25, low: 1.1, high: 1.3 } },
  peakMemoryBytes: 300 * 2 ** 20,
  pytorchPeakMemoryBytes: 400 * 2 ** 20,
  cpuRatio: null,
  versions: { engine: '1.30.0', pytorch: '1.13.0' },
}
const alone: BenchRow = {
  ...row,
  measurement: { secondsPerStep: 4, otherSecondsPerStep: null, ratio: null },
  pytorchPeakMemoryBytes: null,
  device: 'webgpu',
  cpuRatio: 0.01,
}

describe('toEntry', () => {
  it('turns seconds per step into images per second: 32 / 0.04 and 32 / 0.05', () => {
    expect(toEntry(row)).toMatchObject({
      imagesPerSecond: 800,
      msPerStep: 40,
      pytorchImagesPerSecond: 640,
      ratio: 1.25,
    })
  })

  it('says null where there was no PyTorch', () => {
    expect(toEntry(alone)).toMatchObject({ imagesPerSecond: 8, pytorchImagesPerSecond: null, ratio: null })
  })
})

describe('printBench', () => {
  const conditions = { threads: 2, rounds: 7, plainPytorch: false }

  it('states the machine, the versions and the conditions above the rows', () => {
    const text = printBench([row, alone], 'A processor, 2 cores', conditions)
    expect(text.split('\n')[0]).toBe(
      'A processor, 2 cores; 2 threads; ONNX Runtime 1.30.0, PyTorch 1.13.0 told to keep freed memory',
    )
    expect(text).toMatch(/resnet20-32 +train +ort cpu +800 +40\.00 +300 MiB +640 +400 MiB +1\.25 \(1\.10-1\.30\) +-$/mu)
    expect(text).toMatch(/resnet20-32 +train +ort webgpu +8\.00 +4000\.00 +300 MiB +- +- +- +0\.0100$/mu)
  })
})

describe('printProfile', () => {
  it('lists operators, what is outside of them, and shapes', () => {
    const conv = { operator: 'Conv', inputs: '', calls: 2, msPerRun: 3, share: 0.75 }
    const text = printProfile('resnet20-32 train', {
      runs: 5,
      msPerRun: 4,
      msOutside: 1,
      byOperator: [conv],
      byShape: [{ ...conv, inputs: '8x3x4x4, 2x3x3x3' }],
    })
    expect(text).toMatch(/^Conv +3\.000 +75\.0% +2$/mu)
    expect(text).toMatch(/^\(outside\) +1\.000 +25\.0%$/mu)
    expect(text).toMatch(/^Conv +3\.000 +75\.0% +2 +8x3x4x4, 2x3x3x3$/mu)
  })
})
