import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { noteTestUse } from './testUses'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-uses-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('counts evaluations and different models, each dataset for itself', async () => {
  expect(await noteTestUse('digits', '/runs/a', folder)).toEqual({ evaluations: 1, models: 1 })
  expect(await noteTestUse('digits', '/runs/a', folder)).toEqual({ evaluations: 2, models: 1 })
  expect(await noteTestUse('digits', '/runs/b', folder)).toEqual({ evaluations: 3, models: 2 })
  expect(await noteTestUse('shapes', '/runs/b', folder)).toEqual({ evaluations: 1, models: 1 })
})

it('says nothing where nothing can be remembered', async () => {
  const file = join(folder, 'no-folder')
  await writeFile(file, '')
  expect(await noteTestUse('digits', '/runs/a', file)).toBeNull()
})
