// Every experiment once in its quick size, through the training process: its machinery, and the claims that are certain.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listResults, readResult } from '../../src/main/trainer/experiments/experimentResults'
import { runExperiment, type BeginTraining } from '../../src/main/trainer/experiments/runExperiment'
import { findFreeRunFolder } from '../../src/main/files/projects'
import { readRun } from '../../src/main/runs/runFolder'
import { startTraining } from '../../src/main/trainer/startTraining'
import { truthTables } from '../../src/shared/datasets/truthTables'
import { findExperiment } from '../../src/shared/lectures/experiments/index'
import { chanceOf } from '../../src/shared/lectures/experiments/judging'
import { countWrong } from '../../src/shared/lectures/experiments/perceptronRule'
import type { ExperimentState, VariantResult } from '../../src/shared/lectures/experiments/results'
// Builds the training process where the source is newer.
import '../cli/runCli'

let runsFolder = ''
beforeAll(async () => {
  runsFolder = await mkdtemp(join(tmpdir(), 'netloom-experiments ü '))
})
afterAll(() => rm(runsFolder, { recursive: true, force: true }))

const begin: BeginTraining = async (request, name, onEvent) => {
  const directory = await findFreeRunFolder(runsFolder, name)
  const handle = startTraining({ ...request, directory }, { onEvent })
  return { run: directory, stop: () => handle.stop(), done: handle.done }
}

async function run(id: string, more: { signal?: AbortSignal; onState?: (state: ExperimentState) => void } = {}) {
  const experiment = findExperiment(id)
  if (!experiment) throw new Error(`no experiment ${id}`)
  const { signal = new AbortController().signal, onState = () => undefined } = more
  return runExperiment({ experiment, size: 'quick', seed: 1, runsFolder, begin, onState, signal })
}

function resultOf({ variants }: ExperimentState, id: string): VariantResult {
  const result = variants.find((variant) => variant.id === id)?.result
  if (!result) throw new Error(`no result of ${id}`)
  return result
}

function testOf(state: ExperimentState, id: string) {
  const { test } = resultOf(state, id)
  if (!test) throw new Error(`${id} was not tested`)
  return test
}

function wrongAtEnd(state: ExperimentState, id: string): number {
  const { table } = resultOf(state, id)
  if (!table) throw new Error(`${id} has no table`)
  return countWrong(table, table.epochs.at(-1)?.answers ?? [])
}

describe('the perceptron', () => {
  let state: ExperimentState
  beforeAll(async () => {
    state = await run('perceptron')
  })

  it('learns the table of eight rows and AND, fails on XOR, which an MLP solves', () => {
    expect(wrongAtEnd(state, 'perceptron-truth-table')).toBe(0)
    expect(wrongAtEnd(state, 'perceptron-and')).toBe(0)
    expect(wrongAtEnd(state, 'perceptron-xor')).toBeGreaterThan(0)
    expect(wrongAtEnd(state, 'mlp-xor')).toBe(0)
    expect(state.verdict?.agrees).toBe(true)
  })

  it('never has more than three rows of XOR right, after any epoch', () => {
    const { table } = resultOf(state, 'perceptron-xor')
    for (const { answers } of table?.epochs ?? []) expect(countWrong({ name: 'xor' }, answers)).toBeGreaterThan(0)
  })

  it('gives the plane that separates the rows', () => {
    const plane = resultOf(state, 'perceptron-truth-table').table?.epochs.at(-1)?.plane
    for (const { inputs, answer } of truthTables['truth-table']) {
      const sum = inputs.reduce<number>(
        (sum, bit, index) => sum + bit * (plane?.weights[index] ?? NaN),
        plane?.bias ?? NaN,
      )
      expect(sum >= 0 ? 1 : -1).toBe(answer)
    }
  })

  it('maps the plane of two inputs, as its equation has it', () => {
    const { field, table } = resultOf(state, 'perceptron-and')
    const plane = table?.epochs.at(-1)?.plane
    if (!field || !plane) throw new Error('no map')
    const { low, high, extent, values } = field
    const at = (index: number) => low + ((high - low) * index) / (extent - 1)
    // Points on the line itself may fall to either side by rounding of the pixels.
    const far = values.flatMap((value, point) => {
      const sum =
        (plane.weights[0] ?? 0) * at(point % extent) +
        (plane.weights[1] ?? 0) * at(Math.floor(point / extent)) +
        plane.bias
      return Math.abs(sum) > 0.05 ? [value > 0 === sum > 0] : []
    })
    expect(far.length).toBeGreaterThan(1000)
    expect(far.every(Boolean)).toBe(true)
    expect(resultOf(state, 'perceptron-truth-table').field).toBeNull()
  })

  it('is kept, with a run for each network', async () => {
    expect(await readResult(runsFolder, state.id)).toEqual(state)
    expect((await listResults(runsFolder)).map(({ id }) => id)).toContain(state.id)
    const { document, outcome } = await readRun(resultOf(state, 'mlp-xor').run)
    expect(document.name).toBe('MLP, XOR')
    expect(outcome?.state).toBe('finished')
  })
})

describe('quick experiments on images', () => {
  it('permuted pixels leave the MLP as it is within chance, and hurt the CNN', async () => {
    const state = await run('permuted-pixels')
    const [mlp, mlpPermuted] = [testOf(state, 'mlp'), testOf(state, 'mlp-permuted')]
    expect(mlp.images).toBe(1500)
    expect(mlp.top1).toBeGreaterThan(0.6)
    expect(Math.abs(mlp.top1 - mlpPermuted.top1)).toBeLessThan(chanceOf(mlp, mlpPermuted))
    const [cnn, cnnPermuted] = [testOf(state, 'cnn'), testOf(state, 'cnn-permuted')]
    expect(cnn.top1 - cnnPermuted.top1).toBeGreaterThan(chanceOf(cnn, cnnPermuted))
    // Quick: what came out is said, but not judged.
    expect(state.verdict).toMatchObject({ agrees: null, parts: [], text: expect.stringContaining('LeNet-5') })
  })

  it.each([
    ['shifted-digits', 3],
    ['small-kernels', 2],
    ['average-against-dense', 2],
    ['plain-against-residual', 4],
  ])('%s trains its networks one after the other to a verdict', async (id, count) => {
    const shares: number[] = []
    const onState = ({ variants }: ExperimentState) =>
      void shares.push(variants.reduce((sum, { fraction }) => sum + fraction, 0))
    const state = await run(id, { onState })
    expect(state).toMatchObject({
      state: 'finished',
      error: null,
      secondsLeft: null,
      verdict: { text: expect.stringMatching(/%/) },
    })
    expect(state.variants).toHaveLength(count)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.at(-1)).toBe(count)
    for (const { result, epochs } of state.variants) {
      expect(result?.epochs).toHaveLength(epochs)
      expect(result?.test?.top1).toBeGreaterThan(0)
      for (const measure of result?.measures ?? []) expect(measure.images).toBe(result?.test?.images)
    }
  })
})

describe('an experiment that is cancelled', () => {
  it('stops after the step, keeps what is done and gives no verdict', async () => {
    const stopping = new AbortController()
    const onState = ({ variants }: ExperimentState) => {
      if ((variants[0]?.fraction ?? 0) > 0) stopping.abort()
    }
    const state = await run('permuted-pixels', { signal: stopping.signal, onState })
    expect(state).toMatchObject({ state: 'stopped', verdict: null })
    expect(state.variants.slice(1).every((variant) => variant.state === 'waiting')).toBe(true)
    const [first] = state.variants
    expect(basename(first?.run ?? '')).toMatch(/^permuted-pixels-mlp-\d+$/)
    expect((await readRun(first?.run ?? '')).outcome?.state).toBe('stopped')
    expect((await readResult(runsFolder, state.id)).state).toBe('stopped')
  })
})
