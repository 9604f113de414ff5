// How Netloom came onto this machine, and what a person can do there about a missing part: the only place that names npm's commands.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A folder of the source, a package that npm has installed, or a packed desktop program. */
export type Installation = 'checkout' | 'npm' | 'packed'

/** @param file one of the program's own */
export function findInstallation(file = fileURLToPath(import.meta.url)): Installation {
  if (/[\\/]app\.asar(?:\.unpacked)?[\\/]/u.test(file)) return 'packed'
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder))
    // What it is built by lies beside the source, and in nothing that is handed on.
    if (existsSync(join(folder, 'electron.vite.config.ts'))) return 'checkout'
  return 'npm'
}

/** What to do where a part of the program itself is missing. */
export function wayToRepair(installation = findInstallation()): string {
  return installation === 'checkout' ? 'Build Netloom again.' : 'Install Netloom again.'
}

/** The same as a command; undefined where there is none. */
export function commandToRepair(installation = findInstallation()): string | undefined {
  return installation === 'checkout' ? 'npm run build' : undefined
}

/** How a package is added that Netloom can do without, to stand behind "or"; undefined where none can be. */
export function wayToAdd(name: string, installation = findInstallation()): string | undefined {
  return installation === 'packed' ? undefined : `add the package ${name} to Netloom`
}

/** The same as a command; undefined where there is none. */
export function commandToAdd(name: string, installation = findInstallation()): string | undefined {
  switch (installation) {
    case 'checkout':
      return `npm install ${name}`
    case 'npm':
      return `npm install ${name}, where Netloom is installed`
    case 'packed':
      return undefined
    default:
      return installation satisfies never
  }
}
