// Finds Electron's runtime on this machine, as `npm start` does, and never downloads it; not a test.
import { join } from 'node:path'
import { findRuntime } from '../../scripts/start/runtime.mjs'

const electron = join(import.meta.dirname, '..', '..', 'node_modules', 'electron')

/** Whether windows can be opened here. */
function hasDisplay(): boolean {
  return process.platform !== 'linux' || !!process.env['DISPLAY'] || !!process.env['WAYLAND_DISPLAY']
}

/** The path of the runtime, and why tests are skipped where it cannot be used. */
export const runtimePath = findRuntime({ electron, env: process.env, platform: process.platform }).program

function reasonToSkip(): string | undefined {
  if (!runtimePath) return `Electron's runtime is not installed; "npx install-electron" fetches it`
  return hasDisplay() ? undefined : 'there is no display here; "xvfb-run npm test" makes one'
}

export const skipReason = reasonToSkip()

// Where the runtime has to be there, its absence is a failure.
if (process.env['NETLOOM_REQUIRE_ELECTRON'] === '1' && skipReason !== undefined) throw new Error(skipReason)
