// Starting the process that imports one file, and following it; what it does is importFileNamed.ts.
import { NetloomError } from '../../shared/graph/errors'
import { findBuiltEntry } from '../process/builtEntry'
import { ChildTask, describeEnd } from '../process/ChildTask'
import { restoreError } from '../process/sentErrors'
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
  let failure: NetloomError | undefined
  let isDone = false
  const task = new ChildTask<ImportCommand, ImportMessage>({
    script: findBuiltEntry('importer'),
    messages: importMessageSchema,
    signal,
    onMessage: (told) => {
      if (told.kind === 'failed') {
        failure = restoreError(told.error)
        return
      }
      isDone ||= told.kind === 'receipt'
      onProgress(told)
    },
  })
  task.send(command)
  const end = await task.ended
  signal.throwIfAborted()
  if (failure) throw failure
  if (isDone) return
  throw new NetloomError(
    'onnx.malformed',
    `The file could not be read: the import of "${command.path}" ${describeEnd(end)}.`,
    {
      path: command.path,
      received: end.signal ?? end.exitCode,
      hint: 'It is damaged, or too large for the memory of this machine.',
    },
  )
}
