// Whether an operator that is kept computes a batch of any size as the file computes its own; not the keeping.
import { NetloomError } from '../../graph/errors'
import { printShape, type Shape } from '../../graph/shape'
import { layerOf } from '../../layers/index'
import { trialBatch } from '../../layers/parts/onnxOperands'
import { isSameShape } from '../../network/weights'
import type { OnnxNode } from '../../onnx/model'
import { describeNode } from './describeNode'
import type { LayerMatch } from './match'

/**
 * @param shapeOf extents of a value of the file for one image
 * @throws NetloomError `onnx.unsupported` where the layer would not give the file's shapes with a batch of another size
 */
export function requireAnyBatch(
  match: LayerMatch,
  node: OnnxNode,
  shapeOf: (value: string) => Shape | undefined,
): void {
  if (match.type === 'alias') return
  const definition = layerOf(match.type)
  const inputs = match.inputs.map((value) => shapeOf(value) ?? [])
  const params = definition.params.parse(match.params)
  const refuse = (reason: string): NetloomError =>
    new NetloomError('onnx.unsupported', `${describeNode(node)} fits one size of batch only: ${reason}`, {
      nodeId: node.name,
      received: node.opType,
      hint: 'A network here computes every image of a batch alike.',
    })
  let outputs: readonly Shape[]
  try {
    outputs = definition.infer({ nodeId: node.name, params, inputs, inputNames: match.inputs }).outputs
  } catch (error) {
    if (!(error instanceof NetloomError)) throw error
    throw error.code === 'layer.shape' ? refuse(reasonOf(error)) : error
  }
  node.outputs.slice(0, outputs.length).forEach((value, index) => {
    const [given, expected] = [outputs[index] ?? [], shapeOf(value)]
    if (expected && !isSameShape(given, expected))
      throw refuse(`its output "${value}" would be ${printShape(given)} instead of ${printShape(expected)}.`)
  })
}

/** What a shape rule says, without the names before it and the advice behind it, which are about layers. */
function reasonOf({ message, hint = '' }: NetloomError): string {
  const rule = message.slice(0, message.length - hint.length).trim()
  return rule.replace(/^(?:[\w ]+ "[^"]*": )+/, '').replaceAll(String(trialBatch), 'N')
}
