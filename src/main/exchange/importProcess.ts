// The entry of the process that imports one file: a broken file costs this process at most; starting it is runImport.ts.
import { hearParent, tellParent } from '../process/ChildTask'
import { describeError } from '../process/sentErrors'
import { importFileNamed } from './importFileNamed'
import { importCommandSchema, type ImportCommand } from './importMessages'

async function work(command: ImportCommand): Promise<void> {
  try {
    await importFileNamed(command, tellParent)
    process.exit(0)
  } catch (error) {
    await tellParent({ kind: 'failed', error: describeError(error) })
    process.exit(1)
  }
}

hearParent(importCommandSchema, (command) => void work(command))
process.on('disconnect', () => process.exit(1))
