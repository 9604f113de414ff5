// `label.json`: what people call and say of a run. It lies in the run folder and goes wherever that goes.
import { join } from 'node:path'
import { z } from 'zod'
import { FileWriter, systemCode } from '../files/durableFile'
import { readFailure } from '../files/fileErrors'
import { withFileLock } from '../files/lockFile'
import { readRegularText } from '../files/readRegular'
import { runFiles } from './runFolder'

const runLabelSchema = z.object({
  name: z.string().optional(),
  note: z.string().optional(),
  tags: z.array(z.string()).optional(),
})

/** A person's own name for a run, a note on it, and words to find it by. */
export type RunLabel = z.output<typeof runLabelSchema>

/**
 * Reads the label of a run; one that cannot be understood is as good as none.
 * @param before what was said of the run before labels lay in its folder
 * @throws NetloomError file.read
 */
export async function readLabel(run: string, before: RunLabel = {}): Promise<RunLabel> {
  const path = join(run, runFiles.label)
  let text: string
  try {
    text = await readRegularText(path)
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause))) return before
    throw readFailure(path, cause)
  }
  try {
    return { ...before, ...runLabelSchema.parse(JSON.parse(text)) }
  } catch {
    return before
  }
}

/** Changes what is given and leaves the rest. @throws NetloomError file.read, file.write */
export async function changeLabel(run: string, changes: RunLabel, before: RunLabel = {}): Promise<void> {
  const path = join(run, runFiles.label)
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
  await withFileLock(path, async () => {
    const label: RunLabel = { ...(await readLabel(run, before)), ...given }
    await new FileWriter().writeWhole(path, [new TextEncoder().encode(`${JSON.stringify(label, null, 2)}\n`)])
  })
}
