// What kind of program and machine Netloom runs on, as far as devices depend on it; the graphics processors are in graphicsAdapters.ts.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, cpus, platform } from 'node:os'
import { join } from 'node:path'
import { findInstallation, type Installation } from '../process/installation'

/** A value, so that tests can stand for any machine. */
export interface DeviceHost {
  readonly platform: NodeJS.Platform
  readonly arch: string
  /** What the processor calls itself. */
  readonly processor: string
  /** Whether this program, and with it its child processes, is Electron, also one that runs as Node. */
  readonly isElectron: boolean
  /** How Netloom came here, and with it what can be added to it. */
  readonly installation: Installation
  /** Whether an npm package is installed here. */
  readonly hasPackage: (name: string) => boolean
}

/** By its folder: what a package exports is its own affair. */
function isInstalled(name: string): boolean {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? []
  return folders.some((folder) => existsSync(join(folder, name, 'package.json')))
}

/** The machine and program that this code runs in. */
export function thisHost(): DeviceHost {
  return {
    platform: platform(),
    arch: arch(),
    processor: cpus()[0]?.model.trim() || 'CPU',
    isElectron: process.versions['electron'] !== undefined,
    installation: findInstallation(),
    hasPackage: isInstalled,
  }
}
