// The calls `devices`: engines and devices, trying them, and the CUDA provider.
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { engineNames } from '../training/deviceNames'
import { call, count, runDevice } from './call'

/** One engine on one device. */
export const deviceReportSchema = z.object({
  engine: z.enum(engineNames),
  device: runDevice,
  name: z.string(),
  state: z.enum(['works', 'missing', 'failed']),
  detail: z.string(),
  imagesPerSecond: z.number().nullable(),
})

export const deviceCalls = {
  /** Every engine and device with its state, tried or remembered. `again`: what was found before in this process is left. */
  list: call.input(z.object({ again: z.boolean().default(false) })).output(z.array(deviceReportSchema)),
  /** Tries every device again, whatever is remembered; ends when its reader leaves. */
  test: call.output(
    eventIterator(
      z.discriminatedUnion('kind', [
        z.object({
          kind: z.literal('trying'),
          engine: z.enum(engineNames),
          device: runDevice,
          /** Of `total`, from 0. */
          index: count,
          total: count,
        }),
        z.object({ kind: z.literal('devices'), devices: z.array(deviceReportSchema) }),
      ]),
    ),
  ),
  /** Whether ONNX Runtime's CUDA provider is here, or can be downloaded for this system. */
  cuda: call.output(z.object({ state: z.enum(['installed', 'offered', 'unsupported']) })),
  /** What the download would be; asks its source, which is the only use of the network before a person agrees. */
  cudaOffer: call.output(
    z.object({
      package: z.string(),
      version: z.string(),
      source: z.string(),
      licence: z.string(),
      needs: z.string(),
      folder: z.string(),
      sizeBytes: count,
    }),
  ),
  /** Downloads, checks, unpacks and tries it; ends when its reader leaves, with everything as it was. */
  installCuda: call.output(
    eventIterator(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('progress'), doneBytes: count, totalBytes: count }),
        z.object({ kind: z.literal('installed'), report: deviceReportSchema }),
      ]),
    ),
  ),
  removeCuda: call.output(z.object({ freedBytes: count })),
} as const
