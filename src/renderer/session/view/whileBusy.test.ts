// The sign of long work: there before the work holds the window up, gone after it and after a failure.
import { expect, it, vi } from 'vitest'
import { canvasStore } from './canvasStore'
import { whileBusy } from './whileBusy'

it('says what is done before it begins, and no more at its end', async () => {
  const drawn: (() => void)[] = []
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => drawn.push(draw))
  const work = vi.fn(() => canvasStore.getState().busyWith)
  const done = whileBusy('Expand "stage2"', work)
  expect([canvasStore.getState().busyWith, work.mock.calls.length]).toEqual(['Expand "stage2"', 0])
  for (const draw of drawn) draw()
  expect([await done, canvasStore.getState().busyWith]).toEqual(['Expand "stage2"', null])
})

it('is gone after a failure, and waits for no drawing of a hidden window', async () => {
  vi.stubGlobal('requestAnimationFrame', () => 0)
  const work = () => {
    throw new Error('no')
  }
  await expect(whileBusy('Fold', work)).rejects.toThrow('no')
  expect(canvasStore.getState().busyWith).toBeNull()
})
