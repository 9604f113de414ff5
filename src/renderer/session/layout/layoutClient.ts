// Asks the layout thread for places and routes; the screen stays free meanwhile, and a newer request ends an older one.
import type { LayoutStyle, NetworkDocument } from '../../../shared/graph/document'
import { internalError } from '../../../shared/graph/errors'
import { buildRequest, readResult, type DocumentLayout, type RequestOptions } from './documentLayout'
import type { LayoutRequest, LayoutResult } from './layoutRequest'

type Answer = { readonly result: LayoutResult } | { readonly error: string }

let running: { readonly worker: Worker; readonly cancel: () => void } | undefined

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

/** Ends the layout that is under way, if there is one. */
export function endLayout(): void {
  running?.cancel()
}

/** Lays any graph out in a thread of its own, as `layoutInWorker`; an older request is ended. */
export function askLayout(request: LayoutRequest): Promise<LayoutResult | undefined> {
  running?.cancel()
  const worker = new Worker(new URL('./layoutWorker.ts', import.meta.url), { type: 'module' })
  return new Promise<LayoutResult | undefined>((resolve, reject) => {
    const end = (): void => {
      worker.terminate()
      if (running?.worker === worker) running = undefined
    }
    running = {
      worker,
      cancel: () => {
        end()
        resolve(undefined)
      },
    }
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      end()
      if ('error' in data) reject(internalError(`the layout failed: ${data.error}`))
      else resolve(data.result)
    })
    worker.addEventListener('error', ({ message }) => {
      end()
      reject(internalError(`the layout thread failed: ${message}`))
    })
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    worker.postMessage(request)
  })
}
