import { describe, expect, it } from 'vitest'
import type { FoundDevice } from '../devices/deviceReports'
import { listTargets } from './contestants'

function found(
  engine: 'ort' | 'tfjs',
  device: FoundDevice['device'],
  imagesPerSecond: number | null,
  isSoftware = false,
) {
  const state = imagesPerSecond === null ? ('missing' as const) : ('works' as const)
  return { engine, device, name: '', state, detail: '', imagesPerSecond, isSoftware }
}

describe('listTargets', () => {
  const machine = [
    found('ort', 'cpu', 1000),
    found('ort', 'webgpu', 60, true),
    found('ort', 'cuda', 5000),
    found('ort', 'dml', null),
    found('tfjs', 'cpu', 15),
    found('tfjs', 'webgpu', 51),
  ]

  it('takes what works, the reference first, and says what it leaves out', () => {
    const notes: string[] = []
    const targets = listTargets(machine, false, (text) => notes.push(text))
    expect(targets.map(({ engine, device }) => `${engine} ${device}`)).toEqual(['ort cpu', 'ort cuda', 'tfjs webgpu'])
    expect(notes).toEqual([
      'ort on webgpu is left out, as it is a software adapter; --device all measures it.',
      'tfjs on cpu is left out, as it is far slower in its test; --device all measures it.',
    ])
  })

  it('takes all of them where they are asked for', () => {
    expect(listTargets(machine, true, () => undefined)).toHaveLength(5)
  })
})
