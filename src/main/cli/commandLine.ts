// One command line from its arguments to its exit code: failures become one message each; not the commands (program.ts).
import { CommanderError } from 'commander'
import { NetloomError } from '../../shared/graph/errors'
import { writeNote } from './output'
import { runProgram } from './program'
import { exitCodes, UsageError } from './usage'
import { explainByCommand } from './waysByCommand'

/** Prints one clear message, and everything else only where NETLOOM_DEBUG=1 asks for it. */
function reportFailure(error: unknown): number {
  // Commander has printed its message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  const isDebug = process.env['NETLOOM_DEBUG'] === '1'
  if (error instanceof UsageError) {
    writeNote(`netloom: ${error.message}`)
    return exitCodes.usage
  }
  const isExpected = error instanceof NetloomError && error.code !== 'internal'
  const message =
    error instanceof NetloomError ? explainByCommand(error) : error instanceof Error ? error.message : String(error)
  const text = isExpected ? message : `internal error: ${message.replace(/^internal: /, '').replace(/\.?$/, '.')}`
  writeNote(`netloom: ${text}${isExpected || isDebug ? '' : ' Set NETLOOM_DEBUG=1 to see where it happened.'}`)
  if (isDebug && error instanceof Error) {
    writeNote(error.stack ?? '')
    if (error.cause instanceof Error) writeNote(`caused by: ${error.cause.stack ?? error.cause.message}`)
  }
  // A dataset that there is none of is a wrong choice, as that of any option is.
  return error instanceof NetloomError && error.code === 'dataset.reference' ? exitCodes.usage : exitCodes.failed
}

/** Runs one command line. @param argv as `process.argv` @returns its exit code; what failed is printed */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  try {
    return await runProgram(argv)
  } catch (error) {
    return reportFailure(error)
  }
}
