// Where the built files of Netloom's processes and workers are; not starting them.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NetloomError } from '../shared/graph/errors'

/** Processes and workers that are built as a file of their own (electron.vite.config.ts). */
export type BuiltEntry = 'trainer' | 'loader' | 'deviceTest' | 'dryRun' | 'watchdog' | 'importer'

/**
 * The path of a built entry: beside the running file, in the folder above it (shared chunks), or, from source, in the
 * project's `out/main`.
 * @throws NetloomError `internal` where it was never built
 */
export function findBuiltEntry(entry: BuiltEntry): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const folders = [here, dirname(here), join(here, '..', '..', 'out', 'main')]
  const found = folders.map((folder) => join(folder, `${entry}.js`)).find((file) => existsSync(file))
  if (found) return found
  throw new NetloomError('internal', `internal: ${entry}.js is not built.`, { hint: 'Run npm run build.' })
}

/**
 * The folder of the built screen, `out/renderer`.
 * @throws NetloomError `internal` where it was never built
 */
export function findRendererFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const places = [
    join(here, '..', 'renderer'),
    join(here, '..', '..', 'renderer'),
    join(here, '..', '..', 'out', 'renderer'),
  ]
  const found = places.find((folder) => existsSync(join(folder, 'index.html')) && existsSync(join(folder, 'assets')))
  if (found) return found
  throw new NetloomError('internal', 'internal: the screen is not built.', { hint: 'Run npm run build.' })
}
