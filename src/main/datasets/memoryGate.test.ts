import { expect, it } from 'vitest'
import { MemoryGate } from './memoryGate'

it('lets work pass while its bytes fit, larger work alone, and all of it in the end', async () => {
  const gate = new MemoryGate(10)
  let [present, most, done] = [0, 0, 0]
  const work = (bytes: number) =>
    gate.run(bytes, async () => {
      present += bytes
      most = Math.max(most, present)
      if (bytes > 10) expect(present).toBe(bytes)
      await new Promise((resolve) => setTimeout(resolve, 1))
      present -= bytes
      done++
    })
  await Promise.all([4, 4, 4, 30, 1, 9, 2].map(work))
  const failing = gate.run(10, () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  await work(10)
  expect([most, done]).toEqual([30, 8])
})
