// Network documents on the disk, and what a name on the command line stands for; not weights or predictions (models.ts).
import { open, readdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { architectures, findArchitecture, type Architecture } from '../../shared/lectures/architectures/index'
import type { NetworkDocument } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import { parseDocument, serializeDocument } from '../../shared/graph/schema'
import { isOnnxName, withoutEnding } from '../../shared/graph/fileNames'
import { suggestName } from '../../shared/graph/suggest'
import { FileWriter, systemCode, writeFailure } from './durableFile'
import { readFailure } from './fileErrors'
import { readText, standardInput } from './readRegular'
import { requireReplaceable } from './replacing'

/** What a person may name where a network is wanted. */
export type NetworkReference =
  | { readonly kind: 'document'; readonly path: string }
  | { readonly kind: 'onnx'; readonly path: string }
  | { readonly kind: 'run'; readonly path: string }
  | { readonly kind: 'architecture'; readonly architecture: Architecture }

/** A name for people: the file without its endings, or the folder. */
export function nameOf(path: string): string {
  return withoutEnding(basename(path))
}

async function findKind(path: string): Promise<'file' | 'folder' | 'other' | 'missing'> {
  try {
    const found = await stat(path)
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other'
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause))) return 'missing'
    throw readFailure(path, cause)
  }
}

/**
 * Finds out what `reference` names: a file or run folder where there is one, else an architecture.
 * @throws NetloomError model.unknown, run.missing (a folder that holds no run), file.read
 */
export async function findNetwork(reference: string): Promise<NetworkReference> {
  if (reference === standardInput) return { kind: 'document', path: standardInput }
  const kind = reference === '' ? 'missing' : await findKind(reference)
  if (kind === 'file' || kind === 'other') return { kind: isOnnxName(reference) ? 'onnx' : 'document', path: reference }
  if (kind === 'folder' && (await findKind(join(reference, 'run.json'))) === 'file')
    return { kind: 'run', path: reference }
  const architecture = findArchitecture(reference)
  if (architecture) return { kind: 'architecture', architecture }
  if (kind === 'folder')
    throw new NetloomError('run.missing', `"${reference}" is a folder without a run: it holds no run.json.`, {
      path: reference,
      hint: 'Choose the folder of a run, or a file inside this one.',
    })
  const known = architectures.map(({ id }) => id)
  const near = suggestName(reference, known)
  throw new NetloomError('model.unknown', `"${reference}" is no file, no run folder and no architecture.`, {
    received: reference,
    hint: near ? `Did you mean "${near}"?` : undefined,
  })
}

/** @throws NetloomError file.read, document.syntax, document.schema, document.version; all name the file */
export async function readDocument(path: string): Promise<NetworkDocument> {
  let text: string
  try {
    text = await readText(path)
  } catch (cause) {
    throw readFailure(path, cause)
  }
  try {
    return parseDocument(text)
  } catch (error) {
    if (!(error instanceof NetloomError)) throw error
    const { code, nodeId, expected, received } = error
    throw new NetloomError(code, `${path}: ${error.message}`, { nodeId, path: error.path, expected, received })
  }
}

/**
 * Writes a document whole or not at all.
 * @param replace whether a file that is there already may go
 * @throws NetloomError file.write, file.exists
 */
export async function writeDocument(path: string, document: NetworkDocument, replace: boolean): Promise<void> {
  const text = serializeDocument(document)
  if (replace) return new FileWriter().writeWhole(path, [new TextEncoder().encode(text)])
  try {
    await writeNew(path, text)
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') await requireReplaceable([path])
    throw writeFailure(path, cause)
  }
}

/** Creates a file; one that cannot be written to its end is removed. */
async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(text)
  } catch (cause) {
    await rm(path, { force: true })
    throw cause
  } finally {
    await file.close()
  }
}

/**
 * A run folder that is not there yet: `PARENT/NAME-1`, or with the next number that none has.
 * @throws NetloomError file.read
 */
export async function findFreeRunFolder(parent: string, name: string): Promise<string> {
  let taken: readonly string[] = []
  try {
    taken = await readdir(parent)
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw readFailure(parent, cause)
  }
  const numbers = taken.map((folder) => (folder.startsWith(`${name}-`) ? Number(folder.slice(name.length + 1)) : 0))
  return join(parent, `${name}-${1 + Math.max(0, ...numbers.filter(Number.isSafeInteger))}`)
}
