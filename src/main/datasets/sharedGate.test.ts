import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { SharedGate } from './sharedGate'

describe('a shared gate', () => {
  it('lets many pass together and one alone', async () => {
    const gate = new SharedGate()
    const events: string[] = []
    const step = (name: string) => async () => {
      events.push(`${name} begins`)
      await wait(5)
      events.push(`${name} ends`)
    }
    await Promise.all([
      gate.share(step('a')),
      gate.share(step('b')),
      gate.alone(step('c')),
      gate.alone(step('d')),
      gate.share(step('e')),
    ])
    expect(events).toEqual([
      'a begins',
      'b begins',
      'a ends',
      'b ends',
      'c begins',
      'c ends',
      'd begins',
      'd ends',
      'e begins',
      'e ends',
    ])
  })

  it('stays open after a failure', async () => {
    const gate = new SharedGate()
    const fail = () => Promise.reject(new Error('no'))
    await expect(gate.alone(fail)).rejects.toThrow('no')
    await expect(gate.share(fail)).rejects.toThrow('no')
    expect(await gate.alone(() => Promise.resolve(1))).toBe(1)
    expect(await gate.share(() => Promise.resolve(2))).toBe(2)
  })
})
