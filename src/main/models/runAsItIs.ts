// What is changed of a file that is run as it is: where it ends, and how many images it takes at a time; nothing that it computes.
import { findEnd } from '../../shared/exchange/onnx/graphEnds'
import { freeBatch } from '../../shared/exchange/onnx/inputSize'
import { NetloomError, type ErrorCode } from '../../shared/graph/errors'
import { encodeModel } from '../../shared/onnx/bytes'
import { largestNodeCount } from '../../shared/onnx/graphBytes'
import type { OnnxModel } from '../../shared/onnx/model'

export interface RunModel {
  readonly bytes: Uint8Array
  readonly output: string
}

/** The model to run in place of a file; undefined where the file itself serves. */
export function prepareToRun(model: OnnxModel): (RunModel & { readonly model: OnnxModel }) | undefined {
  const [first] = model.graph.outputs
  const scores = model.graph.outputs.find(({ dataType }) => dataType === 'float32') ?? first
  if (!scores) return undefined
  const end = findEnd(model.graph, first?.name ?? '') ?? findEnd(model.graph, scores.name)
  const output = end?.value ?? scores.name
  const free = freeBatch(model)
  if (free === model && output === first?.name) return undefined
  return { bytes: encodeModel(free, { outputs: [output] }), output, model: free }
}

/** Reasons for which a file cannot be edited that keep no runtime from running it. */
export const runsAllTheSame: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'onnx.unsupported',
  'onnx.shape',
  'onnx.malformed',
  'engine.failed',
])

/**
 * Says of a file that cannot be edited and that ONNX Runtime runs that it can be used all the same.
 * @throws NetloomError what `work` throws; onnx.runOnly in its place where the file runs
 */
export async function orRunOnly<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof NetloomError) || !runsAllTheSame.has(error.code)) throw error
    // So many nodes that opening them takes a minute are not tried.
    if (error.expected === largestNodeCount || !(await runs(path))) throw error
    // The reason itself, without the name of the file and without a way out for other readers; not what led to the reason.
    const inner = error.cause instanceof NetloomError && error.cause.code === error.code ? error.cause : error
    const { nodeId, message, hint } = inner
    const reason = hint === undefined ? message : message.replace(` ${hint}`, '')
    throw new NetloomError(
      'onnx.runOnly',
      `${path} runs as it is, for predictions and evaluations, and cannot be edited or trained here: ${reason}`,
      { nodeId, path, received: error.code, cause: error },
    )
  }
}

/** Whether ONNX Runtime opens a file and takes images. */
async function runs(path: string): Promise<boolean> {
  try {
    const { openOnnxModel } = await import('../engines/ort/onnxModel')
    const session = await openOnnxModel(path, { scaling: { mean: [0], deviation: [1] } }, 'cpu')
    await session.dispose()
    return true
  } catch (error) {
    if (error instanceof NetloomError) return false
    throw error
  }
}
