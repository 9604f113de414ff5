// Decoding large images in a process that can be ended: by a signal, for its memory, for its time; what it does is decoderProcess.ts.
import type { ImageFormat } from '../../shared/datasets/dataset'
import { NetloomError } from '../../shared/graph/errors'
import { findBuiltEntry } from '../process/builtEntry'
import { ChildTask, describeEnd, type ChildEnd } from '../process/ChildTask'
import { orAborted } from '../process/parallel'
import { restoreError } from '../process/sentErrors'
import { largestMemoryBytes, longestMs } from './decoderLimits'
import { decoderMessageSchema, type DecoderCommand, type DecoderMessage } from './decoderMessages'
import { MemoryGate } from './memoryGate'
import { SharedGate } from './sharedGate'

/** What is asked of the process. */
export interface HeavyJob {
  readonly source: string | Uint8Array
  /** Decode for a network; left out: look at all of it. */
  readonly format?: ImageFormat
  /** What it needs, about. */
  readonly bytes: number
}

export interface ApartOptions {
  /** The script of the process. */
  readonly script?: string
  /** An image that takes longer is given up. */
  readonly patienceMs?: number
  /** A process that has had nothing to do for so long is ended, and its memory goes with it. */
  readonly idleMs?: number
}

type Answer = Extract<DecoderMessage, { readonly kind: 'pixels' | 'seen' }>

/** Why a process ended before it answered. */
class Lost extends Error {}

interface Asked {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** A process, and who waits for its answers. */
class Decoder {
  readonly asked = new Map<number, Asked>()
  private readonly task: ChildTask<DecoderCommand, DecoderMessage>
  private isLate = false
  private isFull = false
  hasEnded = false

  constructor(
    script: string,
    private readonly patienceMs: number,
  ) {
    this.task = new ChildTask({
      script,
      messages: decoderMessageSchema,
      onMessage: (message) => this.receive(message),
    })
    void this.task.ended.then((end) => this.lose(end))
  }

  send(command: DecoderCommand): void {
    this.task.send(command)
  }

  /** Lets the program end although this process waits for work. */
  rest(): void {
    this.task.unref()
  }

  work(): void {
    this.task.ref()
  }

  end(isLate = false): void {
    this.hasEnded = true
    this.isLate ||= isLate
    this.task.kill()
  }

  private receive(message: DecoderMessage): void {
    if (message.kind === 'full') {
      this.isFull = true
      return
    }
    const asked = this.asked.get(message.job)
    if (message.kind === 'failed') asked?.reject(restoreError(message.error))
    else asked?.resolve(message)
  }

  private lose(end: ChildEnd): void {
    this.hasEnded = true
    const why = this.isLate
      ? `decoding it takes more than ${this.patienceMs / 1000} s`
      : this.isFull
        ? `decoding it takes more than ${largestMemoryBytes / 2 ** 20} MiB of memory`
        : `the process that decodes it ${describeEnd(end)}`
    for (const { reject } of this.asked.values()) reject(new Lost(why))
  }
}

/**
 * Decodes large images, as many at a time as the memory allows, in one process that is started when it is wanted and
 * replaced when it ends. Where it ends with several images under way, each is tried again alone: one that costs too much
 * spoils none of the others.
 */
export class ApartDecoder {
  private decoder: Decoder | undefined
  private readonly gate = new SharedGate()
  private readonly memory = new MemoryGate(2 ** 29)
  private jobs = 0
  private idle: NodeJS.Timeout | undefined

  constructor(private readonly options: ApartOptions = {}) {}

  /** @throws NetloomError dataset.unreadable, its message is the reason alone; the reason of the signal */
  run(job: HeavyJob, signal?: AbortSignal): Promise<Answer> {
    return orAborted(this.runInTurn(job, signal), signal)
  }

  private async runInTurn(job: HeavyJob, signal: AbortSignal | undefined): Promise<Answer> {
    const ask = (): Promise<Answer> => this.ask(job, signal)
    try {
      return await this.gate.share(() => this.memory.run(job.bytes, ask))
    } catch (error) {
      if (!(error instanceof Lost)) throw error
    }
    return this.gate.alone(ask).catch((error: unknown) => {
      throw error instanceof Lost ? new NetloomError('dataset.unreadable', error.message, { cause: error }) : error
    })
  }

  private async ask({ source, format }: HeavyJob, signal: AbortSignal | undefined): Promise<Answer> {
    signal?.throwIfAborted()
    clearTimeout(this.idle)
    const { patienceMs = longestMs } = this.options
    if (!this.decoder || this.decoder.hasEnded)
      this.decoder = new Decoder(this.options.script ?? findBuiltEntry('decoder'), patienceMs)
    const { decoder } = this
    const job = this.jobs++
    // What is not wanted any more, or takes too long, ends with the process that does it.
    const end = (): void => decoder.end()
    const timer = setTimeout(() => decoder.end(true), patienceMs)
    signal?.addEventListener('abort', end, { once: true })
    try {
      return await new Promise<Answer>((resolve, reject) => {
        decoder.asked.set(job, { resolve, reject })
        decoder.work()
        decoder.send({ job, source, format })
      })
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      decoder.asked.delete(job)
      if (decoder.asked.size === 0) this.rest(decoder)
    }
  }

  private rest(decoder: Decoder): void {
    if (decoder.hasEnded) return
    decoder.rest()
    clearTimeout(this.idle)
    this.idle = setTimeout(() => decoder.end(), this.options.idleMs ?? 500).unref()
  }
}
