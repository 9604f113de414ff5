// One of the two child processes of the bench, from the outside: started, asked, ended; not what it computes.
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { z } from 'zod'
import { NetloomError } from '../../shared/graph/errors'
import {
  errorReplySchema,
  memoryReplySchema,
  openReplySchema,
  runReplySchema,
  type Call,
  type OpenCall,
} from './protocol'

export interface OpenedNetwork {
  readonly version: string
  readonly parameters: number
}

/** A process that trains or runs one network. Calls do not overlap: await one before the next. */
export class Contender {
  private readonly child: ChildProcess
  private readonly replies: AsyncIterator<string>
  private complaints = ''

  /** @param title names the process in messages */
  constructor(
    readonly title: string,
    command: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ) {
    this.child = spawn(command, args, { stdio: 'pipe', env: { ...process.env, ...environment } })
    const { stdout, stderr, stdin } = this.child
    if (!stdout || !stderr || !stdin) throw new NetloomError('engine.failed', `${title} could not be started.`)
    this.replies = createInterface({ input: stdout })[Symbol.asyncIterator]()
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.complaints = (this.complaints + text).slice(-2000)
    })
    // A child that ends early shows in the missing reply.
    stdin.on('error', () => undefined)
    this.child.on('error', (error) => {
      this.complaints = error.message
    })
  }

  async open(call: Omit<OpenCall, 'call'>): Promise<OpenedNetwork> {
    return this.ask({ call: 'open', ...call }, openReplySchema)
  }

  /** Takes `steps` steps. @returns the seconds they took, measured inside the process */
  async run(steps: number): Promise<number> {
    return (await this.ask({ call: 'run', steps }, runReplySchema)).seconds
  }

  /** The largest resident set of the process so far, in bytes; null where the system does not tell. */
  async peakMemory(): Promise<number | null> {
    return (await this.ask({ call: 'memory' }, memoryReplySchema)).peakMemoryBytes
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined) return
    const gone = new Promise<void>((resolve) => this.child.once('exit', () => resolve()))
    this.child.stdin?.end()
    const stop = setTimeout(() => this.child.kill('SIGKILL'), 2000)
    await gone
    clearTimeout(stop)
  }

  private async ask<S extends z.ZodType>(call: Call, schema: S): Promise<z.output<S>> {
    this.child.stdin?.write(`${JSON.stringify(call)}\n`)
    const { value, done } = await this.replies.next()
    if (done === true) {
      throw new NetloomError('engine.failed', `${this.title} ended: ${this.complaints.trim() || 'it said nothing'}`)
    }
    const reply: unknown = JSON.parse(value)
    const failed = errorReplySchema.safeParse(reply)
    if (failed.success) throw new NetloomError('engine.failed', `${this.title}: ${failed.data.error}`)
    return schema.parse(reply)
  }
}
