// Each door words its own way out: the command line adds what to write to what the core says.
import { describe, expect, it } from 'vitest'
import { NetloomError } from '../../shared/graph/errors'
import { explainByCommand } from './waysByCommand'

const devices = '"netloom devices" lists them, --device cpu works everywhere'

describe('explainByCommand', () => {
  it.each([
    ['engine.device', { hint: 'Use the device cpu.' }, devices],
    ['engine.failed', { hint: 'Any words.', way: 'engineOrt' }, '--engine ort'],
    ['engine.failed', { hint: 'Any words.', way: 'deviceCpu' }, '--device cpu'],
    ['model.weights', { received: 'lenet5' }, 'netloom train lenet5 --data DATASET'],
    ['run.missing', { path: '/runs/a', way: 'goOn' }, 'netloom train --resume /runs/a'],
    ['training.stopped', { path: '/runs/a/log.txt' }, 'netloom train --resume /runs/a'],
    ['engine.device', { way: 'addPackage', expected: 'webgpu' }, `npm install webgpu; ${devices}`],
    ['internal', { way: 'repair' }, 'npm run build'],
    ['dataset.empty', { way: 'split', expected: ['val'] }, '--split'],
    ['onnx.unsupported', { way: 'runAsItIs' }, 'netloom predict, netloom eval'],
  ] as const)('of %s %j', (code, details, way) => {
    const error = new NetloomError(code, 'It does not work.', details)
    expect(explainByCommand(error)).toBe(`${error.message} (${way})`)
  })

  it('adds nothing where there is nothing to write', () => {
    for (const code of ['engine.failed', 'onnx.unsupported', 'training.stopped', 'layer.shape'] as const)
      expect(explainByCommand(new NetloomError(code, 'It does not work.'))).toBe('It does not work.')
  })
})
