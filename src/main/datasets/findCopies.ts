// Which images of a dataset have the same content, found without decoding; not what follows from it.
import { createHash } from 'node:crypto'
import { closeSync, readSync, statSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { openRegularSync } from '../files/readRegular'
import type { DatasetSource } from './datasetSource'

/** Images that are looked at between two turns of the event loop. */
const imagesPerTurn = 128
/** Of a larger file, its beginning and its end tell at first whether it may be a copy. */
const wholeBytes = 64 * 2 ** 10
const partBytes = 16 * 2 ** 10
/** A file is read in pieces of this many bytes. */
const pieceBytes = 2 ** 20

/** An image somewhere in the pools of a source. */
type Place = { readonly path: string } | { readonly pixels: Uint8Array }

function* placesOf(source: DatasetSource): Generator<Place> {
  for (const { labels, images } of source.pools)
    for (let index = 0; index < labels.length; index++)
      yield images.form === 'files' ? { path: images.paths[index] ?? '' } : { pixels: images.imageAt(index) }
}

/** Digest of some stretches of a file. */
function digestFile(path: string, stretches: readonly (readonly [from: number, bytes: number])[]): string {
  const hash = createHash('sha1')
  const handle = openRegularSync(path)
  try {
    for (const [from, bytes] of stretches)
      for (let at = 0; at < bytes; at += pieceBytes) {
        const piece = new Uint8Array(Math.min(pieceBytes, bytes - at))
        hash.update(piece.subarray(0, readSync(handle, piece, 0, piece.length, from + at)))
      }
  } finally {
    closeSync(handle)
  }
  return hash.digest('base64')
}

function digestHead(path: string, size: number): string {
  if (size <= wholeBytes) return digestFile(path, [[0, size]])
  return digestFile(path, [
    [0, partBytes],
    [size - partBytes, partBytes],
  ])
}

/** Splits groups by what `keyOf` says of their members; those that are alone, or cannot be read, are no copies. */
async function refine(
  groups: readonly (readonly number[])[],
  keyOf: (index: number) => string | number | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly (readonly number[])[]> {
  const result: number[][] = []
  let seen = 0
  for (const group of groups) {
    const parts = new Map<string | number, number[]>()
    for (const index of group) {
      if (++seen % imagesPerTurn === 0) {
        await nextTurn()
        signal?.throwIfAborted()
      }
      const key = keyOf(index)
      if (key === undefined) continue
      const part = parts.get(key)
      if (part) part.push(index)
      else parts.set(key, [index])
    }
    for (const part of parts.values()) if (part.length > 1) result.push(part)
  }
  return result
}

function readOrSkip<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/**
 * Finds images with the same bytes. Files are compared by size, then by beginning and end, then whole.
 * @returns for each image of all pools, in their order, the first with its content; undefined where there are no copies
 * @throws the reason of the signal
 */
export async function findCopies(source: DatasetSource, signal?: AbortSignal): Promise<Int32Array | undefined> {
  // What Netloom draws has no copies, and drawing it takes long.
  if (source.kind === 'builtin') return undefined
  const places = [...placesOf(source)]
  const sizes = places.map((place) =>
    'path' in place ? (readOrSkip(() => statSync(place.path).size) ?? 0) : place.pixels.length,
  )
  const keyOf = (digest: (path: string, size: number) => string) => (index: number) => {
    const place = places[index]
    if (!place || sizes[index] === 0) return undefined
    if ('pixels' in place) return createHash('sha1').update(place.pixels).digest('base64')
    return readOrSkip(() => digest(place.path, sizes[index] ?? 0))
  }
  const all = places.map((_, index) => index)
  const ofSize = await refine([all], (index) => sizes[index], signal)
  const alike = await refine(ofSize, keyOf(digestHead), signal)
  const isLarge = ([index = 0]: readonly number[]): boolean =>
    'path' in (places[index] ?? {}) && (sizes[index] ?? 0) > wholeBytes
  const whole = await refine(
    alike.filter(isLarge),
    keyOf((path, size) => digestFile(path, [[0, size]])),
    signal,
  )
  const groups = [...alike.filter((group) => !isLarge(group)), ...whole]
  if (groups.length === 0) return undefined
  const first = new Int32Array(all)
  for (const [leader = 0, ...others] of groups) for (const index of others) first[index] = leader
  return first
}
