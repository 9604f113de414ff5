// The form in which a network wants its images, from its input layer; not bringing them into it (datasets/).
import { requireSound } from '../../shared/network/inferDocument'
import type { ImageFormat, ResizePolicy } from '../../shared/datasets/dataset'
import type { NetworkDocument } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import { printShape } from '../../shared/graph/shape'

/** How a network wants its images. @throws NetloomError graph.inputs where its input is no image */
export function imageFormat(document: NetworkDocument, resize: ResizePolicy): ImageFormat {
  const { inputNode } = requireSound(document)
  const shape = inputNode.outputs[0] ?? []
  const [channels, height, width] = shape
  if (shape.length !== 3 || (channels !== 1 && channels !== 3) || height === undefined || width === undefined)
    throw new NetloomError(
      'graph.inputs',
      `Input "${inputNode.node.id}" is ${printShape(shape)}, and images are [N, C, H, W] with 1 or 3 channels.`,
      { nodeId: inputNode.node.id, expected: '[N, C, H, W]', received: shape, hint: 'Change its shape.' },
    )
  return { channels, height, width, resize }
}
