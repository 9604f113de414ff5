// The blocks that a person keeps for all documents: one JSON file in the state folder; not how they get into a document.
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { z } from 'zod'
import { documentVersion, type NetworkDocument, type UserBlock } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import { parseDocument, serializeDocument } from '../../shared/graph/schema'
import { readIfThere } from './readIfThere'
import { writeFailure } from './durableFile'
import { withFileLock } from './lockFile'
import { isTaken, replaceFile } from './sharedFile'
import { makeStateFolder } from './stateFolder'

/** A kept block: a document without nodes that defines it last, and before it the blocks that it uses. */
export interface KeptBlock {
  readonly type: string
  readonly savedMs: number
  readonly text: string
}

export interface BlockLibraryContent {
  /** By their types. */
  readonly blocks: readonly KeptBlock[]
  /** What happened to a damaged file, once; null otherwise. */
  readonly problem: string | null
}

const fileName = 'blocks.json'
/** As many as fit on a screen that one scrolls; a person who keeps more has another use for them. */
const mostBlocks = 500

const fileSchema = z.strictObject({
  format: z.literal('netloom-blocks'),
  version: z.literal(1),
  blocks: z.array(z.strictObject({ type: z.string(), savedMs: z.number(), text: z.string() })).max(mostBlocks),
})

/** The definitions in a kept text. @throws NetloomError document.*, where the last one is not of this type */
function parseKept({ type, text }: Pick<KeptBlock, 'type' | 'text'>): readonly UserBlock[] {
  const { blocks = [], nodes } = parseDocument(text)
  if (blocks.at(-1)?.type === type && nodes.length === 0) return blocks
  throw new NetloomError('document.schema', `The text does not define "${type}" as its last block.`, {
    expected: type,
    received: blocks.at(-1)?.type,
  })
}

/** The blocks of one account, read and written one after the other. */
export class BlockLibrary {
  private readonly turn = pLimit(1)
  private problem: string | null = null

  constructor(private readonly folder: string) {}

  /** All kept blocks. A damaged file is put aside and told of. @throws NetloomError file.read, file.write */
  list(): Promise<BlockLibraryContent> {
    return this.turn(async () => {
      const blocks = await this.read()
      const { problem } = this
      this.problem = null
      return { blocks, problem }
    })
  }

  /** Keeps a block, in place of one of the same type. @throws NetloomError document.*, file.* */
  save(type: string, text: string, nowMs: number): Promise<void> {
    return this.alone(async () => {
      const definitions = parseKept({ type, text })
      const document: NetworkDocument = {
        format: 'netloom',
        version: documentVersion,
        name: type,
        blocks: definitions,
        nodes: [],
        edges: [],
      }
      const others = (await this.read()).filter((kept) => kept.type !== type)
      if (others.length >= mostBlocks) {
        throw new NetloomError('file.write', `The library holds ${mostBlocks} blocks, which is the most.`, {
          hint: 'Remove one that you no longer need.',
        })
      }
      const kept = { type, savedMs: nowMs, text: serializeDocument(document) }
      await this.write([...others, kept].sort((a, b) => a.type.localeCompare(b.type, 'en')))
    })
  }

  /** Takes a block out; nothing where there is none. @throws NetloomError file.* */
  remove(type: string): Promise<void> {
    return this.alone(async () => {
      const blocks = await this.read()
      if (blocks.some((kept) => kept.type === type)) await this.write(blocks.filter((kept) => kept.type !== type))
    })
  }

  private async alone<T>(work: () => Promise<T>): Promise<T> {
    await makeStateFolder(this.folder)
    return this.turn(() => withFileLock(join(this.folder, fileName), work))
  }

  private async read(): Promise<readonly KeptBlock[]> {
    const path = join(this.folder, fileName)
    const text = await readIfThere(path)
    if (text === undefined) return []
    try {
      const { blocks } = fileSchema.parse(JSON.parse(text))
      for (const kept of blocks) parseKept(kept)
      return blocks
    } catch (cause) {
      await this.putAside(path, cause)
      return []
    }
  }

  /** Keeps a file that cannot be read beside the library, so that nothing in it is lost. */
  private async putAside(path: string, cause: unknown): Promise<void> {
    let aside = `${path}.damaged`
    for (let number = 2; await isTaken(aside); number += 1) aside = `${path}.damaged-${number}`
    try {
      await rename(path, aside)
    } catch (failure) {
      throw writeFailure(aside, failure)
    }
    const reason = cause instanceof NetloomError ? cause.message : 'It is not the file that Netloom wrote.'
    this.problem = `Your block library could not be read and begins anew. ${reason} The file is kept as "${aside}".`
  }

  private async write(blocks: readonly KeptBlock[]): Promise<void> {
    const text = `${JSON.stringify({ format: 'netloom-blocks', version: 1, blocks }, null, 2)}\n`
    await replaceFile(join(this.folder, fileName), new TextEncoder().encode(text), 0o600)
  }
}
