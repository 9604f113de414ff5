// `netloom experiment`: its list, one experiment to its JSON, and what it refuses.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isOneMessage, makeFolder, parseJson, runCli } from '../cli/runCli'

const folder = makeFolder()

it('lists the experiments with their claims', async () => {
  const listed = parseJson(await runCli(folder, 'experiment', '--list', '--json')) as { id: string; claim: string }[]
  expect(listed.map(({ id }) => id)).toEqual([
    'perceptron',
    'permuted-pixels',
    'shifted-digits',
    'small-kernels',
    'average-against-dense',
    'plain-against-residual',
  ])
  for (const { claim } of listed) expect(claim).toMatch(/\.$/)
})

it('runs one and prints one JSON object', async () => {
  const result = await runCli(folder, 'experiment', 'perceptron', '--seed', '2', '--json')
  expect(result.code, result.stderr).toBe(0)
  const outcome = parseJson(result) as { variants: { run: string }[]; result: string }
  expect(outcome).toMatchObject({ experiment: 'perceptron', seed: 2, state: 'finished', agrees: true, size: 'full' })
  expect(outcome.variants).toHaveLength(4)
  expect(outcome.result).toBe(join(folder, 'runs', 'experiments', 'perceptron-1.json'))
  for (const path of [outcome.result, ...outcome.variants.map(({ run }) => run)]) expect(existsSync(path)).toBe(true)
})

it('refuses an experiment it does not know, and data that an experiment cannot use', async () => {
  const unknown = await runCli(folder, 'experiment', 'perceptro')
  expect(unknown.code).toBe(2)
  expect(isOneMessage(unknown)).toBe(true)
  expect(unknown.stderr).toContain('did you mean "perceptron"?')
  const data = await runCli(folder, 'experiment', 'perceptron', '--data', 'builtin:digits')
  expect(data.code).toBe(2)
  expect(data.stderr).toContain('takes no other data')
})
