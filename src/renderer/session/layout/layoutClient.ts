// Asks the layout thread for places and routes; the screen stays free meanwhile, and a newer request ends an older one.
import type { LayoutStyle, NetworkDocument } from '../../../shared/graph/document'
import { internalError } from '../../../shared/graph/errors'
import { buildRequest, readResult, type DocumentLayout, type RequestOptions } from './documentLayout'
import { layOutAtOnce } from './layoutGraph'
import type { LayoutRequest, LayoutResult } from './layoutRequest'

type Answer = { readonly result: LayoutResult } | { readonly error: string }

/** The layout under way. */
let running: { readonly cancel: () => void } | undefined
/** A thread that has loaded ELK and waits for its next layout. */
let waiting: Worker | undefined

function startWorker(): Worker {
  return new Worker(new URL('./layoutWorker.ts', import.meta.url), { type: 'module' })
}

/** Starts the thread before it is needed, so that the first layout does not wait for it. */
export function prepareLayout(): void {
  if (!running) waiting ??= startWorker()
}

/**
 * Lays a document out in a thread of its own.
 * @returns the moves and the ways of the wires, or undefined where a newer request took over
 * @throws NetloomError `internal` where the layout fails
 */
export async function layoutInWorker(
  document: NetworkDocument,
  style: LayoutStyle,
  options: RequestOptions = {},
): Promise<DocumentLayout | undefined> {
  const request = buildRequest(document, style, options)
  const result = await askLayout(request)
  return result && readResult(request, result, style)
}

/** Lays any graph out, as `layoutInWorker`: a chain at once, everything else in a thread. An older request is ended. */
export function askLayout(request: LayoutRequest): Promise<LayoutResult | undefined> {
  running?.cancel()
  const chain = layOutAtOnce(request)
  return chain ? Promise.resolve(chain) : askWorker(request)
}

function askWorker(request: LayoutRequest): Promise<LayoutResult | undefined> {
  const worker = waiting ?? startWorker()
  waiting = undefined
  return new Promise<LayoutResult | undefined>((resolve, reject) => {
    const listening = new AbortController()
    const end = (isUsable: boolean): void => {
      listening.abort()
      if (running === present) running = undefined
      if (isUsable && !waiting) waiting = worker
      else worker.terminate()
    }
    const present = {
      cancel: () => {
        end(false)
        resolve(undefined)
      },
    }
    running = present
    const { signal } = listening
    worker.addEventListener(
      'message',
      ({ data }: MessageEvent<Answer>) => {
        end(true)
        if ('error' in data) reject(internalError(`the layout failed: ${data.error}`))
        else resolve(data.result)
      },
      { signal },
    )
    worker.addEventListener(
      'error',
      ({ message }) => {
        end(false)
        reject(internalError(`the layout thread failed: ${message}`))
      },
      { signal },
    )
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    worker.postMessage(request)
  })
}
