// Turns what TensorFlow.js says when it fails into errors a person can act on; its own words stay in the cause.
import { NetloomError } from '../../../shared/graph/errors'
import type { TfjsBackend } from './backend'

const smaller = 'Use a smaller batch or smaller images.'

/**
 * The error for a failure of TensorFlow.js.
 * @param what what it was doing, the start of the sentence
 * @returns `engine.memory`, `engine.lost`, else `engine.failed`; or the cause itself where it is Netloom's
 */
export function tfjsError(what: string, { device, name }: TfjsBackend, cause: unknown): NetloomError {
  if (cause instanceof NetloomError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  const where = name === 'cpu' ? 'the CPU in plain JavaScript' : device
  if (
    /out of memory|\bOOM\b|bad_alloc|array buffer allocation|invalid (?:typed )?array length|buffer size/iu.test(reason)
  )
    return new NetloomError('engine.memory', `${what}: ${where} has no memory left.`, { hint: smaller, cause })
  if (/device (?:was|is) lost|device.lost/iu.test(reason))
    return new NetloomError('engine.lost', `${what}: the graphics processor was reset or taken away.`, {
      hint: 'Start again; where it happens again, use the device cpu.',
      way: 'deviceCpu',
      cause,
    })
  const plain = reason.split('\n')[0]?.replace(/\.$/u, '') ?? ''
  return new NetloomError('engine.failed', `${what} on ${where}: ${plain}.`, {
    received: plain,
    hint: 'Try the engine ort.',
    way: 'engineOrt',
    cause,
  })
}
