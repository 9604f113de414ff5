// One child process of Netloom: started, told, heard, ended, in one way for all; not what it does nor what its messages mean.
import { fork, type ChildProcess } from 'node:child_process'
import type { z } from 'zod'
import { NetloomError } from '../../shared/graph/errors'

/** Of what a process writes to its standard error, this much of the end is kept. */
const keptErrorBytes = 1 << 26
/** How long after its end the rest of its output may take. */
const outputPatienceMs = 2000

export interface ChildTaskOptions<Message> {
  /** The script that the process runs. */
  readonly script: string
  readonly args?: readonly string[]
  /** What it may say. A message of another form is noted (`ChildEnd.misfit`) and otherwise left aside. */
  readonly messages: z.ZodType<Message>
  /** Told every message in order, also those that arrive after the process has ended. */
  readonly onMessage: (message: Message) => void
  /** Its output: a file descriptor, `keepErrors` (ChildEnd.stderr), or, left out, nowhere. */
  readonly output?: number | 'keepErrors'
  readonly workingDirectory?: string
  /** Variables beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>
  /** Lives on when this process ends. */
  readonly isDetached?: boolean
  /** Ends it at once, with SIGKILL. */
  readonly signal?: AbortSignal
  /** A process that has not ended by then, in milliseconds, is ended; left out: it may take any time. */
  readonly patienceMs?: number
}

/** How a process ended. */
export interface ChildEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** Whether it was ended for having taken longer than it may. */
  readonly isLate: boolean
  /** The end of what it wrote to its standard error, where that is kept. */
  readonly stderr: string
  /** Why the first message that does not fit was refused. */
  readonly misfit?: string
  /** Why there was no process at all. */
  readonly startFailure?: unknown
}

/** A running child process. */
export class ChildTask<Command extends object, Message> {
  /** Resolves when the process has ended and all its messages were told; rejects with what `onMessage` threw. */
  readonly ended: Promise<ChildEnd>
  private readonly child: ChildProcess
  private isLate = false
  private misfit: string | undefined
  private startFailure: unknown
  private stderr = ''
  private listenerFailure: { readonly error: unknown } | undefined

  /** @throws the reason of the signal where that is aborted already */
  constructor(private readonly options: ChildTaskOptions<Message>) {
    const { script, args = [], output, workingDirectory, environment, isDetached = false, signal } = options
    signal?.throwIfAborted()
    const sink = typeof output === 'number' ? output : 'ignore'
    this.child = fork(script, [...args], {
      serialization: 'advanced',
      stdio: ['ignore', sink, output === 'keepErrors' ? 'pipe' : sink, 'ipc'],
      execArgv: [],
      detached: isDetached,
      cwd: workingDirectory,
      env: { ...process.env, ...environment },
    })
    this.ended = this.follow()
    // Whoever started it may look at the end much later.
    this.ended.catch(() => undefined)
  }

  /** Tells it something. One that has ended cannot be told anything, and its end is reported by `ended`. */
  send(command: Command): void {
    if (this.child.connected) this.child.send(command, () => undefined)
  }

  /** Ends it at once. */
  kill(): void {
    this.child.kill('SIGKILL')
  }

  /** Lets this process end although the other lives: it then ends when it notices, by `disconnect`. */
  unref(): void {
    this.child.unref()
    this.child.channel?.unref()
  }

  /** Keeps this process alive again while the other lives. */
  ref(): void {
    this.child.ref()
    this.child.channel?.ref()
  }

  private async follow(): Promise<ChildEnd> {
    const { child } = this
    const { signal, patienceMs } = this.options
    const kill = (): void => this.kill()
    const timer =
      patienceMs === undefined
        ? undefined
        : setTimeout(() => {
            this.isLate = true
            kill()
          }, patienceMs)
    signal?.addEventListener('abort', kill)
    child.on('message', (message) => this.receive(message))
    const outputEnd = this.keepErrors()
    try {
      await this.waitForEnd()
      await outputEnd
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', kill)
    }
    if (this.listenerFailure) throw this.listenerFailure.error
    const { isLate, stderr, misfit, startFailure } = this
    return { exitCode: child.exitCode, signal: child.signalCode, isLate, stderr, misfit, startFailure }
  }

  /** Messages that are on their way come before `disconnect`, but may come after `exit`: both are waited for. */
  private waitForEnd(): Promise<void> {
    const { child } = this
    return new Promise((resolve) => {
      let missing = 2
      const one = (): void => {
        if (--missing === 0) resolve()
      }
      child.once('exit', one)
      child.once('disconnect', one)
      child.on('error', (error) => {
        // Failing to kill or to tell a process that runs is no failure to start it.
        if (child.pid !== undefined) return
        this.startFailure = error
        resolve()
      })
    })
  }

  private async keepErrors(): Promise<void> {
    const { stderr } = this.child
    if (!stderr) return
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-keptErrorBytes)
    })
    await new Promise<void>((resolve) => {
      stderr.once('close', resolve)
      // A process of its own that it left behind may hold the pipe open.
      this.child.once('exit', () => setTimeout(resolve, outputPatienceMs).unref())
      this.child.once('error', () => resolve())
    })
  }

  private receive(message: unknown): void {
    const parsed = this.options.messages.safeParse(message)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      this.misfit ??= `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not readable'}`
      return
    }
    if (this.listenerFailure) return
    try {
      this.options.onMessage(parsed.data)
    } catch (error) {
      this.listenerFailure = { error }
      this.kill()
    }
  }
}

/** How a process ended, to stand behind its name: `was ended by SIGKILL`, `ended with exit code 3`. */
export function describeEnd({ exitCode, signal, isLate, misfit, startFailure }: ChildEnd, patienceMs = 0): string {
  if (startFailure !== undefined) {
    const why = startFailure instanceof Error ? startFailure.message : 'unknown'
    return `could not be started: ${why}`
  }
  if (isLate) return `did not end within ${patienceMs / 1000} s`
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${exitCode ?? 'unknown'}`
  return misfit === undefined ? how : `${how} and said what is not understood (${misfit})`
}

/** The other side: what a process of this kind tells its parent. @returns when it has been handed over */
export function tellParent(message: object): Promise<void> {
  return new Promise((resolve) => {
    if (process.send && process.connected) process.send(message, undefined, undefined, () => resolve())
    else resolve()
  })
}

/**
 * The other side: what such a process is told. A command of another form ends the process, which has nothing to do then.
 * @throws NetloomError internal where the process was not started by a parent
 */
export function hearParent<Command>(commands: z.ZodType<Command>, onCommand: (command: Command) => void): void {
  if (!process.send) throw new NetloomError('internal', 'internal: this process is started by Netloom alone.')
  process.on('message', (message) => onCommand(commands.parse(message)))
}
