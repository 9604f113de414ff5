// The entry of the process that looks for problems of a dataset; starting it is searchProblems.ts.
import { hearParent, tellParent } from '../../process/ChildTask'
import { describeError } from '../../process/sentErrors'
import { openDataset } from '../openDataset'
import { problemCommandSchema, type ProblemCommand, type ProblemMessage } from './problemMessages'
import { searchDataset } from './searchDataset'

async function work({ reference, options }: ProblemCommand): Promise<void> {
  const tell = (message: ProblemMessage): Promise<void> => tellParent(message)
  try {
    await tell({ kind: 'progress', progress: { stage: 'opening', done: 0, total: 0, secondsLeft: null } })
    const dataset = await openDataset(reference, options)
    const found = await searchDataset(dataset, async (progress) => tell({ kind: 'progress', progress }))
    await tell({ kind: 'found', found })
    process.exit(0)
  } catch (error) {
    await tell({ kind: 'failed', error: describeError(error) })
    process.exit(1)
  }
}

hearParent(problemCommandSchema, (command) => void work(command))
process.on('disconnect', () => process.exit(1))
