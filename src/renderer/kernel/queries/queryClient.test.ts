// What holds for every request of the screen, whatever it asks.
import { onlineManager } from '@tanstack/react-query'
import { afterEach, expect, it } from 'vitest'
import { Action } from './action'
import { queryClient } from './queryClient'

afterEach(() => onlineManager.setOnline(true))

it('asks the core on this machine also while there is no network', async () => {
  onlineManager.setOnline(false)
  expect(await queryClient.fetchQuery({ queryKey: ['test'], queryFn: () => 'answer' })).toBe('answer')
  expect(await new Action((input: string) => Promise.resolve(`${input} done`)).run('it')).toBe('it done')
})
