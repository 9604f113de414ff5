// The ledger of running work: what stands in it, and that nothing stays there.
import { describe, expect, it } from 'vitest'
import { WorkLedger } from './workLedger'
import type { WorkOutcome } from './workLedger'

describe('the ledger of work', () => {
  function followed() {
    const ledger = new WorkLedger()
    const ends: [string, WorkOutcome][] = []
    let changes = 0
    const leave = ledger.follow({
      onChange: () => (changes += 1),
      onEnd: ({ subject }, outcome) => ends.push([subject, outcome]),
    })
    return { ledger, ends, leave, changes: () => changes }
  }

  it('shows what runs with its progress, kept within its bounds', () => {
    const { ledger, changes } = followed()
    const first = ledger.begin('training', '/runs/a-1')
    const second = ledger.begin('import', 'vgg.onnx')
    first.report(1.5)
    expect(ledger.running).toEqual([
      { kind: 'training', subject: '/runs/a-1', fraction: 1 },
      { kind: 'import', subject: 'vgg.onnx', fraction: null },
    ])
    expect(changes()).toBe(3)
    second.end('finished')
    second.report(0.5)
    second.end('failed')
    expect(ledger.running).toHaveLength(1)
    expect(changes()).toBe(4)
  })

  it('holds nothing after an error, and knows a stop from a failure', async () => {
    const { ledger, ends } = followed()
    const fail = () => Promise.reject(new Error('disk full'))
    await expect(ledger.during('evaluation', 'lenet', undefined, fail)).rejects.toThrow('disk full')
    await expect(ledger.during('evaluation', 'vgg', AbortSignal.abort(), fail)).rejects.toThrow('disk full')
    expect(await ledger.during('import', 'c', undefined, async () => 7)).toBe(7)
    expect(ledger.running).toEqual([])
    expect(ends).toEqual([
      ['lenet', 'failed'],
      ['vgg', 'stopped'],
      ['c', 'finished'],
    ])
  })

  it('tells nobody who has left', () => {
    const { ledger, leave, changes } = followed()
    leave()
    ledger.begin('training', 'a').end('failed')
    expect(changes()).toBe(0)
  })
})
