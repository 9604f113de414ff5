// How often the test images of each dataset were looked at, and with how many models: what is chosen by them is no longer tested by them.
import { realpath } from 'node:fs/promises'
import { z } from 'zod'
import { ownTable } from '../../shared/graph/ownTable'
import { findStateFolder, StateFile } from '../files/stateFolder'

const usesSchema = ownTable(
  z.string(),
  z.object({ evaluations: z.int().min(1), models: z.array(z.string()), lastMs: z.number() }),
)

/** Datasets that are remembered, the latest ones. */
const mostDatasets = 200
/** Models that are told apart for each. */
const mostModels = 100

export interface TestUse {
  /** Evaluations on these test images, this one and those at the ends of trainings included. */
  readonly evaluations: number
  /** Different models among them. */
  readonly models: number
}

/**
 * Notes an evaluation on the test images of a dataset.
 * @param fingerprint of the dataset, which changes with its splits
 * @param path what names the model: a run folder or a file
 * @returns null where nothing can be remembered; an evaluation never fails for that
 */
export async function noteTestUse(
  fingerprint: string,
  path: string,
  stateFolder = findStateFolder(),
): Promise<TestUse | null> {
  const file = new StateFile(stateFolder, 'test-uses.json', usesSchema, {})
  // A folder under two names is one model.
  const model = await realpath(path).catch(() => path)
  try {
    const all = await file.update((uses) => {
      const { evaluations = 0, models = [] } = uses[fingerprint] ?? {}
      const known = models.includes(model) ? models : [...models, model].slice(-mostModels)
      const changed = { ...uses, [fingerprint]: { evaluations: evaluations + 1, models: known, lastMs: Date.now() } }
      const latest = Object.entries(changed).toSorted(([, a], [, b]) => b.lastMs - a.lastMs)
      return Object.fromEntries(latest.slice(0, mostDatasets))
    })
    const use = all[fingerprint]
    return use ? { evaluations: use.evaluations, models: use.models.length } : null
  } catch {
    return null
  }
}
