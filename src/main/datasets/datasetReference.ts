// Dataset references (`mnist:DIR`, `builtin:digits`, a bare path) as kind and path; not opening what they name.
import { resolve } from 'node:path'
import { truthTableNames } from '../../shared/datasets/truthTables'
import { NetloomError } from '../../shared/graph/errors'

export const builtinNames = ['digits', 'shapes', ...truthTableNames] as const
export type BuiltinName = (typeof builtinNames)[number]

const fileKinds = ['mnist', 'fashion-mnist', 'cifar10', 'cifar100', 'folder', 'csv'] as const
export type FileKind = (typeof fileKinds)[number]

/** A reference taken apart; `guess`: a bare path, whose kind what lies there decides. */
export type ParsedReference =
  | { readonly kind: 'builtin'; readonly name: BuiltinName }
  | { readonly kind: FileKind | 'guess'; readonly path: string }

/** The references that need no files. */
export const builtinReferences: readonly string[] = builtinNames.map((name) => `builtin:${name}`)
const known = [...builtinReferences, ...fileKinds.map((kind) => `${kind}:PATH`)]

/**
 * Takes a reference apart. A word before a colon that is no known kind is part of a path (`C:\images`).
 * @throws NetloomError `dataset.reference` for an empty reference or path and for an unknown built-in dataset
 */
export function parseReference(reference: string): ParsedReference {
  const trimmed = reference.trim()
  const colon = trimmed.indexOf(':')
  const word = colon < 0 ? '' : trimmed.slice(0, colon).toLowerCase()
  const rest = trimmed.slice(colon + 1)
  const refuse = (message: string): never => {
    throw new NetloomError('dataset.reference', message, {
      expected: known,
      received: reference,
      hint: `Known are ${known.join(', ')} and a bare path.`,
    })
  }
  if (trimmed === '') refuse('The dataset reference is empty.')
  if (word === 'builtin') {
    const name = builtinNames.find((candidate) => candidate === rest.toLowerCase())
    return name ? { kind: 'builtin', name } : refuse(`There is no built-in dataset "${rest}".`)
  }
  const kind = fileKinds.find((candidate) => candidate === word)
  if (!kind) return { kind: 'guess', path: trimmed }
  if (rest === '') refuse(`The dataset reference "${reference}" has no path.`)
  return { kind, path: rest }
}

/**
 * The same reference with its path made absolute, so that it means the same from any working directory.
 * @throws NetloomError as `parseReference`
 */
export function absoluteReference(reference: string, workingDirectory: string): string {
  const parsed = parseReference(reference)
  if (parsed.kind === 'builtin') return `builtin:${parsed.name}`
  const path = resolve(workingDirectory, parsed.path)
  return parsed.kind === 'guess' ? path : `${parsed.kind}:${path}`
}

/** Nothing lies at a path; one that looks like `word:rest` may be meant for a kind that there is not. */
export function missingDataset(path: string, cause: unknown): NetloomError {
  const word = /^([\w-]{2,}):/.exec(path)?.[1]
  if (word === undefined)
    return new NetloomError('dataset.missing', `There is no dataset at "${path}".`, {
      path,
      hint: 'Check the path.',
      cause,
    })
  return new NetloomError('dataset.reference', `There is no dataset at "${path}", and no kind "${word}".`, {
    path,
    expected: known,
    hint: `Known are ${known.join(', ')} and a bare path.`,
    cause,
  })
}
