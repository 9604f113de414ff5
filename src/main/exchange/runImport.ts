// Starting the process that imports one file, and following it; what it does is importFileNamed.ts.
import { fork } from 'node:child_process'
import { NetloomError } from '../../shared/graph/errors'
import { findBuiltEntry } from '../process/builtEntry'
import { restoreError } from '../process/messages'
import { importMessageSchema, type ImportCommand, type ImportMessage } from './importMessages'

type Progress = Exclude<ImportMessage, { readonly kind: 'failed' }>

/**
 * Imports a file in a process of its own, which a signal ends.
 * @throws NetloomError what the import found; onnx.malformed where the process crashed; the reason of the signal
 */
export async function runImport(
  command: ImportCommand,
  onProgress: (message: Progress) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const child = fork(findBuiltEntry('importer'), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  })
  const kill = (): void => void child.kill('SIGKILL')
  signal.addEventListener('abort', kill)
  let failure: NetloomError | undefined
  let isDone = false
  child.on('message', (message) => {
    const told = importMessageSchema.parse(message)
    if (told.kind === 'failed') failure = restoreError(told.error)
    else {
      isDone ||= told.kind === 'receipt'
      onProgress(told)
    }
  })
  try {
    const ended = new Promise<void>((resolve, reject) => {
      child.once('exit', () => resolve())
      child.once('error', reject)
    })
    // A process that ends at once cannot be told anything; its end says enough.
    child.send(command, () => undefined)
    await ended
  } finally {
    signal.removeEventListener('abort', kill)
  }
  signal.throwIfAborted()
  if (failure) throw failure
  if (isDone) return
  const end = child.signalCode ?? `code ${child.exitCode}`
  throw new NetloomError(
    'onnx.malformed',
    `The file could not be read: the import of "${command.path}" ended with ${end}.`,
    {
      path: command.path,
      received: end,
      hint: 'It is damaged, or too large for the memory of this machine.',
    },
  )
}
