import { describe, expect, it } from 'vitest'
import type { DeviceChoice } from '../../shared/training/events'
import { printChoice } from './trainingReport'

describe('printChoice', () => {
  it('gives the figures of all devices, the fastest first, and the way to another one', () => {
    const measured: DeviceChoice['measured'] = [
      { device: 'webgpu', secondsPerStep: 0.0123, problem: null },
      { device: 'cuda', secondsPerStep: null, problem: 'no memory is left.' },
      { device: 'cpu', secondsPerStep: 1.2345, problem: null },
    ]
    const choice: DeviceChoice = { device: 'webgpu', measured, isRemembered: false }
    expect(printChoice(choice)).toBe(
      'by measuring: webgpu 12 ms a step, cpu 1,235 ms a step, cuda failed; --device takes another',
    )
    expect(printChoice({ ...choice, isRemembered: true })).toMatch(/^by an earlier measurement: /u)
  })
})
