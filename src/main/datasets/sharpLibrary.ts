// The only import of sharp (libvips), and the choice between its two builds; not what is done with it.
import Module from 'node:module'
import type sharp from 'sharp'

/** The library as it is imported. */
export type SharpLibrary = typeof sharp
type ResolveFilename = (request: string, ...rest: unknown[]) => string

let loaded: Promise<SharpLibrary> | undefined

/**
 * Whether sharp's native build must not be loaded: on Linux inside any process of Electron (also one that runs as plain
 * Node) it crashes while decoding, because two copies of glib meet in one process. The WebAssembly build takes about
 * five times as long and does not.
 * @see https://github.com/electron/electron/issues/46323 and https://github.com/lovell/sharp/issues/4522
 */
export function needsPortableSharp(platform: string, versions: { readonly electron?: string }): boolean {
  return platform === 'linux' && versions.electron !== undefined
}

/**
 * Runs `load` while sharp's native build cannot be found, so that sharp falls back to `@img/sharp-wasm32`: it looks for
 * its builds by `require`, one after the other, and offers no option for the choice.
 */
async function withoutNativeBuild<T>(load: () => Promise<T>): Promise<T> {
  const loader = Module as unknown as { _resolveFilename: ResolveFilename }
  const resolve = loader._resolveFilename
  loader._resolveFilename = (request, ...rest) => {
    if (!request.startsWith('@img/sharp-linux')) return resolve(request, ...rest)
    throw Object.assign(new Error(`${request} is not used inside Electron`), { code: 'MODULE_NOT_FOUND' })
  }
  try {
    return await load()
  } finally {
    loader._resolveFilename = resolve
  }
}

/** Imports sharp. @param isPortable takes the WebAssembly build; only the first import of a thread chooses */
export async function importSharp(isPortable: boolean): Promise<SharpLibrary> {
  const load = () => import('sharp')
  const { default: library } = await (isPortable ? withoutNativeBuild(load) : load())
  // Parallel work comes from decoding several images at once; threads inside one small image only cost time.
  library.concurrency(1)
  // No image is read twice.
  library.cache(false)
  return library
}

/**
 * Loads sharp once per thread, when the first image file is read: starting without images stays fast.
 * A thread that loads it must not be the first in its process: load it on the main thread before starting a worker,
 * or the library is unloaded with the worker and cannot be loaded again.
 * @see https://sharp.pixelplumbing.com/install#worker-threads
 */
export function loadSharp(): Promise<SharpLibrary> {
  loaded ??= importSharp(needsPortableSharp(process.platform, process.versions))
  return loaded
}
