// Which engines and devices train in mixed precision; whether this machine's own device can is tried out by its engine.
import type { DeviceName, EngineName } from './deviceNames'
import { NetloomError } from '../graph/errors'

const devices: readonly DeviceName[] = ['webgpu', 'cuda', 'dml']
const hint = 'Train without mixed precision, or with ONNX Runtime on a graphics processor that the list of devices has.'

/** Whether a device may have kernels for float16; `auto` does not say. */
export function mayMixPrecision(engine: EngineName, device: DeviceName): boolean {
  return engine === 'ort' && devices.includes(device)
}

/** @throws NetloomError `engine.precision` where the engine or the kind of device cannot train in mixed precision */
export function requireMixedPrecision(engine: EngineName, device: DeviceName): void {
  if (engine === 'tfjs')
    throw new NetloomError('engine.precision', 'Mixed precision is only for ONNX Runtime, not for TensorFlow.js.', {
      received: engine,
      hint,
    })
  if (!mayMixPrecision(engine, device))
    throw new NetloomError(
      'engine.precision',
      `Mixed precision is for graphics processors, and the device is ${device}: ONNX Runtime has no float16 kernels there.`,
      { expected: devices, received: device, hint },
    )
}

/** The error of a device that should have float16 and has not. @param reason a sentence with its full stop */
export function lacksHalf(device: DeviceName, reason: string, cause: unknown): NetloomError {
  const message = `Mixed precision does not work on ${device} here: ${reason}`
  return new NetloomError('engine.precision', message, { received: device, hint, cause })
}
