import { describe, expect, it } from 'vitest'
import { printChoice } from './trainingReport'

describe('printChoice', () => {
  it('gives the figures of all devices, the fastest first, and the way to another one', () => {
    const measured = [
      { device: 'webgpu', secondsPerStep: 0.0123, problem: null },
      { device: 'cuda', secondsPerStep: null, problem: 'no memory is left.' },
      { device: 'cpu', secondsPerStep: 1.2345, problem: null },
    ] as const
    const choice = { device: 'webgpu', measured: [...measured], isRemembered: false } as const
    expect(printChoice(choice)).toBe(
      'by measuring: webgpu 12 ms a step, cpu 1,235 ms a step, cuda failed; --device takes another',
    )
    expect(printChoice({ ...choice, isRemembered: true })).toMatch(/^by an earlier measurement: /u)
  })
})
