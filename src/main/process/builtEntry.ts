// Where the built files of Netloom's processes and workers are; not starting them.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { wayToRepair } from './installation'
import { NetloomError } from '../../shared/graph/errors'

/** Processes and workers that are built as a file of their own (electron.vite.config.ts). */
export type BuiltEntry =
  'trainer' | 'loader' | 'decoder' | 'deviceTest' | 'dryRun' | 'watchdog' | 'importer' | 'problems'

/** The folder of this file and those above it, as far up as the source lies below the project. */
function foldersAbove(): readonly string[] {
  const folders = [dirname(fileURLToPath(import.meta.url))]
  for (let left = 3; left > 0; left--) folders.push(dirname(folders.at(-1) ?? ''))
  return folders
}

/**
 * The path of a built entry: beside the running file, in the folder above it (shared chunks), or, from source, in the
 * project's `out/main`.
 * @throws NetloomError `internal` where it was never built
 */
export function findBuiltEntry(entry: BuiltEntry): string {
  const above = foldersAbove()
  const folders = [...above.slice(0, 2), ...above.map((folder) => join(folder, 'out', 'main'))]
  const found = folders.map((folder) => join(folder, `${entry}.js`)).find((file) => existsSync(file))
  if (found) return found
  throw new NetloomError('internal', `internal: ${entry}.js is not built.`, { hint: wayToRepair(), way: 'repair' })
}

/**
 * The path of a file that Netloom is handed on with beside its code, in `resources`.
 * @throws NetloomError `internal` where it is missing
 */
export function findResource(name: string): string {
  const found = foldersAbove()
    .map((folder) => join(folder, 'resources', ...name.split('/')))
    .find((file) => existsSync(file))
  if (found) return found
  throw new NetloomError('internal', `internal: resources/${name} is missing.`, { hint: wayToRepair(), way: 'repair' })
}

/**
 * The folder of the built screen, `out/renderer`.
 * @throws NetloomError `internal` where it was never built
 */
export function findRendererFolder(): string {
  const places = foldersAbove().flatMap((folder) => [join(folder, 'renderer'), join(folder, 'out', 'renderer')])
  const found = places.find((folder) => existsSync(join(folder, 'index.html')) && existsSync(join(folder, 'assets')))
  if (found) return found
  throw new NetloomError('internal', 'internal: the screen is not built.', { hint: wayToRepair(), way: 'repair' })
}
