// The calls `uploads`: files that have no path here, such as those dropped in a browser, handed over in parts; not what is done with them.
import { z } from 'zod'
import { base64, call, count } from './call'

/** What a part holds at most, so that a message stays well below what a connection takes. */
export const uploadPartBytes = 4 * 1024 * 1024
/** A file of protobuf is no larger than this, and so no model. */
export const largestUploadBytes = 2 ** 31
/** An image file is no larger than this, wherever it is handed over. */
export const largestImageBytes = 100 * 1024 * 1024

export const uploadCalls = {
  /** Begins a file of this size. `upload` stands for it until it is discarded, or the core ends. */
  begin: call
    .input(z.object({ name: z.string().max(300), sizeBytes: count.max(largestUploadBytes) }))
    .output(z.object({ upload: z.string() })),
  /** Adds the next part, which begins where the former one ended. */
  append: call
    .input(z.object({ upload: z.string(), offset: count, base64: base64.max(Math.ceil(uploadPartBytes / 3) * 4) }))
    .output(z.object({ receivedBytes: count })),
  discard: call.input(z.object({ upload: z.string() })).output(z.void()),
} as const
