// The thread in which the automatic layout runs, with ELK; nothing else of the screen holds it.
import ELK from 'elkjs/lib/elk.bundled.js'
import { layoutGraph } from './layoutGraph'
import type { LayoutRequest } from './layoutRequest'

const elk = new ELK()
// ELK takes every message of a thread for one of its own, unless it is told otherwise.
// oxlint-disable-next-line unicorn/prefer-add-event-listener -- it is taken away, not added
globalThis.onmessage = null

async function answer(request: LayoutRequest): Promise<void> {
  try {
    postMessage({ result: await layoutGraph(request, (graph) => elk.layout(graph)) })
  } catch (error) {
    postMessage({ error: error instanceof Error ? error.message : String(error) })
  }
}

addEventListener('message', ({ data }: MessageEvent<LayoutRequest>) => void answer(data))
