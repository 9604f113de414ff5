// Rounds of work played by hand: told step by step, cancelled, taken over by a newer one, failed, answered late.
import { expect, it, vi } from 'vitest'
import { Work, type WorkStep } from './work'

interface Played {
  readonly step: WorkStep<string>
  readonly finish: (told: string) => void
  readonly fail: (error: Error) => void
}

/** Work whose rounds the test plays, by what they were asked. */
function play() {
  const rounds = new Map<string, Played>()
  const work = new Work<string, string>(`test ${Math.random()}`, (asked, step) => {
    return new Promise((finish, fail) => rounds.set(asked, { step, finish, fail }))
  })
  const round = (asked: string): Played => rounds.get(asked) ?? expect.unreachable(`${asked} was not begun`)
  return { work, round }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5))

it('tells how far it is, and what came out', async () => {
  const { work, round } = play()
  expect(work.getState()).toEqual({ asked: null, told: null, isRunning: false, error: null })
  const heard = vi.fn<(told: string | null) => void>()
  const end = work.subscribe(({ told }) => heard(told))
  const answer = work.start('a')
  await settle()
  expect(work.getState()).toEqual({ asked: 'a', told: null, isRunning: true, error: null })
  expect(work.getState()).toBe(work.getState())
  round('a').step.tell('half')
  expect(work.getState()).toMatchObject({ told: 'half', isRunning: true })
  round('a').finish('whole')
  expect(await answer).toBe('whole')
  expect(work.getState()).toEqual({ asked: 'a', told: 'whole', isRunning: false, error: null })
  expect(heard.mock.calls.flat()).toEqual(expect.arrayContaining(['half', 'whole']))
  end()
})

it('keeps what was told when it is cancelled, and hears nothing of that round any more', async () => {
  const { work, round } = play()
  const answer = work.start('a')
  await settle()
  round('a').step.tell('half')
  work.cancel()
  expect(round('a').step.signal.aborted).toBe(true)
  round('a').step.tell('late')
  round('a').finish('late')
  expect(await answer).toBeUndefined()
  await settle()
  expect(work.getState()).toEqual({ asked: 'a', told: 'half', isRunning: false, error: null })
})

it('goes over to a newer round, whichever answers last', async () => {
  const { work, round } = play()
  const [first, second] = [work.start('a'), (await settle(), work.start('b'))]
  await settle()
  expect(round('a').step.signal.aborted).toBe(true)
  round('b').finish('of b')
  round('a').finish('of a')
  round('a').step.tell('of a')
  expect(await Promise.all([first, second])).toEqual([undefined, 'of b'])
  expect(work.getState()).toMatchObject({ asked: 'b', told: 'of b' })
})

it('has the failure of its latest round only, until it is put away', async () => {
  const { work, round } = play()
  const failed = work.start('a')
  await settle()
  const reason = new Error('no')
  round('a').fail(reason)
  expect(await failed).toBeUndefined()
  expect(work.getState()).toMatchObject({ error: reason, isRunning: false })
  void work.start('b')
  expect(work.getState()).toMatchObject({ asked: 'b', error: null, isRunning: true })
  work.putAway()
  round('b')?.fail(reason)
  await settle()
  expect(work.getState()).toEqual({ asked: null, told: null, isRunning: false, error: null })
})
