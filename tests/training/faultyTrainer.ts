// A real training process whose graphics processor fails as FAULT says; built and started by deviceFailure.test.ts, not a test.
import { ortEngine } from '../../src/main/engines/ort/engine'
import { runTrainerProcess } from '../../src/main/trainer/loop/runTrainerProcess'
import type { Engine, TrainingSession } from '../../src/shared/training/computeEngine'
import { NetloomError } from '../../src/shared/graph/errors'

/** `kind step`: what happens in which step of this process; `memory batch`: the largest batch that fits. */
const [kind = '', number = '0'] = (process.env['FAULT'] ?? '').split(' ')

/** The CPU under another name, until it fails. */
function failing(session: TrainingSession): TrainingSession {
  let steps = 0
  return {
    device: 'webgpu',
    async step(batch) {
      steps++
      if (kind === 'memory' && batch.labels.length > Number(number) && steps === 3)
        throw new NetloomError('engine.memory', 'webgpu has no memory left.')
      if (kind !== 'memory' && steps === Number(number)) {
        if (kind === 'lost') throw new NetloomError('engine.lost', 'the graphics processor was taken away.')
        if (kind === 'waits') await new Promise(() => setTimeout(() => undefined, 1e9))
        if (kind === 'blocks') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
      }
      return session.step(batch)
    },
    readWeights() {
      if (kind === 'lost' && steps >= Number(number)) throw new Error('a lost device cannot be read')
      return session.readWeights()
    },
    readSlots: () => session.readSlots(),
    dispose: () => session.dispose(),
  }
}

const engine: Engine = {
  name: 'ort',
  async openTraining(request, device) {
    const session = await ortEngine.openTraining(request, 'cpu')
    return device === 'webgpu' ? failing(session) : session
  },
  openPrediction: (request) => ortEngine.openPrediction(request, 'cpu'),
}

runTrainerProcess({
  loadEngine: () => Promise.resolve(engine),
  limits: { preparingMs: 30_000, steadyMs: 700, factor: 5 },
})
