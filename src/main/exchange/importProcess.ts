// The entry of the process that imports one file: a broken file costs this process at most; starting it is runImport.ts.
import { importFileNamed } from './importFileNamed'
import { describeError } from '../process/messages'
import { importCommandSchema, type ImportMessage } from './importMessages'

/** Tells the parent. @returns when it has been handed over */
function tell(message: ImportMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send && process.connected) process.send(message, undefined, undefined, () => resolve())
    else resolve()
  })
}

async function work(message: unknown): Promise<void> {
  try {
    await importFileNamed(importCommandSchema.parse(message), tell)
    process.exit(0)
  } catch (error) {
    await tell({ kind: 'failed', error: describeError(error) })
    process.exit(1)
  }
}

process.once('message', (message) => void work(message))
process.on('disconnect', () => process.exit(1))
