// Experiments as a screen has them: started, followed to the end, listed, re-opened, stopped, refused; as the desktop knows them.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { ExperimentShelf } from '../../src/main/trainer/experiments/experimentShelf'
import { TrainingRegistry } from '../../src/main/trainer/trainingRegistry'
import type { ExperimentState } from '../../src/shared/lectures/experiments/results'
import { refusalOf, useHost, type Screen } from '../host/hostFixture'
// Builds the training process where the source is newer.
import '../cli/runCli'

const fixture = useHost()

async function follow({ client }: Screen, id: string): Promise<ExperimentState[]> {
  const states: ExperimentState[] = []
  for await (const state of await client.experiments.follow({ id })) states.push(state)
  return states
}

it('runs one experiment at a time, seen by every screen, and keeps its result and its runs', async () => {
  const [first, second] = [await fixture().connect(), await fixture().connect()]
  const { id } = await first.client.experiments.start({ experiment: 'perceptron' })
  expect(id).toBe('perceptron-1')
  const refusal = await refusalOf(second.client.experiments.start({ experiment: 'shifted-digits', size: 'quick' }))
  expect(refusal.code).toBe('run.busy')
  expect((await second.client.experiments.list())[0]).toMatchObject({ id, state: 'running', agrees: null })
  const [seen, alsoSeen] = await Promise.all([follow(first, id), follow(second, id)])
  expect(seen.at(-1)).toMatchObject({ state: 'finished', verdict: { agrees: true } })
  expect(alsoSeen.at(-1)).toEqual(seen.at(-1))
  expect(await second.client.experiments.list()).toMatchObject([{ id, state: 'finished', agrees: true }])
  expect(await follow(second, id)).toEqual([seen.at(-1)])
  const runs = await first.client.runs.list()
  expect(runs.map(({ architecture }) => architecture).toSorted()).toEqual([
    'MLP, XOR',
    'Perceptron, AND',
    'Perceptron, XOR',
    'Perceptron, two of three',
  ])
})

it('stops when it is told to, and can be started anew', async () => {
  const screen = await fixture().connect()
  const { client } = screen
  const { id } = await client.experiments.start({ experiment: 'permuted-pixels', size: 'quick' })
  await client.experiments.stop({ id })
  expect((await follow(screen, id)).at(-1)).toMatchObject({ id, state: 'stopped', verdict: null })
  // The end is told before the place is free; the next start may have to wait for it.
  await expect.poll(() => client.experiments.list().then(([newest]) => newest?.state)).toBe('stopped')
})

it('refuses what it does not know, cannot reach or cannot use', async () => {
  const { client } = await fixture().connect()
  const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code
  expect(await codeOf(client.experiments.start({ experiment: 'alchemy' }))).toBe('model.unknown')
  const outside = join(fixture().folder, 'elsewhere')
  expect(await codeOf(client.experiments.start({ experiment: 'shifted-digits', data: `folder:${outside}` }))).toBe(
    'file.outside',
  )
  expect(await codeOf(client.experiments.start({ experiment: 'perceptron', data: 'builtin:digits' }))).toBe(
    'dataset.reference',
  )
  expect(await codeOf(follow(await fixture().connect(), 'nothing-1'))).toBe('run.missing')
  expect(await codeOf(follow(await fixture().connect(), '../../secret'))).toBe('run.missing')
})

it('is at work from its start to its end, also while none of its networks trains', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'netloom-between '))
  const trainings = new TrainingRegistry()
  const shelf = new ExperimentShelf(folder, trainings)
  const started = shelf.start({ experiment: 'perceptron', size: 'quick', seed: 1 })
  expect(shelf.active()).toEqual({ title: 'Perceptron and XOR', runs: [] })
  const id = await started
  const end = new AbortController()
  const following = (async () => {
    for await (const state of shelf.follow(id)) if (state.state !== 'running') end.abort()
  })()
  let pauses = 0
  while (!end.signal.aborted) {
    const active = shelf.active()
    expect(active?.title).toBe('Perceptron and XOR')
    if (trainings.active().length === 0) pauses++
    for (const run of trainings.active()) expect(active?.runs).toContain(run)
    // The second network trains: the gap between two has been seen.
    if (active?.runs.length === 2) shelf.stopActive()
    await wait(1)
  }
  await following
  await shelf.close()
  expect(shelf.active()).toBeNull()
  expect(pauses).toBeGreaterThan(0)
  await rm(folder, { recursive: true })
})
