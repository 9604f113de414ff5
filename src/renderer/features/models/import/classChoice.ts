// How a person names the classes of an imported network: as the file does, typed, from a text file, as a well-known dataset, or not; not the control.
import { findLabelSet } from '../../../../shared/datasets/labelSets'
import { printCount } from '../../../../shared/graph/printNumbers'
import { parseClassNames } from '../../../../shared/datasets/parseClassNames'

export interface ClassChoice {
  readonly kind: 'file' | 'typed' | 'dataset' | 'known' | 'none'
  /** Names in the file's metadata, where it has some. */
  readonly stated: readonly string[] | undefined
  /** What is typed, or was read from a text file: a name per line, or a JSON list. */
  readonly text: string
  /** Names of the dataset in use, where they were taken from there. */
  readonly dataset: readonly string[]
  /** The set of names of a well-known dataset, `imagenet`, where that was chosen. */
  readonly known?: string
}

/** The choice to begin with. */
export function beginClasses(stated: readonly string[] | undefined): ClassChoice {
  return { kind: stated ? 'file' : 'none', stated, text: '', dataset: [] }
}

/** The names of a choice, undefined for numbers only; or what is wrong, as a sentence. */
export function readClasses(
  choice: ClassChoice,
  outputs: number,
): { readonly names: readonly string[] | undefined } | { readonly problem: string } {
  if (choice.kind === 'none') return { names: undefined }
  const names = namesOf(choice)
  if (names.length === outputs) return { names }
  return { problem: `There are ${printCount(names.length)} names, and the network has ${printCount(outputs)} outputs.` }
}

function namesOf({ kind, stated, text, dataset, known = '' }: ClassChoice): readonly string[] {
  if (kind === 'file') return stated ?? []
  if (kind === 'dataset') return dataset
  if (kind === 'known') return findLabelSet(known)?.names ?? []
  return parseClassNames(text)
}
