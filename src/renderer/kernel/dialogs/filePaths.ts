// Paths of the core's machine, whichever platform it has: parts, joins and the way down from a root.

/** Folder and name of a suggestion: either part may be missing. */
export function splitPath(path: string): { readonly folder: string | undefined; readonly name: string } {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'))
  return { folder: cut > 0 ? path.slice(0, cut) : undefined, name: path.slice(cut + 1) }
}

/** A name inside a folder, with the separator of that folder's platform. */
export function joinPath(folder: string, name: string): string {
  const separator = folder.includes('\\') ? '\\' : '/'
  return folder.endsWith(separator) ? folder + name : folder + separator + name
}

/** Whether a path begins at a root: `/a`, `C:\\a`, `C:/a`, `\\\\server\\share`. */
export function isAbsolutePath(path: string): boolean {
  return /^(?:[\\/]|[a-z]:[\\/])/i.test(path)
}

/**
 * The path that a person means by what is typed or pasted: whole, from `~`, or from the folder that is shown.
 * @param home the folder that `~` stands for
 */
export function resolveTyped(folder: string, typed: string, home: string): string {
  // Systems put quotes around a path that is copied from their file managers.
  const text = typed.trim().replace(/^(["'])(.*)\1$/, '$2')
  if (/^~(?:[\\/]|$)/.test(text)) return text.length < 3 ? home : joinPath(home, text.slice(2))
  return isAbsolutePath(text) ? text : joinPath(folder, text)
}

/** The parts of a path from the root that holds it, each with the path up to it; folders above a root cannot be seen. */
export function crumbsOf(
  path: string,
  roots: readonly string[],
): readonly { readonly name: string; readonly path: string }[] {
  const separator = path.includes('\\') ? '\\' : '/'
  const isInside = (root: string): boolean =>
    path === root || path.startsWith(root.endsWith(separator) ? root : root + separator)
  const root = roots.filter(isInside).sort((a, b) => a.length - b.length)[0] ?? separator
  const crumbs = [{ name: splitPath(root).name || root, path: root }]
  for (const name of path.slice(root.length).split(separator)) {
    const parent = crumbs.at(-1)
    if (name !== '' && parent) crumbs.push({ name, path: joinPath(parent.path, name) })
  }
  return crumbs
}

/** The last part of a path of any platform. */
export function fileNameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path
}
