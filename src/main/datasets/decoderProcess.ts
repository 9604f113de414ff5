// The entry of the process that decodes large images: whatever one of them does, it ends with this process; starting it is apartDecoder.ts.
import { createHash } from 'node:crypto'
import { NetloomError } from '../../shared/graph/errors'
import { describeFileError } from '../files/fileErrors'
import { readRegular } from '../files/readRegular'
import { hearParent, tellParent } from '../process/ChildTask'
import { describeError } from '../process/sentErrors'
import { largestFileBytes, largestMemoryBytes, memoryLookMs } from './decoderLimits'
import { decoderCommandSchema, type DecoderCommand, type DecoderMessage } from './decoderMessages'
import { decodePixels, inspectPixels } from './decodePixels'

/** Ends at once: threads that decode would keep an ordinary end waiting. */
function endNow(): void {
  process.kill(process.pid, 'SIGKILL')
}

async function readSource(source: DecoderCommand['source']): Promise<Uint8Array> {
  if (typeof source !== 'string') return source
  return readRegular(source, largestFileBytes).catch((cause: unknown) => {
    throw new NetloomError('dataset.unreadable', describeFileError(cause), { cause })
  })
}

async function answer({ job, source, format }: DecoderCommand): Promise<DecoderMessage> {
  try {
    const bytes = await readSource(source)
    if (format) return { kind: 'pixels', job, pixels: await decodePixels(bytes, format) }
    const digest = createHash('sha1').update(bytes).digest('base64')
    return { kind: 'seen', job, seen: { digest, ...(await inspectPixels(bytes)) } }
  } catch (error) {
    return { kind: 'failed', job, error: describeError(error) }
  }
}

hearParent(decoderCommandSchema, (command) => void answer(command).then(tellParent))
process.on('disconnect', endNow)
// Decoding runs on other threads, so that this one can look.
setInterval(() => {
  if (process.memoryUsage.rss() <= largestMemoryBytes) return
  // The word is on its way before the end: both go through the kernel, in this order.
  void tellParent({ kind: 'full' } satisfies DecoderMessage).then(endNow)
}, memoryLookMs)
