// The start of the command line: what holds for the whole process, then one command.
import { removeTelemetryTraces } from '../engines/ort/telemetry'
import { runCommandLine } from './commandLine'
import { handleInterrupts } from './interrupts'
import { ignoreClosedPipes } from './output'

ignoreClosedPipes()
handleInterrupts()
await removeTelemetryTraces()
process.exitCode = await runCommandLine(process.argv)
