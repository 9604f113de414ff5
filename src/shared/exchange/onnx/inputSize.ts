// The extents of a foreign network's image: stated by the file, given by a person, or tried; not the fold that tries them.
import type { Dim, OnnxModel, OnnxNode, OnnxTensor, ValueInfo } from '../../onnx/model'
import { NetloomError } from '../../graph/errors'

/** How the input lies: images as [N, C, H, W], as [N, H, W, C], or vectors [N, F]. */
export type InputLayout = 'nchw' | 'nhwc' | 'vector'

/** Extents to try, in order, for one image as the file has it. */
export interface InputPlan {
  readonly layout: InputLayout
  /** The batch size that the file fixes. */
  readonly batch: number | undefined
  /** Without the batch axis; the first that fits is taken. */
  readonly candidates: readonly (readonly number[])[]
  /** Whether height and width are open in the file. */
  readonly isOpen: boolean
}

/** Heights and widths that classifiers are trained with, the most usual first. */
export const usualExtents = [224, 32, 28, 64, 96, 128, 160, 192, 227, 240, 256, 299, 331, 380, 384, 448, 512, 600]

/**
 * Plans which extents to try.
 * @param given [C, H, W] or [F] from a person; overrides open extents
 * @throws NetloomError `onnx.unsupported` for inputs that are neither images nor vectors
 */
export function planInput(
  input: ValueInfo,
  nodes: readonly OnnxNode[],
  initializers: ReadonlyMap<string, OnnxTensor>,
  given?: readonly number[],
): InputPlan {
  const dims = input.dims ?? ['', '', '', '']
  if (dims.length !== 4 && dims.length !== 2)
    throw new NetloomError('onnx.unsupported', `The input "${input.name}" is [${dims.join(', ')}].`, {
      expected: '[N, C, H, W] or [N, F]',
      received: dims,
      hint: 'A network here takes images or vectors.',
    })
  const rest = dims.slice(1)
  const layout: InputLayout = dims.length === 2 ? 'vector' : isChannelsLast(input.name, nodes) ? 'nhwc' : 'nchw'
  const stated = rest.map((extent) => (typeof extent === 'number' && extent > 0 ? extent : undefined))
  const known = given && (layout === 'nhwc' ? [...given.slice(1), ...given.slice(0, 1)] : given)
  const channelAxis = layout === 'nhwc' ? 2 : 0
  const channels = stated[channelAxis] ?? known?.[channelAxis] ?? findChannels(input.name, nodes, initializers) ?? 3
  const isOpen = stated.some((extent, axis) => extent === undefined && (layout === 'vector' || axis !== channelAxis))
  const tries = known || !isOpen ? [0] : usualExtents
  const candidates = tries.map((size) =>
    stated.map(
      (extent, axis) => extent ?? (axis === channelAxis && layout !== 'vector' ? channels : (known?.[axis] ?? size)),
    ),
  )
  return { layout, batch: batchOf(dims), candidates, isOpen }
}

/** Batches of more values than this are taken for open: no machine computes them at once. */
const largestBatch = 2 ** 28

/** The batch size that a file fixes, where it is one that can be computed. */
function batchOf(dims: readonly Dim[]): number | undefined {
  const [batch, ...rest] = dims
  if (typeof batch !== 'number' || batch <= 0) return undefined
  const values = rest.reduce<number>((product, extent) => product * (typeof extent === 'number' ? extent : 1), batch)
  return values <= largestBatch ? batch : undefined
}

/** The model with its batch left open where it fixes one that no machine computes at once; else itself. */
export function freeBatch(model: OnnxModel): OnnxModel {
  const isHuge = ({ dims }: ValueInfo): boolean => typeof dims?.[0] === 'number' && dims[0] > 0 && !batchOf(dims)
  const { graph } = model
  if (!graph.inputs.some((input) => !graph.initializers.has(input.name) && isHuge(input))) return model
  const open = (info: ValueInfo): ValueInfo =>
    isHuge(info) ? { ...info, dims: ['N', ...(info.dims ?? []).slice(1)] } : info
  const inputs = graph.inputs.map((input) => (graph.initializers.has(input.name) ? input : open(input)))
  const { valueInfo: _, ...rest } = graph
  return { ...model, graph: { ...rest, inputs, outputs: graph.outputs.map(open) } }
}

/** Files from TensorFlow take [N, H, W, C] and turn it at once. */
function isChannelsLast(input: string, nodes: readonly OnnxNode[]): boolean {
  const users = nodes.filter(({ inputs }) => inputs.includes(input))
  return users.length > 0 && users.every((node) => isTurn(node))
}

/** A Transpose from [N, H, W, C] to [N, C, H, W]. */
export function isTurn({ opType, attributes }: OnnxNode): boolean {
  const perm = attributes['perm']
  return opType === 'Transpose' && perm?.type === 'ints' && perm.value.join() === '0,3,1,2'
}

/** What the first convolution on the image takes. */
function findChannels(
  input: string,
  nodes: readonly OnnxNode[],
  initializers: ReadonlyMap<string, OnnxTensor>,
): number | undefined {
  const first = nodes.find(({ opType, inputs }) => opType === 'Conv' && inputs[0] === input)
  const group = first?.attributes['group']
  const depth = initializers.get(first?.inputs[1] ?? '')?.dims[1]
  return depth === undefined ? undefined : depth * (group?.type === 'int' ? group.value : 1)
}
