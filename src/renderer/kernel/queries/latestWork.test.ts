// Only the latest work speaks: earlier answers, failures and ends that come late are dropped.
import { expect, it, vi } from 'vitest'
import { LatestWork, type Work } from './latestWork'

/** Work that ends when the test says so. */
function heldWork() {
  let end: () => void = () => undefined
  let fail: (error: unknown) => void = () => undefined
  const done = new Promise<void>((resolve, reject) => {
    end = resolve
    fail = reject
  })
  const seen: Work[] = []
  const work = (present: Work): Promise<void> => {
    seen.push(present)
    return done
  }
  return { work, seen, end: () => end(), fail: (error: unknown) => fail(error) }
}

it('aborts the work before it, and drops its late end and failure', async () => {
  const latest = new LatestWork()
  const [first, second] = [heldWork(), heldWork()]
  const ends = { onFailure: vi.fn(), onEnd: vi.fn() }
  const one = latest.run(first.work, ends)
  const other = { onFailure: vi.fn(), onEnd: vi.fn() }
  const two = latest.run(second.work, other)
  expect(first.seen[0]?.signal.aborted).toBe(true)
  expect([first.seen[0]?.isLatest(), second.seen[0]?.isLatest()]).toEqual([false, true])
  first.fail(new Error('late'))
  await one
  expect([ends.onFailure.mock.calls, ends.onEnd.mock.calls]).toEqual([[], []])
  second.end()
  await two
  expect([other.onFailure.mock.calls, other.onEnd.mock.calls]).toEqual([[], [[]]])
})

it('tells of a failure and then of the end', async () => {
  const latest = new LatestWork()
  const told: string[] = []
  await latest.run(() => Promise.reject(new Error('no')), {
    onFailure: (error) => told.push(String(error)),
    onEnd: () => told.push('end'),
  })
  expect(told).toEqual(['Error: no', 'end'])
})

it('says nothing after it was aborted', async () => {
  const latest = new LatestWork()
  const held = heldWork()
  const ends = { onFailure: vi.fn(), onEnd: vi.fn() }
  const done = latest.run(held.work, ends)
  latest.abort()
  held.fail(new Error('aborted'))
  await done
  expect(ends.onFailure).not.toHaveBeenCalled()
  expect(ends.onEnd).not.toHaveBeenCalled()
})
