// Values inside a network for one image, on the CPU of ONNX Runtime; predictions stand in predictionSession.ts.
import { Tensor as RuntimeTensor } from './silencedRuntime'
import { lowerDocument } from '../../../shared/lower/lower'
import type { PredictionRequest } from '../../../shared/training/computeEngine'
import type { Tensor } from '../../../shared/onnx/tensor'
import { internalError, NetloomError } from '../../../shared/graph/errors'
import { countElements, type Shape } from '../../../shared/graph/shape'
import { encodeGraph, openSession, runSession } from './runtime'

/** An output of a primitive layer, with its extents for one image. */
export interface WantedValue {
  readonly node: string
  readonly portIndex: number
  readonly shape: Shape
}

/**
 * Computes inner values of a network.
 * @param pixels [C, H, W] of one image, 0 ... 255
 * @returns one tensor per wanted value, in their order; the input layer gives the scaled pixels
 * @throws NetloomError as `lowerDocument`; `graph.dangling` for a layer that only training has; `engine.failed`
 */
export async function readLayerValues(
  request: PredictionRequest,
  wanted: readonly WantedValue[],
  pixels: Uint8Array,
): Promise<readonly Tensor[]> {
  const { document, weights, scaling } = request
  const lowered = lowerDocument(document, { mode: 'inference', weights, scaling, scalingInside: true })
  const names = wanted.map(({ node, portIndex }) => {
    const values = [...lowered.values].find(([id]) => id === node)?.[1]
    if (!values) throw sideBranch(node)
    const found = values[portIndex]
    if (found === undefined) throw internalError(`"${node}" has no value ${portIndex}`)
    return found
  })
  const outputs = wanted.flatMap(({ shape }, index) => {
    const name = names[index] ?? ''
    return names.indexOf(name) < index ? [] : [{ name, dataType: 'float32' as const, dims: ['N', ...shape] }]
  })
  const session = await openSession(encodeGraph({ ...lowered.graph, outputs }), { device: 'cpu' })
  try {
    const input = new RuntimeTensor('float32', new Float32Array(pixels), [1, ...lowered.inputShape])
    const results = await runSession(session, { [lowered.inputName]: input }, 'cpu')
    return wanted.map(({ shape }, index) => {
      const result = results[names[index] ?? '']
      if (!(result instanceof RuntimeTensor) || !(result.data instanceof Float32Array))
        throw internalError(`the value of "${wanted[index]?.node ?? ''}" is no float32 tensor`)
      return { dims: [...shape], data: result.data.slice(0, countElements(shape)) }
    })
  } finally {
    await session.release()
  }
}

function sideBranch(node: string): NetloomError {
  return new NetloomError('graph.dangling', `"${node}" leads to an auxiliary output: after training it is left out.`, {
    nodeId: node,
    hint: 'Choose a layer that leads to the output.',
  })
}
