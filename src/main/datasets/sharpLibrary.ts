// The only import of sharp (libvips). On Linux inside Electron the native build crashes while decoding, because two
// copies of glib meet in one process (electron#46323, sharp#4522); whatever chooses another build there belongs here.
import type sharp from 'sharp'

type Sharp = typeof sharp

let loaded: Promise<Sharp> | undefined

async function importSharp(): Promise<Sharp> {
  const { default: library } = await import('sharp')
  // Parallel work comes from decoding several pictures at once; threads inside one small picture only cost time.
  library.concurrency(1)
  // No picture is read twice.
  library.cache(false)
  return library
}

/**
 * Loads sharp once per thread, when the first picture file is read: starting without pictures stays fast.
 * A thread that loads it must not be the first in its process: load it on the main thread before starting a worker,
 * or the library is unloaded with the worker and cannot be loaded again.
 * @see https://sharp.pixelplumbing.com/install#worker-threads
 */
export function loadSharp(): Promise<Sharp> {
  loaded ??= importSharp()
  return loaded
}
