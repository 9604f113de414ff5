// Finds Electron's runtime on this machine, as its package does, and never downloads it; not a test.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const electron = join(import.meta.dirname, '..', '..', 'node_modules', 'electron')

/** The program of Electron; undefined where only its package is installed. */
function findRuntime(): string | undefined {
  const pathFile = join(electron, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron'
  const program = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(electron, 'dist'), name)
  return name !== '' && existsSync(program) ? program : undefined
}

/** Whether windows can be opened here. */
function hasDisplay(): boolean {
  return process.platform !== 'linux' || !!process.env['DISPLAY'] || !!process.env['WAYLAND_DISPLAY']
}

/** The path of the runtime, and why tests are skipped where it cannot be used. */
export const runtimePath = findRuntime()

function reasonToSkip(): string | undefined {
  if (!runtimePath) return `Electron's runtime is not installed; "npx install-electron" fetches it`
  return hasDisplay() ? undefined : 'there is no display here; "xvfb-run npm test" makes one'
}

export const skipReason = reasonToSkip()
