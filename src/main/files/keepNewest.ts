// Keeping a folder of results small: the newest stay.
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Removes all JSON files of a folder but the newest. @throws the system's error */
export async function keepNewest(folder: string, count: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'))
  const files = await Promise.all(
    names.map(async (name) => ({ name, changedMs: (await stat(join(folder, name))).mtimeMs })),
  )
  const old = files.toSorted((a, b) => b.changedMs - a.changedMs).slice(count)
  for (const { name } of old) await rm(join(folder, name), { force: true })
}
