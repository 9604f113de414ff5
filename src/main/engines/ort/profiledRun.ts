// Runs a network with onnxruntime's profiling on and returns where the time went; the adding up is in profile.ts.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Tensor } from './silencedRuntime'
import { lowerDocument } from '../../../shared/lower/lower'
import type { PredictionRequest, TrainingBatch, TrainingRequest } from '../../../shared/training/computeEngine'
import { internalError } from '../../../shared/graph/errors'
import { parseTrace, summariseProfile, type ProfileSummary } from './profile'
import { encodeGraph, openSession, runSession } from './runtime'
import type { RunDevice } from '../../../shared/training/deviceNames'
import { OrtTrainingSession } from './trainingSession'

/** Runs before the ones that count. */
const warmUpRuns = 3

/**
 * Takes `steps` training steps on one batch.
 * @throws NetloomError `engine.failed`
 */
export async function profileTraining(
  request: TrainingRequest,
  batch: TrainingBatch,
  steps: number,
  device: RunDevice,
): Promise<ProfileSummary> {
  return withTrace(async (profilePrefix) => {
    const session = new OrtTrainingSession(request, { device, profilePrefix })
    for (let step = 0; step < warmUpRuns + steps; step++) await session.step(batch)
    await session.endProfiling()
    await session.dispose()
  })
}

/**
 * Runs a network forward `steps` times on one batch.
 * @param pixels [N, C, H, W], 0 ... 255
 * @throws NetloomError `engine.failed`
 */
export async function profilePrediction(
  { document, scaling, weights }: PredictionRequest,
  pixels: Uint8Array,
  count: number,
  steps: number,
  device: RunDevice,
): Promise<ProfileSummary> {
  return withTrace(async (profilePrefix) => {
    const network = lowerDocument(document, { mode: 'inference', weights, scaling, scalingInside: true })
    const session = await openSession(encodeGraph(network.graph, device), { device, profilePrefix })
    const input = new Tensor('float32', new Float32Array(pixels), [count, ...network.inputShape])
    for (let step = 0; step < warmUpRuns + steps; step++) {
      await runSession(session, { [network.inputName]: input }, device)
    }
    session.endProfiling()
    await session.release()
  })
}

/** Runs `work` with a prefix for its trace file, reads the trace and removes it. */
async function withTrace(work: (profilePrefix: string) => Promise<void>): Promise<ProfileSummary> {
  const folder = await mkdtemp(join(tmpdir(), 'netloom-profile-'))
  try {
    await work(join(folder, 'trace'))
    const [file] = await readdir(folder)
    if (file === undefined) throw internalError('onnxruntime wrote no profile')
    return summariseProfile(parseTrace(await readFile(join(folder, file), 'utf8')), warmUpRuns)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
