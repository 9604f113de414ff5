// What a runtime wants of a graph; the runtimes are in targets/.
import type { GraphBuilder } from '../onnx/builder'
import { encodeModel } from '../onnx/bytes'
import { writtenIrVersion, writtenOpset, writtenProducer, type OnnxGraph } from '../onnx/model'

/** A runtime on a device, as far as graphs are made for it. */
export interface Target {
  /** `cpu, blocks of 16`: for messages and tests. */
  readonly name: string
  /** Whether its MaxPool can give the indices of its maxima, which the gradient then uses. */
  readonly givesMaxPoolIndices: boolean
  /** Whether its graphs are final: nothing is to be gained by the runtime's own optimiser. */
  readonly isFinal: boolean
  /** Writes a training step with operators and in layouts that the runtime has; composite operators are expanded. */
  rewrite(step: GraphBuilder): GraphBuilder
  /** Works around what its kernels lack or get wrong; values keep their names. */
  adapt(graph: OnnxGraph): OnnxGraph
}

/** The model around a graph of Netloom's own, with the operator sets that such graphs use. */
export function encodeFor({ adapt }: Pick<Target, 'adapt'>, graph: OnnxGraph): Uint8Array {
  return encodeModel({
    irVersion: writtenIrVersion,
    opsets: { '': writtenOpset, 'com.microsoft': 1, 'com.microsoft.nchwc': 1 },
    producerName: writtenProducer,
    producerVersion: '',
    metadata: {},
    graph: adapt(graph),
  })
}
