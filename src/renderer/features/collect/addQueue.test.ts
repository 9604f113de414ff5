// Images on their way: in order, and given up.
import { expect, it } from 'vitest'
import { AddQueue, type Job, type QueueState } from './addQueue'

const job = (name: string): Job => ({ className: 'a', file: new Blob(), name, batch: {} })

/** A queue whose work ends when it is told to. */
function makeQueue() {
  const begun: string[] = []
  const ends: (() => void)[] = []
  const told: (QueueState | null)[] = []
  const queue = new AddQueue(
    ({ name }) => {
      begun.push(name)
      return new Promise((resolve) => ends.push(resolve))
    },
    (state) => told.push(state),
  )
  const endOne = async (): Promise<void> => {
    ends.shift()?.()
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
  return { queue, begun, told, endOne }
}

it('does one after the other, in their order', async () => {
  const { queue, begun, told, endOne } = makeQueue()
  queue.put(['1', '2', '3'].map(job))
  expect([begun, queue.pending, told.at(-1)]).toEqual([['1'], 3, { done: 0, total: 3 }])
  await endOne()
  expect([begun, told.at(-1)]).toEqual([['1', '2'], { done: 1, total: 3 }])
  let isIdle = false
  void queue.idle().then(() => (isIdle = true))
  await endOne()
  expect(isIdle).toBe(false)
  await endOne()
  expect([begun, queue.pending, told.at(-1), isIdle]).toEqual([['1', '2', '3'], 0, null, true])
  await queue.idle()
})

it('gives up what has not begun, and begins anew', async () => {
  const { queue, begun, told, endOne } = makeQueue()
  queue.put(['1', '2', '3'].map(job))
  expect(queue.clear()).toBe(2)
  expect(told.at(-1)).toEqual({ done: 0, total: 1 })
  await endOne()
  queue.put([job('4')])
  expect([begun, told.at(-1)]).toEqual([['1', '4'], { done: 0, total: 1 }])
})
