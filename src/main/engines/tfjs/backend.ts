// The door to TensorFlow.js: its namespace, and the backend that stands behind a device; what is computed there is trainingSession.ts.
import util from 'node:util'
import * as core from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import type { DeviceName } from '../../../shared/training/deviceNames'
import { wayToAdd } from '../../process/installation'
import { NetloomError } from '../../../shared/graph/errors'
import type { Tf } from '../../../shared/layers/parts/tfjsTarget'
import { registerDawn } from './dawn'

/** TensorFlow.js as one namespace, without its checks and messages for developers. */
export const tf: Tf = { ...core, ...layers }
tf.enableProdMode()

export type TfjsDevice = 'cpu' | 'webgpu' | 'cuda'

/** A backend of TensorFlow.js that is ready. */
export interface TfjsBackend {
  /** Its name in TensorFlow.js: `tensorflow` is libtensorflow, `cpu` plain JavaScript. */
  readonly name: 'tensorflow' | 'webgpu' | 'cpu'
  readonly device: TfjsDevice
}

/**
 * Opens the backend for a device. `cpu` is libtensorflow where tfjs-node is installed, else plain JavaScript; `auto` takes
 * the first that is there: CUDA, libtensorflow, WebGPU, plain JavaScript.
 * @throws NetloomError `engine.device` where it is not there
 */
export async function openBackend(device: DeviceName): Promise<TfjsBackend> {
  switch (device) {
    case 'auto':
      return (
        (await openNative('@tensorflow/tfjs-node-gpu', 'cuda')) ??
        (await openNative('@tensorflow/tfjs-node', 'cpu')) ??
        (await openWebGpu().catch(() => undefined)) ??
        (await openPlain())
      )
    case 'cpu':
      return (await openNative('@tensorflow/tfjs-node', 'cpu')) ?? (await openPlain())
    case 'webgpu':
      return await openWebGpu()
    case 'cuda':
      return (
        (await openNative('@tensorflow/tfjs-node-gpu', 'cuda')) ??
        missing(device, '@tensorflow/tfjs-node-gpu is not installed.', '@tensorflow/tfjs-node-gpu')
      )
    case 'dml':
    case 'coreml':
      return missing(device, 'TensorFlow.js has cpu, webgpu and cuda.')
    default:
      return device satisfies never
  }
}

/** @param name of the package that would bring it; the other engine needs none */
function missing(device: DeviceName, reason: string, name?: string): never {
  const addition = name === undefined ? undefined : wayToAdd(name)
  const text = `The device "${device}" is not there: ${reason}`
  const list = 'the list of devices says what works here.'
  if (addition === undefined)
    throw new NetloomError('engine.device', text, {
      received: device,
      hint: `Use the engine ort; ${list}`,
      way: 'engineOrt',
    })
  throw new NetloomError('engine.device', text, {
    received: device,
    expected: name,
    hint: `Use the engine ort, or ${addition}; ${list}`,
    way: 'addPackage',
  })
}

/** Makes a backend the one that computes. Sessions of several backends may be open at once. */
export async function activate(backend: TfjsBackend): Promise<void> {
  if (tf.getBackend() === backend.name) return
  if (!(await tf.setBackend(backend.name)))
    throw new NetloomError('engine.device', `TensorFlow.js cannot start its backend "${backend.name}".`, {
      hint: 'The list of devices says what works here.',
    })
}

/** Plain JavaScript. */
async function openPlain(): Promise<TfjsBackend> {
  await import('@tensorflow/tfjs-backend-cpu')
  const backend = { name: 'cpu', device: 'cpu' } as const
  await activate(backend)
  return backend
}

/** libtensorflow, where its package is installed and loads. The last package that was loaded is the one that computes. */
async function openNative(name: string, device: 'cpu' | 'cuda'): Promise<TfjsBackend | undefined> {
  restoreUtil()
  try {
    await import(/* @vite-ignore */ name)
  } catch {
    // Not installed, or without its library: the next backend is tried.
    return undefined
  }
  const backend = { name: 'tensorflow', device } as const
  await activate(backend)
  return backend
}

/** tfjs-node 4.22 calls two functions that Node 23 has taken away. */
function restoreUtil(): void {
  const given: Record<string, unknown> = util
  const missing: Record<string, unknown> = {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: (value: unknown) => Array.isArray(value),
  }
  for (const [name, restored] of Object.entries(missing)) given[name] ??= restored
}

/** A graphics processor through Dawn. @throws NetloomError `engine.device` */
async function openWebGpu(): Promise<TfjsBackend> {
  const backend = { name: 'webgpu', device: 'webgpu' } as const
  if (tf.engine().registryFactory['webgpu'] === undefined) await registerDawn(tf)
  await activate(backend)
  return backend
}
