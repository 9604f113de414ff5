// WebGPU in plain Node: Dawn as the graphics processor of TensorFlow.js; not its use.
import { wayToAdd } from '../../process/installation'
import { NetloomError, type ErrorDetails } from '../../../shared/graph/errors'
import type { Tf } from '../../../shared/layers/parts/tfjsTarget'

/** Limits that TensorFlow.js wants as high as the adapter gives them. */
const raisedLimits = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const

/** Dawn answers nothing once its first object is collected, so that this is kept where a bundler cannot drop it. */
const holder = Symbol.for('netloom.dawn')

function missing(reason: string, details: ErrorDetails & { readonly cause?: unknown }): NetloomError {
  return new NetloomError('engine.device', `TensorFlow.js has no WebGPU here: ${reason}`, details)
}

/**
 * Registers the backend `webgpu` of TensorFlow.js on an adapter of Dawn.
 * @throws NetloomError `engine.device` inside Electron, without the package `webgpu`, and without an adapter
 */
export async function registerDawn(tf: Tf): Promise<void> {
  if (process.versions['electron'] !== undefined)
    throw missing('Dawn does not run inside Electron.', {
      hint: 'Use the engine ort, or the app in a browser, which computes in plain Node.',
      way: 'engineOrt',
    })
  const dawn = await import('webgpu').catch((cause: unknown) => {
    const way = wayToAdd('webgpu')
    throw missing('the package "webgpu" is not installed.', {
      ...(way === undefined
        ? { hint: 'Use the device cpu.', way: 'deviceCpu' }
        : { hint: `Use the device cpu, or ${way}.`, way: 'addPackage', expected: 'webgpu' }),
      cause,
    })
  })
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu')
  Object.assign(globalThis, dawn.globals)
  const gpu = dawn.create([])
  Object.defineProperty(globalThis, holder, { value: gpu, configurable: true })
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null)
  if (!adapter)
    throw missing('there is no graphics processor that Dawn can use.', {
      hint: 'Use the device cpu; the list of devices says what works here.',
      way: 'deviceCpu',
    })
  const requiredLimits = Object.fromEntries(raisedLimits.map((name) => [name, adapter.limits[name]]))
  const device = await adapter.requestDevice({ requiredLimits })
  const backend = withNavigator(gpu, () => new WebGPUBackend(device, adapter.info))
  tf.registerBackend('webgpu', () => backend, 3)
}

/** TensorFlow.js asks a browser's navigator whether there is WebGPU: for that moment there is one. */
function withNavigator<T>(gpu: GPU, build: () => T): T {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true })
  try {
    return build()
  } finally {
    if (before) Object.defineProperty(globalThis, 'navigator', before)
    else Reflect.deleteProperty(globalThis, 'navigator')
  }
}
