// Curves of a growing run: read once, cut lines left out, another file at the same path noticed.
import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readMetrics, readProgress } from './runMetrics'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-metrics-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const step = (number: number, loss = 1) =>
  `${JSON.stringify({ kind: 'step', step: number, epoch: Math.ceil(number / 2), loss, accuracy: 0.5, learningRate: 0.1 })}\n`
const epoch = (number: number, best: boolean) =>
  `${JSON.stringify({ kind: 'epoch', epoch: number, train: { loss: 1, accuracy: 0.5 }, val: null, learningRate: 0.1, best })}\n`
const metrics = () => join(folder, 'metrics.jsonl')

describe('reading the curves of a run', () => {
  it('gives nothing for a run that has not begun', async () => {
    expect(await readMetrics(folder, 0)).toEqual({
      steps: { step: [], epoch: [], loss: [], accuracy: [], learningRate: [] },
      epochs: [],
    })
    expect(await readProgress(folder)).toEqual({ epochs: 0, best: undefined, seconds: null })
  })

  it('follows a growing file and leaves its half-written last line for later', async () => {
    const half = step(3)
    await writeFile(metrics(), step(1) + step(2) + epoch(1, true) + half.slice(0, 10))
    expect((await readMetrics(folder, 0)).steps.step).toEqual([1, 2])
    await appendFile(metrics(), half.slice(10) + step(4) + epoch(2, false))
    const [all, again] = await Promise.all([readMetrics(folder, 0), readMetrics(folder, 4)])
    expect(all.steps.step).toEqual([1, 2, 3, 4])
    expect(again.steps.step).toEqual([4])
    expect(all.epochs.map(({ epoch: number, step: last }) => [number, last])).toEqual([
      [1, 2],
      [2, 4],
    ])
    expect(await readProgress(folder)).toMatchObject({ epochs: 2, best: { epoch: 1 } })
  })

  it('reads a file anew that a resumed run has cut', async () => {
    await truncate(metrics(), step(1).length)
    expect((await readMetrics(folder, 0)).steps.step).toEqual([1])
  })

  it('reads anew what a run resumed with another batch has written over, however long it is', async () => {
    await writeFile(metrics(), step(1) + step(2) + step(3))
    expect((await readMetrics(folder, 0)).steps.loss).toEqual([1, 1, 1])
    await truncate(metrics(), step(1).length)
    await appendFile(metrics(), step(2, 5) + step(3, 5) + step(4, 5) + epoch(2, true))
    const resumed = await readMetrics(folder, 0)
    expect(resumed.steps).toMatchObject({ step: [1, 2, 3, 4], loss: [1, 5, 5, 5] })
    expect(resumed.epochs.map(({ step: last }) => last)).toEqual([4])
  })

  it('notices another file at the same path, even a longer one', async () => {
    await rm(metrics())
    // Keeps the freed inode from being given to the new file.
    await writeFile(join(folder, 'other'), '')
    await writeFile(metrics(), step(1, 7) + step(2, 7) + step(3, 7))
    expect((await readMetrics(folder, 0)).steps.loss).toEqual([7, 7, 7])
  })

  it('leaves out lines that are no metrics and skips epochs without a time', async () => {
    await writeFile(metrics(), `${step(1)}{"kind":"new"}\nnot json\n${step(2)}${epoch(1, true)}`)
    await rm(metrics())
    await writeFile(join(folder, 'more'), '')
    await writeFile(metrics(), `${step(1)}{"kind":"new"}\nnot json\n${step(2)}${epoch(1, true)}`)
    await writeFile(
      join(folder, 'timing.jsonl'),
      `${JSON.stringify({ kind: 'epoch', at: '', epoch: 1, seconds: 9 })}\n${JSON.stringify({ kind: 'epoch', at: '', epoch: 1, seconds: 2.5 })}\n`,
    )
    const { steps, epochs } = await readMetrics(folder, 0)
    expect(steps.step).toEqual([1, 2])
    expect(epochs).toMatchObject([{ epoch: 1, seconds: 2.5 }])
  })
})
