// The start of the command line: reads the arguments, runs one command, turns failures into exit codes; not the commands.
import { CommanderError } from 'commander'
import { NetloomError } from '../../shared/graph/errors'
import { removeTelemetryTraces } from '../engines/ort/telemetry'
import { handleInterrupts } from './interrupts'
import { ignoreClosedPipes, writeNote } from './output'
import { runProgram } from './program'
import { exitCodes, UsageError } from './usage'

/** Prints one clear message, and everything else only where NETLOOM_DEBUG=1 asks for it. */
function reportFailure(error: unknown): number {
  // Commander has printed its message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  const isDebug = process.env['NETLOOM_DEBUG'] === '1'
  if (error instanceof UsageError) {
    writeNote(`netloom: ${error.message}`)
    return exitCodes.usage
  }
  const message = error instanceof Error ? error.message : String(error)
  const isExpected = error instanceof NetloomError && error.code !== 'internal'
  const text = isExpected ? message : `internal error: ${message.replace(/^internal: /, '').replace(/\.?$/, '.')}`
  writeNote(`netloom: ${text}${isExpected || isDebug ? '' : ' Set NETLOOM_DEBUG=1 to see where it happened.'}`)
  if (isDebug && error instanceof Error) {
    writeNote(error.stack ?? '')
    if (error.cause instanceof Error) writeNote(`caused by: ${error.cause.stack ?? error.cause.message}`)
  }
  return exitCodes.failed
}

ignoreClosedPipes()
handleInterrupts()
await removeTelemetryTraces()
try {
  process.exitCode = await runProgram(process.argv)
} catch (error) {
  process.exitCode = reportFailure(error)
}
