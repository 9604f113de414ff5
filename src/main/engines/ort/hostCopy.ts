// Brings tensors that lie on a device to the host; what they mean is the caller's.
import type * as ort from 'onnxruntime-node'
import { Tensor } from './silencedRuntime'
import { internalError } from '../../../shared/graph/errors'
import { GraphBuilder } from '../../../shared/onnx/builder'
import { encodeGraph, openSession, runSession } from './runtime'
import type { RunDevice } from '../../../shared/training/deviceNames'

/**
 * Copies float32 tensors through a run whose outputs are on the host: asking a tensor on the device for its data
 * (`getData`) ended the process with onnxruntime-node 1.30.
 * @param tensors by name
 * @returns the same names, each with a tensor on the host
 * @throws NetloomError `engine.failed`
 */
export async function copyToHost(
  tensors: ReadonlyMap<string, ort.Tensor>,
  device: RunDevice,
): Promise<ReadonlyMap<string, ort.Tensor>> {
  const builder = new GraphBuilder(true)
  const copies = new Map<string, string>()
  for (const [name, tensor] of tensors) {
    const copy = builder.add('Identity', [builder.input(name, 'float32', tensor.dims)], {}, { name: `${name}/host` })
    builder.output(copy, 'float32', tensor.dims)
    copies.set(name, copy)
  }
  const session = await openSession(encodeGraph(builder.build('copy')), { device })
  try {
    const outputs = await runSession(session, Object.fromEntries(tensors), device)
    return new Map(Array.from(copies, ([name, copy]) => [name, requireTensor(outputs[copy], name)]))
  } finally {
    await session.release()
  }
}

function requireTensor(value: ort.OnnxValue | undefined, name: string): ort.Tensor {
  if (value instanceof Tensor) return value
  throw internalError(`"${name}" could not be copied`)
}
