// An operator of a file by its name, for messages.
import type { OnnxNode } from '../../onnx/model'

/** `Conv "layer1/conv"`; a node without a name by its first output. */
export function describeNode({ opType, name, outputs }: OnnxNode): string {
  return `${opType} "${name === '' ? (outputs[0] ?? '') : name}"`
}
