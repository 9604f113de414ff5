// The door to onnxruntime-node: sessions with Netloom's settings, typed errors, and what this machine's kernels can do.
import { availableParallelism } from 'node:os'
import type * as ort from 'onnxruntime-node'
import { InferenceSession, listSupportedBackends } from './silencedRuntime'
import { NetloomError } from '../../../shared/graph/errors'
import { encodeFor } from '../../../shared/lower/target'
import { plainTarget } from '../../../shared/targets/runtimeTargets'
import type { DeviceName, RunDevice } from '../../../shared/training/deviceNames'
import type { OnnxGraph } from '../../../shared/onnx/model'
import { engineError } from './engineError'

export interface SessionSettings {
  readonly device: RunDevice
  /** Output names that stay on the device; the others come to the host. */
  readonly keptOnDevice?: readonly string[]
  /** Folder and prefix of an operator trace. */
  readonly profilePrefix?: string
  /** Whether ONNX Runtime leaves the graph as it is, as it should be where `legalise` wrote it for the CPU. */
  readonly isFinal?: boolean
}

/** Threads for the arithmetic: NETLOOM_THREADS, or all that the machine gives. */
export function threadCount(): number {
  const wanted = Number(process.env['NETLOOM_THREADS'])
  return Number.isInteger(wanted) && wanted > 0 ? wanted : availableParallelism()
}

/** Opens a session on a graph. @throws NetloomError `engine.device` where the device is missing, else `engine.failed` */
export async function openSession(
  model: Uint8Array | string,
  settings: SessionSettings,
): Promise<ort.InferenceSession> {
  const { device, keptOnDevice = [], profilePrefix } = settings
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    intraOpNumThreads: threadCount(),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // A planned block beside the arena would hold all activations twice: 767 instead of 456 MB for ResNet-20 at batch 128.
    enableMemPattern: false,
    // Looking for gains takes 1.6 s for ResNet-110's 10,400 nodes, not looking 0.6 s.
    graphOptimizationLevel: settings.isFinal ? 'disabled' : 'all',
    // What goes wrong is thrown, and said in words; the library's own lines would stand between them.
    logSeverityLevel: 4,
    ...(device === 'webgpu'
      ? { preferredOutputLocation: Object.fromEntries(keptOnDevice.map((name) => [name, 'gpu-buffer' as const])) }
      : {}),
    ...(profilePrefix ? { enableProfiling: true, profileFilePrefix: profilePrefix } : {}),
  }
  try {
    return typeof model === 'string'
      ? await InferenceSession.create(model, options)
      : await InferenceSession.create(model, options)
  } catch (cause) {
    throw engineError('ONNX Runtime cannot prepare the network', device, cause)
  }
}

/** Runs a session. @throws NetloomError `engine.failed` */
export async function runSession(
  session: ort.InferenceSession,
  feeds: Readonly<Record<string, ort.Tensor>>,
  device: RunDevice,
): Promise<ort.InferenceSession.OnnxValueMapType> {
  try {
    return await session.run(feeds)
  } catch (cause) {
    throw engineError('ONNX Runtime stopped in the middle of a run', device, cause)
  }
}

/** The model around a graph of Netloom's own, as the device needs it. */
export function encodeGraph(graph: OnnxGraph, device: RunDevice = 'cpu'): Uint8Array {
  return encodeFor(plainTarget(device), graph)
}

/** The devices that this build of ONNX Runtime knows; whether one works is found by trying. */
export function listBackends(): readonly string[] {
  return listSupportedBackends().map((backend) => backend.name)
}

/**
 * The device for a request. `auto` is the CPU until devices are compared by measurement.
 * @throws NetloomError `engine.device` where this build has no such device
 */
export function resolveDevice(device: DeviceName): RunDevice {
  if (device === 'auto' || device === 'cpu') return 'cpu'
  const known = listBackends()
  if (known.includes(device)) return device
  throw new NetloomError(
    'engine.device',
    `The device "${device}" is not there: ONNX Runtime has ${known.join(', ')} here.`,
    {
      expected: known,
      received: device,
      hint: 'Use the device cpu; the list of devices says what works here.',
      way: 'deviceCpu',
    },
  )
}
