// One node of constants computed by ONNX Runtime; which node that is, the import says (shared/exchange/onnx/runtimeConstants.ts).
import { NetloomError } from '../../shared/graph/errors'
import type { ConstantQuestion } from '../../shared/exchange/onnx/runtimeConstants'
import { encodeModel } from '../../shared/onnx/bytes'
import type { OnnxModel, OnnxTensor } from '../../shared/onnx/model'
import { computeOutputs } from '../engines/ort/rawModel'

/** The outputs of a node on constants; undefined where ONNX Runtime does not compute it either. */
export async function computeConstant(
  { opsets, irVersion }: Pick<OnnxModel, 'opsets' | 'irVersion'>,
  { node, inputs }: ConstantQuestion,
): Promise<readonly OnnxTensor[] | undefined> {
  const initializers = new Map<string, OnnxTensor>()
  node.inputs.forEach((name, index) => {
    const tensor = inputs[index]
    if (name !== '' && tensor) initializers.set(name, tensor)
  })
  const names = node.outputs.filter((name) => name !== '')
  const graph = { name: 'constant', inputs: [], outputs: [], initializers, nodes: [node] }
  const model = { irVersion, opsets, producerName: '', producerVersion: '', metadata: {}, graph }
  try {
    const outputs = await computeOutputs(encodeModel(model, { outputs: names }), names)
    return node.outputs.map(
      (name) => outputs.get(name) ?? { dataType: 'float32', dims: [0], data: new Float32Array(0) },
    )
  } catch (error) {
    if (error instanceof NetloomError) return undefined
    throw error
  }
}
