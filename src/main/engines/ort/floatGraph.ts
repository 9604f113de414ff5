// A graph of Netloom's own that takes and gives float32 numbers, on the CPU; what it computes is its maker's.
import { Tensor as RuntimeTensor } from './silencedRuntime'
import type { OnnxGraph } from '../../../shared/onnx/model'
import type { Tensor } from '../../../shared/onnx/tensor'
import { fromRuntime } from './rawTensors'
import { encodeGraph, openSession, runSession } from './runtime'

export interface FloatGraph {
  /** @returns the outputs by name @throws NetloomError `engine.failed` */
  run(feeds: ReadonlyMap<string, Tensor>): Promise<ReadonlyMap<string, Tensor>>
  dispose(): Promise<void>
}

/** @throws NetloomError `engine.failed` */
export async function openFloatGraph(graph: OnnxGraph): Promise<FloatGraph> {
  const session = await openSession(encodeGraph(graph), { device: 'cpu' })
  return {
    async run(feeds) {
      const tensors = Array.from(feeds, ([name, { dims, data }]) => [name, new RuntimeTensor('float32', data, dims)])
      const results = await runSession(session, Object.fromEntries(tensors), 'cpu')
      return new Map(Object.entries(results).map(([name, value]) => [name, fromRuntime(value)]))
    },
    dispose: () => session.release(),
  }
}
