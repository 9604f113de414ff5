// The one place that loads onnxruntime-node, silenced first and only when something is to be computed; what is done with it is runtime.ts and its neighbours.
import { createRequire } from 'node:module'
import { isMainThread } from 'node:worker_threads'
import type * as ort from 'onnxruntime-node'
import { NetloomError } from '../../../shared/graph/errors'
import { loadCompleted } from './completedRuntime'
import { silenceTelemetry } from './telemetry'

// A worker's process.env is a copy that native code never sees: there it would only look as if it were silenced.
if (!isMainThread) throw new NetloomError('internal', 'internal: ONNX Runtime is loaded in main threads alone.')
silenceTelemetry(process.env)

// Imports come before every statement, and bundlers put them before those of other files: only `require` keeps this order.
const load = createRequire(import.meta.url) as (name: 'onnxruntime-node') => typeof ort
let loaded: typeof ort | undefined

/** What a system lacks where the native library is there and cannot be loaded. */
export function whyNotLoaded(system: string, reason: string): string {
  if (system === 'darwin x64') return 'It has no build for Macs with Intel processors; the engine tfjs computes there.'
  if (system.startsWith('win32') && !/cannot find module/iu.test(reason))
    return 'Install the Visual C++ Redistributable of Microsoft (x64), which it needs.'
  return 'Install Netloom again.'
}

function runtime(): typeof ort {
  try {
    return (loaded ??= loadCompleted(() => load('onnxruntime-node')))
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    throw new NetloomError('engine.failed', `ONNX Runtime cannot be loaded: ${reason.replace(/\.$/u, '')}.`, {
      hint: whyNotLoaded(`${process.platform} ${process.arch}`, reason),
      cause,
    })
  }
}

/** A class of the library, which is loaded when the class is first used: designing a network works without it. */
function classOf<Name extends 'InferenceSession' | 'Tensor'>(name: Name): (typeof ort)[Name] {
  const standIn = function () {} as unknown as (typeof ort)[Name] // parse: every use is passed on below
  return new Proxy(standIn, {
    construct: (_, given: unknown[]) => Reflect.construct(runtime()[name] as new (...all: unknown[]) => object, given),
    get: (_, key) => Reflect.get(runtime()[name], key) as unknown,
    has: (_, key) => Reflect.has(runtime()[name], key),
    defineProperty: (_, key, value) => Reflect.defineProperty(runtime()[name], key, value),
    getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(runtime()[name], key),
  })
}

export const InferenceSession = classOf('InferenceSession')
export const Tensor = classOf('Tensor')
export const listSupportedBackends = (): ReturnType<typeof ort.listSupportedBackends> =>
  runtime().listSupportedBackends()
export type InferenceSession = ort.InferenceSession
export type Tensor = ort.Tensor
