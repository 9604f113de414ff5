// Where Electron keeps what belongs to windows and pages: settings, window positions, caches; not the core's memory (files/stateFolder.ts).
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from 'electron'

/** What of `app` this needs. */
type AppPaths = Pick<App, 'getPath' | 'setPath'> & { readonly commandLine: Pick<App['commandLine'], 'hasSwitch'> }

/**
 * Keeps it where it has always been, whatever the program is called, or puts it where a test says.
 * A folder that the command line names stays, and so does Electron's own where none can be made.
 */
export function placeUserData(app: AppPaths, own?: string): void {
  if (own === undefined && app.commandLine.hasSwitch('user-data-dir')) return
  const folder = own ?? join(app.getPath('appData'), 'netloom')
  try {
    // Electron refuses one that is not there.
    mkdirSync(folder, { recursive: true })
    app.setPath('userData', folder)
  } catch (error) {
    if (own !== undefined) throw error
  }
}
