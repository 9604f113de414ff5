// Child processes that answer, crash, hang, talk nonsense or cannot be started: real ones, written by the tests.
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ChildTask, describeEnd, type ChildTaskOptions } from '../../src/main/process/ChildTask'

const folder = mkdtempSync(join(tmpdir(), 'netloom-child-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const messages = z.object({ number: z.number() })
type Message = z.output<typeof messages>

let scripts = 0
function start(code: string, options: Partial<ChildTaskOptions<Message>> = {}) {
  const script = join(folder, `child-${scripts++}.mjs`)
  writeFileSync(script, code)
  const heard: number[] = []
  const task = new ChildTask<{ readonly go: boolean }, Message>({
    script,
    messages,
    onMessage: ({ number }) => heard.push(number),
    ...options,
  })
  return { task, heard }
}

describe('a child task', () => {
  it('is told something and tells its answers, the last ones on its way out', async () => {
    const { task, heard } = start(`
      process.once('message', () => {
        for (let number = 0; number < 500; number++) process.send({ number })
        process.send({ number: 500 }, () => process.exit(0))
      })`)
    task.send({ go: true })
    const end = await task.ended
    expect(heard).toEqual(Array.from({ length: 501 }, (_, number) => number))
    expect(end).toMatchObject({ exitCode: 0, signal: null, isLate: false })
  })

  it('ends with the code or the signal of its process', async () => {
    expect(describeEnd(await start('process.exit(3)').task.ended)).toBe('ended with exit code 3')
    expect(describeEnd(await start(`process.kill(process.pid, 'SIGKILL')`).task.ended)).toBe('was ended by SIGKILL')
    expect(describeEnd(await start('throw new Error("x")').task.ended)).toBe('ended with exit code 1')
  })

  it('is ended where it takes too long, even one that refuses to stop', async () => {
    const { task } = start(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`, { patienceMs: 400 })
    const end = await task.ended
    expect(end.isLate).toBe(true)
    expect(describeEnd(end, 400)).toBe('did not end within 0.4 s')
  })

  it('is ended by a signal, and never started where that was given before', async () => {
    const stop = new AbortController()
    const { task } = start('setInterval(() => {}, 1000)', { signal: stop.signal })
    stop.abort()
    expect((await task.ended).signal).toBe('SIGKILL')
    expect(() => start('', { signal: AbortSignal.abort(new Error('not wanted')) })).toThrow('not wanted')
  })

  it('leaves messages of another form aside, and says so at the end', async () => {
    const { task, heard } = start(`
      process.send({ number: 'seven' })
      process.send('nonsense')
      process.send({ number: 7 }, () => process.exit(1))`)
    const end = await task.ended
    expect(heard).toEqual([7])
    expect(end.misfit).toMatch(/^number: /)
    expect(describeEnd(end)).toContain('said what is not understood (number: ')
  })

  it('ends the process and rejects where its listener throws, instead of ending this process', async () => {
    const { task } = start(`process.send({ number: 1 }); setInterval(() => {}, 1000)`, {
      onMessage: () => {
        throw new Error('the listener failed')
      },
    })
    await expect(task.ended).rejects.toThrow('the listener failed')
  })

  it('says why it could not be started', async () => {
    const { task } = start('', { workingDirectory: join(folder, 'nowhere') })
    expect(describeEnd(await task.ended)).toMatch(/^could not be started: .*ENOENT/)
  })

  it('can be told and ended when it is over', async () => {
    const { task } = start('')
    await task.ended
    task.send({ go: true })
    task.kill()
    expect((await task.ended).exitCode).toBe(0)
  })

  it('keeps what its process writes to standard error, or writes it to a file', async () => {
    const kept = await start(`console.error('a'.repeat(300_000)); console.error('the end')`, { output: 'keepErrors' })
      .task.ended
    expect(kept.stderr).toHaveLength(300_001 + 'the end\n'.length)
    const log = join(folder, 'log.txt')
    const written = await start(`console.log('out'); console.error('err')`, { output: openSync(log, 'a') }).task.ended
    expect(written.stderr).toBe('')
    expect(readFileSync(log, 'utf8')).toBe('out\nerr\n')
  })

  it('does not wait for a process that its own left behind with the pipe', async () => {
    const { task } = start(
      `import { spawn } from 'node:child_process'
       spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)'], { stdio: ['ignore', 'ignore', 'inherit'], detached: true }).unref()
       process.send({ number: 1 }, () => process.exit(0))`,
      { output: 'keepErrors' },
    )
    const began = performance.now()
    expect((await task.ended).exitCode).toBe(0)
    expect(performance.now() - began).toBeLessThan(15_000)
  })
})
