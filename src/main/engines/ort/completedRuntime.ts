// ONNX Runtime completed with a provider that was downloaded: its folder beside what Netloom remembers, and loading from there; not getting it (devices/cuda).
import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { findStateFolder } from '../../files/stateFolder'

/** ONNX Runtime looks for providers beside its own library, so the folder holds a copy of that and of what loads it. */
export const bindingName = 'onnxruntime_binding.node'
/** Written last; names what the folder holds. */
export const completionReceipt = 'netloom-cuda.json'

export const completionSchema = z.object({
  package: z.string(),
  version: z.string(),
  files: z.array(z.object({ name: z.string(), sizeBytes: z.number() })),
})

function packageRoot(): string {
  return dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
}

/** The folder of the library that came with Netloom; in a packed program it lies outside the archive. */
export function findLibraryFolder(platform: string, arch: string): string {
  const root = packageRoot().replace(/\bapp\.asar(?=[\\/])/u, 'app.asar.unpacked')
  return join(root, 'bin', 'napi-v6', platform, arch)
}

/** The version of the library that came with Netloom. */
function libraryVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))
  return z.object({ version: z.string() }).parse(manifest).version
}

/** Where a completed library of the present version lies, or would. */
export function findCompletedFolder(): string {
  return join(findStateFolder(), 'cuda', libraryVersion())
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? -1
}

/**
 * Whether a folder holds a completed library, whole, and of the same build as the one that came with Netloom.
 * @param libraryFolder of the latter
 */
export function isCompleted(folder: string, libraryFolder: string): boolean {
  try {
    const { files } = completionSchema.parse(JSON.parse(readFileSync(join(folder, completionReceipt), 'utf8')))
    const isWhole = files.every(({ name, sizeBytes }) => {
      const own = sizeOf(join(libraryFolder, basename(name)))
      return sizeOf(join(folder, basename(name))) === sizeBytes && (own === -1 || own === 0 || own === sizeBytes)
    })
    return isWhole && files.some(({ name }) => name === bindingName)
  } catch {
    return false
  }
}

/**
 * Loads ONNX Runtime, the completed one where it is there. A completed one that the system does not load (a disk without
 * permission to run code) is left aside.
 */
export function loadCompleted<T>(load: () => T): T {
  const folder = findCompletedFolder()
  if (!isCompleted(folder, findLibraryFolder(process.platform, process.arch))) return load()
  const own = process.dlopen.bind(process)
  process.dlopen = (module: object, path: string, ...flags: unknown[]): void => {
    const open = (file: string): void => void Reflect.apply(own, undefined, [module, file, ...flags])
    if (basename(path) !== bindingName) return open(path)
    try {
      open(join(folder, bindingName))
    } catch {
      open(path)
    }
  }
  try {
    return load()
  } finally {
    process.dlopen = own
  }
}
