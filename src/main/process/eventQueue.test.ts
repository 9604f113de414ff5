// Streams that are filled from outside: order, failures at the end, and readers that leave.
import { describe, expect, it } from 'vitest'
import { streamOf } from './eventQueue'

async function gather(stream: AsyncIterable<number>): Promise<{ values: number[]; error?: unknown }> {
  const values: number[] = []
  try {
    for await (const value of stream) values.push(value)
    return { values }
  } catch (error) {
    return { values, error }
  }
}

describe('streamOf', () => {
  it('gives what is pushed and the result last', async () => {
    const stream = streamOf<number>(undefined, async (push) => {
      push(1)
      await new Promise((resolve) => setTimeout(resolve, 1))
      push(0)
      return 3
    })
    expect(await gather(stream)).toEqual({ values: [1, 0, 3] })
  })

  it('gives a failure after the values before it', async () => {
    const stream = streamOf<number>(undefined, async (push) => {
      push(1)
      throw new Error('broken')
    })
    expect(await gather(stream)).toEqual({ values: [1], error: new Error('broken') })
  })

  it('tells the work when its reader leaves', async () => {
    let told: AbortSignal | undefined
    const stream = streamOf<number>(undefined, (push, signal) => {
      told = signal
      push(1)
      return new Promise(() => undefined)
    })
    for await (const value of stream) if (value === 1) break
    expect(told?.aborted).toBe(true)
  })

  it('ends when its signal does', async () => {
    const controller = new AbortController()
    const stream = streamOf<number>(controller.signal, () => new Promise(() => undefined))
    setTimeout(() => controller.abort(), 1)
    expect(await gather(stream)).toEqual({ values: [] })
  })
})
