// The thread in which the automatic layout runs.
import { layoutGraph, type LayoutRequest } from './layoutGraph'

addEventListener('message', ({ data }: MessageEvent<LayoutRequest>) => {
  try {
    postMessage({ positions: layoutGraph(data) })
  } catch (error) {
    postMessage({ error: error instanceof Error ? error.message : String(error) })
  }
})
