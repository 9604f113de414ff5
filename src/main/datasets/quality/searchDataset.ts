// Looking for problems of an opened dataset: one pass over its images, then comparing them; not the process for it.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { z } from 'zod'
import type { datasetProblemsSchema, ProblemProgress } from '../../../shared/contract/problemCalls'
import { findProblems } from '../../../shared/datasets/quality/findProblems'
import type { Problem } from '../../../shared/datasets/quality/problems'
import { splitNames } from '../../../shared/datasets/dataset'
import { NetloomError } from '../../../shared/graph/errors'
import { printCount } from '../../../shared/graph/printNumbers'
import type { OpenedDataset } from '../openDataset'
import { FeatureNetwork } from './featureNetwork'
import { lookAtImages } from './lookAtImages'

/** What is found, as it is sent and kept. */
export type FoundInDataset = z.output<typeof datasetProblemsSchema>

/** What every image shows stays in memory: about 1.7 kB of each. */
const mostImages = 500_000
/** Progress is told this often. */
const tellMs = 200
/** Comparing takes about this much for each image; it grows a little faster than their number. */
const comparingMsPerImage = 0.5

function requireFewEnough(dataset: OpenedDataset): void {
  const total = splitNames.reduce((sum, name) => sum + (dataset.images(name)?.count ?? 0), 0)
  if (total <= mostImages) return
  throw new NetloomError(
    'dataset.range',
    `Problems are looked for in at most ${printCount(mostImages)} images; this dataset has ${printCount(total)}.`,
    {
      expected: mostImages,
      received: total,
      hint: 'Take a part of it: the options of its splits say at most how many images each has.',
    },
  )
}

function copyProblem({ images, figures, ...rest }: Problem): FoundInDataset['problems'][number] {
  return { ...rest, images: images.map((image) => ({ ...image })), figures: { ...figures } }
}

/**
 * Finds everything that is wrong with the images of a dataset.
 * @throws NetloomError dataset.range where it has too many; engine.failed
 */
export async function searchDataset(
  dataset: OpenedDataset,
  tell: (progress: ProblemProgress) => Promise<void>,
): Promise<FoundInDataset> {
  requireFewEnough(dataset)
  const beganMs = performance.now()
  const network = await FeatureNetwork.open()
  let toldMs = -Infinity
  const seen = await lookAtImages(dataset, network, (done, total) => {
    const now = performance.now()
    if (now - toldMs < tellMs) return
    toldMs = now
    const lookingMs = ((now - beganMs) / done) * (total - done)
    const secondsLeft = (lookingMs + comparingMsPerImage * total) / 1000
    void tell({ stage: 'looking', done, total, secondsLeft })
  })
  await network.dispose()
  const total = seen.images.length
  const estimatedMs = comparingMsPerImage * total
  const compareMs = performance.now()
  await tell({ stage: 'comparing', done: 0, total: 100, secondsLeft: estimatedMs / 1000 })
  const { problems, labelCheck } = await findProblems(seen, async (share) => {
    const spentMs = performance.now() - compareMs
    const leftMs = (spentMs / share) * (1 - share)
    await tell({ stage: 'comparing', done: Math.round(100 * share), total: 100, secondsLeft: leftMs / 1000 })
    await nextTurn()
  })
  return {
    fingerprint: dataset.description.fingerprint,
    foundAt: new Date().toISOString(),
    images: total,
    unreadable: seen.unreadable,
    problems: problems.map(copyProblem),
    ...(labelCheck && { labelCheck: { ...labelCheck } }),
    elapsedMs: performance.now() - beganMs,
  }
}
