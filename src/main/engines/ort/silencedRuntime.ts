// The one place that loads onnxruntime-node, silenced first; what is done with it is runtime.ts and its neighbours.
import { createRequire } from 'node:module'
import { isMainThread } from 'node:worker_threads'
import type * as ort from 'onnxruntime-node'
import { NetloomError } from '../../../shared/graph/errors'
import { silenceTelemetry } from './telemetry'

// A worker's process.env is a copy that native code never sees: there it would only look as if it were silenced.
if (!isMainThread) throw new NetloomError('internal', 'internal: ONNX Runtime is loaded in main threads alone.')
silenceTelemetry(process.env)

// Imports come before every statement, and bundlers put them before those of other files: only `require` keeps this order.
const load = createRequire(import.meta.url) as (name: 'onnxruntime-node') => typeof ort

export const { InferenceSession, Tensor, listSupportedBackends } = load('onnxruntime-node')
export type InferenceSession = ort.InferenceSession
export type Tensor = ort.Tensor
