// What classes may be called so that their folders can lie on any file system and are read as classes; not making them.
import { NetloomError } from '../../graph/errors'
import { splitNamed } from '../csvManifest'

/** What no name has on Windows, on file shares, or in an archive that is unpacked there. */
const forbidden = /[\\/:*?"<>|]|\p{Cc}/u

/** Devices of Windows, with any ending. */
const deviceName = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/iu

/** A name takes this many bytes of UTF-8 on most file systems. */
const longestName = 255

/** A name as it is kept: composed, without space around it. */
export function tidyName(name: string): string {
  return name.normalize('NFC').trim()
}

/** Two names that a file system without case holds one of. */
export function isSameName(one: string, other: string): boolean {
  const plain = (name: string): string => tidyName(name).toLowerCase()
  return plain(one) === plain(other)
}

/** @returns why a tidy name cannot be one of a folder, as what follows it in a sentence; null where it can */
export function whyNoFolderName(name: string): string | null {
  if (name === '') return 'is empty'
  const found = forbidden.exec(name)?.[0]
  if (found !== undefined) {
    const shown = /\p{Cc}/u.test(found) ? 'a control character' : found
    return `holds ${shown}, which names of folders do not have on every system`
  }
  if (name.startsWith('.')) return 'begins with a dot, and such folders are hidden'
  if (/[. ]$/u.test(name)) return 'ends in a dot, which Windows takes away'
  if (deviceName.test(name)) return 'is the name of a device on Windows'
  const bytes = new TextEncoder().encode(name).length
  if (bytes > longestName) return `has ${bytes} bytes, and names of folders have ${longestName} at most`
  return null
}

/**
 * Checks what a class is to be called.
 * @param others the classes that there are, without itself
 * @throws NetloomError request.invalid
 */
export function checkClassName(name: string, others: readonly string[]): void {
  const why = whyNoFolderName(name)
  if (why !== null)
    throw new NetloomError('request.invalid', `The name of a class is that of its folder, and "${name}" ${why}.`, {
      received: name,
      hint: 'Choose another name.',
    })
  const other = others.find((each) => isSameName(each, name))
  if (other === undefined) return
  throw new NetloomError('request.invalid', `There is a class "${other}" already.`, {
    received: name,
    hint: 'Add the images to it, or choose another name.',
  })
}

/** Whether all classes are called like splits, so that their folders would be read as such. */
export function areLikeSplits(names: readonly string[]): boolean {
  return names.length > 0 && names.every((name) => splitNamed(name) !== undefined)
}

/** Names in the order that was noted; those that it does not name follow as they stand. */
export function putInOrder(names: readonly string[], noted: readonly string[]): string[] {
  const ranks = new Map(noted.map((name, rank) => [name.normalize('NFC'), rank]))
  const rankOf = (name: string): number => ranks.get(name.normalize('NFC')) ?? noted.length
  return names.toSorted((a, b) => rankOf(a) - rankOf(b))
}

/** Moves one of several names to another place, within them. */
export function moveName(names: readonly string[], name: string, place: number): string[] {
  const others = names.filter((each) => each !== name)
  if (others.length === names.length) return [...names]
  const to = Math.max(0, Math.min(others.length, place))
  return [...others.slice(0, to), name, ...others.slice(to)]
}
