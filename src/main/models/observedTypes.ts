// The types of values that operators without a shape rule give, seen in a run of the file in ONNX Runtime; not the import.
import { planInput } from '../../shared/exchange/onnx/inputSize'
import { prepareGraph } from '../../shared/exchange/onnx/prepare'
import { toInferenceMode } from '../../shared/exchange/onnx/inferenceMode'
import type { Shape } from '../../shared/graph/shape'
import { isOtherFloat } from '../../shared/exchange/onnx/widen'
import { NetloomError } from '../../shared/graph/errors'
import { encodeModel } from '../../shared/onnx/bytes'
import { hasShapeRule, type ValueType } from '../../shared/onnx/inferShapes'
import type { OnnxModel } from '../../shared/onnx/model'
import { openRawModel } from '../engines/ort/rawModel'

/** Inputs of more values than this are not tried: 4,096 x 4,096 pixels of three colours. */
const largestInput = 2 ** 26

/**
 * Runs a model once on zeros, one image or the batch that it fixes, and looks at every value that no rule here infers.
 * @returns the types by name, floats as float32; empty where ONNX Runtime does not run the file either
 */
export async function observeTypes(model: OnnxModel, inputShape?: Shape): Promise<ReadonlyMap<string, ValueType>> {
  const { graph, input } = prepareGraph(model)
  const names = graph.nodes.flatMap((node) => (hasShapeRule(node) ? [] : node.outputs.filter((name) => name !== '')))
  const { batch = 1, candidates } = planInput(input, graph.nodes, graph.initializers, inputShape)
  const dims = [batch, ...(candidates[0] ?? [])]
  const types = new Map<string, ValueType>()
  const size = dims.reduce((product, extent) => product * extent, 1)
  if (size > largestInput) return types
  try {
    const plain = toInferenceMode(model)
    const raw = await openRawModel(encodeModel(plain, { outputs: names }), input.name)
    try {
      const results = await raw.runMany({ dims, data: new Float32Array(size) }, names)
      names.forEach((name, index) => {
        const type = raw.typeOf(name) ?? 'float32'
        types.set(name, { dataType: isOtherFloat(type) ? 'float32' : type, dims: results[index]?.dims ?? [] })
      })
    } finally {
      await raw.dispose()
    }
  } catch (error) {
    if (!(error instanceof NetloomError)) throw error
  }
  return types
}
