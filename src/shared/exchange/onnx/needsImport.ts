// Whether a file must be imported before images can be fed to it; not the import.
import { NetloomError } from '../../graph/errors'
import type { OnnxModel } from '../../onnx/model'
import { freeBatch, planInput } from './inputSize'
import { firstAligned } from './broadcastByAxis'
import { prepareGraph } from './prepare'

/**
 * True for files that take their images in another way than [N, C, H, W] of float32 and fixed extents: channels last,
 * 16-bit floats, whole numbers, open extents; or that do not end in the scores of classes. False also for files that cannot be imported; a runtime may still take those.
 */
export function needsImport(model: OnnxModel): boolean {
  try {
    const { graph, input, output, opset } = prepareGraph(model)
    const isOther = output !== model.graph.outputs[0]?.name || freeBatch(model) !== model
    if (isOther || opset < firstAligned) return true
    const { layout, isOpen } = planInput(input, graph.nodes, graph.initializers)
    const stated = model.graph.inputs.find(({ name }) => name === input.name)
    return layout === 'nhwc' || (layout === 'nchw' && isOpen) || stated?.dataType !== 'float32'
  } catch (error) {
    if (error instanceof NetloomError) return false
    throw error
  }
}
