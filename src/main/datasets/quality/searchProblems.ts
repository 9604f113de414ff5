// Starting the process that looks for problems of a dataset, following it and keeping what it found; what it does is searchDataset.ts.
import type { ProblemProgress } from '../../../shared/contract/problemCalls'
import { NetloomError } from '../../../shared/graph/errors'
import { findBuiltEntry } from '../../process/builtEntry'
import { ChildTask, describeEnd } from '../../process/ChildTask'
import { restoreError } from '../../process/sentErrors'
import type { OpenedDataset } from '../openDataset'
import { problemMessageSchema, type ProblemCommand, type ProblemMessage } from './problemMessages'
import { keepFound } from './problemShelf'
import type { FoundInDataset } from './searchDataset'

/**
 * Looks for problems in a process of its own, which a signal ends, and keeps what is found.
 * @param dataset as it was opened with the same reference and options
 * @throws NetloomError as openDataset; engine.failed where the process crashed; the reason of the signal
 */
export async function searchProblems(
  dataset: OpenedDataset,
  command: ProblemCommand,
  onProgress: (progress: ProblemProgress) => void,
  signal?: AbortSignal,
): Promise<FoundInDataset> {
  let failure: NetloomError | undefined
  let found: FoundInDataset | undefined
  const task = new ChildTask<ProblemCommand, ProblemMessage>({
    script: findBuiltEntry('problems'),
    messages: problemMessageSchema,
    // While the network computes one batch, the next is decoded: more threads would only wait for each other.
    environment: { NETLOOM_THREADS: '1' },
    ...(signal && { signal }),
    onMessage: (told) => {
      if (told.kind === 'failed') failure = restoreError(told.error)
      else if (told.kind === 'found') found = told.found
      else onProgress(told.progress)
    },
  })
  task.send(command)
  const end = await task.ended
  signal?.throwIfAborted()
  if (failure) throw failure
  if (found) {
    await keepFound(dataset, command.options, found)
    return found
  }
  throw new NetloomError('engine.failed', `Looking for problems of "${command.reference}" ${describeEnd(end)}.`, {
    path: command.reference,
    received: end.signal ?? end.exitCode,
    hint: 'The memory of this machine may be too small for so many images: take a part of them.',
  })
}
