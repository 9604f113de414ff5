import { describe, expect, it, vi } from 'vitest'
import { recipeSchema } from '../../shared/training/recipe'
import type { DeviceChoice } from '../../shared/training/events'
import { printChoice, TrainingReport } from './trainingReport'

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

describe('TrainingReport', () => {
  it('says once what a training shows, with the option that leads on', () => {
    const written: string[] = []
    const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0)
    const report = new TrainingReport()
    report.recipe = recipeSchema.parse({ learningRate: 0.01 })
    for (const [index, loss] of [0.8, 0.7, 2.5, 3].entries()) {
      const train = { loss, accuracy: 0.5 }
      report.onEvent({ kind: 'epochEnded', epoch: index + 1, train, val: null, learningRate: 0.01, best: index < 2 })
    }
    spy.mockRestore()
    const lines = written.join('').split('\n')
    expect(lines.filter((line) => line.includes('note:'))).toEqual([
      expect.stringMatching(/The training diverges\. .* in epoch 2 .* \(--lr 0\.001\)$/u),
    ])
    expect(lines.filter((line) => line.endsWith('best training loss'))).toHaveLength(2)
  })
  it('tells again what a run that goes on has shown, and sees it together with the epochs to come', () => {
    const written: string[] = []
    const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0)
    const seen = (epoch: number, loss: number) => ({ epoch, train: { loss, accuracy: 0.5 }, val: null })
    const report = new TrainingReport()
    report.goOn([seen(1, 0.8), seen(2, 0.7)], recipeSchema.parse({ learningRate: 0.01 }))
    expect(written.join('')).not.toContain('note:')
    for (const epoch of [2, 3, 4]) {
      const event = seen(epoch, [0.7, 2.5, 3][epoch - 2] ?? 0)
      report.onEvent({ kind: 'epochEnded', ...event, learningRate: 0.01, best: false })
    }
    const again = new TrainingReport()
    again.goOn(
      [0.8, 0.7, 2.5, 3].map((loss, index) => seen(index + 1, loss)),
      recipeSchema.parse({ learningRate: 0.01 }),
    )
    spy.mockRestore()
    const notes = written
      .join('')
      .split('\n')
      .filter((line) => line.includes('note:'))
    // Epoch 2 was taken again: it is there once.
    expect(notes).toEqual(
      Array(2).fill(expect.stringMatching(/The training diverges\. .* in epoch 2 .* \(--lr 0\.001\)$/u)),
    )
  })
})
