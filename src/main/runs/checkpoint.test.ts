import { describe, expect, it } from 'vitest'
import { encodeSafetensors } from '../../shared/training/safetensors'
import { encodeCheckpoint, findNonFinite, parseCheckpoint } from './checkpoint'
import type { Checkpoint } from './checkpoint'

const join = (pieces: readonly Uint8Array[]) => Uint8Array.from(pieces.flatMap((piece) => Array.from(piece)))
const tensor = (...values: number[]) => ({ dims: [values.length], data: Float32Array.from(values) })

const checkpoint: Checkpoint = {
  weights: new Map([
    ['conv1/weight', tensor(1, 0.1)],
    ['bn1/runningMean', tensor(-3)],
  ]),
  slots: new Map([['conv1/weight#momentum', tensor(5, 6)]]),
  progress: {
    epoch: 2,
    batchInEpoch: 7,
    stepsTaken: 207,
    sums: { loss: 0.1 + 0.2, correct: 12, count: 448 },
    schedule: { lowestLoss: null, epochsWithoutFall: 0, scale: 1 },
    best: { epoch: 1, train: { loss: 0.5, accuracy: 0.75 }, val: null },
    metricsBytes: 12345,
  },
}

describe('checkpoints', () => {
  it('come back as they were, running sums to the last bit', () => {
    expect(parseCheckpoint(join(encodeCheckpoint(checkpoint)))).toEqual(checkpoint)
  })

  it('are refused with any byte changed, but for the blanks that fill the header', () => {
    const bytes = join(encodeCheckpoint(checkpoint))
    const text = Buffer.from(bytes).toString('latin1')
    const headerEnd = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))
    const accepted = Array.from(bytes.keys()).filter((place) => {
      const changed = Uint8Array.from(bytes)
      changed[place] = (changed[place] ?? 0) ^ 0x10
      try {
        parseCheckpoint(changed)
        return true
      } catch (error) {
        expect(error).toMatchObject({ code: 'weights.malformed' })
        return false
      }
    })
    expect(accepted.filter((place) => place >= headerEnd || text[place] !== ' ')).toEqual([])
  })

  it('of versions without a checksum are still read', () => {
    const { weights, slots, progress } = checkpoint
    const old = { format: 'netloom-checkpoint', progress: JSON.stringify(progress) }
    expect(parseCheckpoint(join(encodeSafetensors(new Map([...weights, ...slots]), old)))).toEqual(checkpoint)
  })

  it('are refused where they do not say where training stood', () => {
    const plain = join(encodeSafetensors(checkpoint.weights, {}))
    expect(() => parseCheckpoint(plain)).toThrow(expect.objectContaining({ code: 'weights.malformed' }))
  })
})

describe('findNonFinite', () => {
  it('names the first tensor with NaN or an infinity', () => {
    const good = tensor(1, -3e38)
    expect(findNonFinite(new Map([['a', good]]))).toBeUndefined()
    expect(
      findNonFinite(
        new Map([
          ['a', good],
          ['b', tensor(0, -Infinity)],
        ]),
      ),
    ).toBe('b')
    expect(findNonFinite(new Map([['c', tensor(NaN)]]))).toBe('c')
  })
})
