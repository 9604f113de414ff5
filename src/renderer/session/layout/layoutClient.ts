// Asks the layout thread for positions; the screen stays free meanwhile, and a newer request ends an older one.
import type { NetworkDocument } from '../../../shared/graph/document'
import { internalError } from '../../../shared/graph/errors'
import type { Direction } from './canvasGeometry'
import type { LayoutRequest, LayoutResult } from './layoutGraph'
import type { Move } from './canvasGeometry'

type Answer = { readonly positions: LayoutResult } | { readonly error: string }

let running: { readonly worker: Worker; readonly cancel: () => void } | undefined

/**
 * Lays a document out in a thread of its own.
 * @param only the nodes to place; left out: all
 * @returns the moves, or undefined where a newer request took over
 * @throws NetloomError `internal` where the layout fails
 */
export async function layoutInWorker(
  document: NetworkDocument,
  direction: Direction,
  only?: ReadonlySet<string>,
): Promise<readonly Move[] | undefined> {
  const nodes = document.nodes.filter(({ id }) => !only || only.has(id)).map(({ id }) => id)
  const wanted = new Set<string>(nodes)
  const edges = document.edges
    .filter(({ from, to }) => wanted.has(from.node) && wanted.has(to.node))
    .map(({ from, to }): [string, string] => [from.node, to.node])
  const positions = await askLayout({ direction, nodes, edges })
  return positions && nodes.flatMap((id, index) => (positions[index] ? [{ id, position: positions[index] }] : []))
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
      else resolve(data.positions)
    })
    worker.addEventListener('error', ({ message }) => {
      end()
      reject(internalError(`the layout thread failed: ${message}`))
    })
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    worker.postMessage(request)
  })
}
