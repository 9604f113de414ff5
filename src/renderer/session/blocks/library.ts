// The personal library of blocks as the screen knows it: what is in it, keeping and forgetting; not its file (main/files/blockLibrary).
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { notifications } from '@mantine/notifications'
import type { NetworkDocument, UserBlock } from '../../../shared/graph/document'
import { parseDocument } from '../../../shared/graph/schema'
import type { NodeDefinition } from '../../../shared/layers/define'
import { groundCommandsOn } from '../../kernel/commands/commands'
import { showError } from '../../kernel/failures/showFailure'
import { showUndo } from '../../kernel/parts/showUndo'
import { client, messageOf } from '../../kernel/core/client'
import { definitionIn } from './definitions'
import { collectDefinitions, isSameDefinition, mergeDefinitions, printDefinitions } from './definitionMerge'

/** A kept block. */
export interface LibraryEntry {
  readonly type: string
  readonly text: string
  readonly block: UserBlock
  /** The block, after those that it uses. */
  readonly definitions: readonly UserBlock[]
  readonly definition: NodeDefinition
}

export interface LibraryState {
  readonly entries: readonly LibraryEntry[]
  /** Why the library is not known; null where it is. */
  readonly error: string | null
}

/** The store behind `useLibrary`. */
export const libraryStore = createStore<LibraryState>()(() => ({ entries: [], error: null }))

groundCommandsOn(libraryStore)

/** A part of the library, followed while the component is mounted. */
export function useLibrary<T>(selector: (state: LibraryState) => T): T {
  return useStore(libraryStore, selector)
}

/** Stands before the type of a block that comes from the library, where a type of the palette is named. */
const libraryMark = 'library:'

function readEntry(type: string, text: string): LibraryEntry | undefined {
  const definitions = parseDocument(text).blocks ?? []
  const block = definitions.at(-1)
  const definition = definitionIn({ blocks: definitions }, type)
  if (!block || !definition) return undefined
  return { type, text, block, definitions, definition: { ...definition, type: `${libraryMark}${type}` } }
}

/** Asks the core for the library, and shows what happened to a damaged one. */
export async function loadLibrary(): Promise<void> {
  try {
    const { blocks, problem } = await client.blocks.list()
    const entries = blocks.flatMap(({ type, text }) => readEntry(type, text) ?? [])
    libraryStore.setState({ entries, error: null })
    if (problem !== null) {
      notifications.show({
        color: 'red',
        message: problem,
        autoClose: false,
        closeButtonProps: { 'aria-label': 'Dismiss' },
      })
    }
  } catch (error) {
    libraryStore.setState({ error: messageOf(error) })
  }
}

async function put(type: string, text: string): Promise<void> {
  await client.blocks.save({ type, text })
  await loadLibrary()
}

async function takeOut(type: string): Promise<void> {
  await client.blocks.remove({ type })
  await loadLibrary()
}

/** The kept block of a type; undefined where there is none. */
export function findKept(type: string): LibraryEntry | undefined {
  return libraryStore.getState().entries.find((entry) => entry.type === type)
}

/** Keeps a block of a document, with those that it uses. */
export async function keepBlock(document: NetworkDocument, type: string): Promise<void> {
  const before = findKept(type)
  const definitions = collectDefinitions(document, [type])
  await put(type, printDefinitions(definitions))
  const title = definitions.at(-1)?.title ?? type
  showUndo(`“${title}” is in My blocks.`, () => (before ? put(type, before.text) : takeOut(type)).catch(showError))
}

/** Takes a block out of the library; documents that use it keep it. */
export async function forgetBlock(type: string): Promise<void> {
  const before = findKept(type)
  if (!before) return
  await takeOut(type)
  showUndo(`“${before.block.title}” is no longer in My blocks.`, () => put(type, before.text).catch(showError))
}

/** The kept blocks that a document does not have as they are, for the palette. */
export function listForeign(document: NetworkDocument, entries: readonly LibraryEntry[]): readonly NodeDefinition[] {
  return entries
    .filter(({ block }) => !document.blocks?.some((own) => own.type === block.type && isSameDefinition(own, block)))
    .map(({ definition }) => definition)
}

/** Whether a type of the palette stands for a block of the library. */
export function isFromLibrary(type: string): boolean {
  return type.startsWith(libraryMark)
}

/** The type of a kept block behind a type of the palette. */
export function keptType(type: string): string {
  return type.slice(libraryMark.length)
}

/** A document that knows what is about to be added, and the type it has there. */
export function withDefinition(
  document: NetworkDocument,
  type: string,
): { readonly document: NetworkDocument; readonly type: string } {
  const entry = isFromLibrary(type) ? findKept(keptType(type)) : undefined
  if (!entry) return { document, type }
  const merged = mergeDefinitions(document.blocks, entry.definitions)
  return { document: { ...document, blocks: merged.blocks }, type: merged.typeOf(entry.type) }
}
