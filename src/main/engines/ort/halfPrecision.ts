// Whether a device computes in float16, which mixed precision needs; the network's own casts are targets/mixedPrecision.ts.
import { Tensor } from './silencedRuntime'
import { NetloomError } from '../../../shared/graph/errors'
import { GraphBuilder } from '../../../shared/onnx/builder'
import { lacksHalf, requireMixedPrecision } from '../../../shared/training/precision'
import { encodeGraph, openSession, runSession } from './runtime'
import type { RunDevice } from '../../../shared/training/deviceNames'

/**
 * Makes sure that a device computes in float16, by a small convolution there.
 * @throws NetloomError `engine.precision` where it does not; `engine.device` where it is not there at all
 */
export async function requireHalfPrecision(device: RunDevice): Promise<void> {
  requireMixedPrecision('ort', device)
  try {
    await convolveInHalf(device)
  } catch (cause) {
    if (cause instanceof NetloomError && cause.code === 'engine.device') throw cause
    const said = cause instanceof Error ? cause.message : String(cause)
    const reason = said.includes('requires f16')
      ? 'the graphics processor does not have the feature shader-f16.'
      : `a convolution in float16 failed. ${said}`
    throw lacksHalf(device, reason, cause)
  }
}

/** Four ones times 0.5 are 2. */
async function convolveInHalf(device: RunDevice): Promise<void> {
  const builder = new GraphBuilder(true)
  const [x = '', w = ''] = ['x', 'w'].map((name) =>
    builder.add('Cast', [builder.input(name, 'float32', [1, 1, 2, 2])], { to: 10 }),
  )
  const y = builder.add('Cast', [builder.add('Conv', [x, w])], { to: 1 }, { outputs: ['y'] })
  builder.output(y, 'float32', [1, 1, 1, 1])
  const session = await openSession(encodeGraph(builder.build('half'), device), { device })
  try {
    const fill = (value: number) => new Tensor('float32', new Float32Array(4).fill(value), [1, 1, 2, 2])
    const result = (await runSession(session, { x: fill(1), w: fill(0.5) }, device))['y']
    const received = result instanceof Tensor ? Number(result.data[0]) : undefined
    if (received !== 2)
      throw new NetloomError('engine.failed', `${device} computes ${received} in float16.`, { expected: 2, received })
  } finally {
    await session.release()
  }
}
