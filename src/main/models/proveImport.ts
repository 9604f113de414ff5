// Comparing a file that is used as a document with itself, once: what was found is remembered by its content; not the comparing.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { ImportedNetwork } from '../../shared/exchange/onnx/importOnnx'
import { serializeDocument } from '../../shared/graph/schema'
import { NetloomError } from '../../shared/graph/errors'
import { analyzeDocument } from '../../shared/network/analyze'
import type { OnnxModel } from '../../shared/onnx/model'
import { findStateFolder, StateFile } from '../files/stateFolder'
import { readBytes } from '../runs/runFolder'
import { compareWithOriginal } from './importReceipt'
import { requireEqualOutputs, type ImportReceipt } from './receiptWords'

export interface ProofOptions {
  /** True: a network that gives something else than its file is used all the same. */
  readonly acceptDifference?: boolean
  /** Where receipts are remembered; left out: the platform's own place. */
  readonly stateFolder?: string
}

interface Proven {
  readonly path: string
  readonly model: OnnxModel
  readonly imported: ImportedNetwork
}

/** More than this are not remembered; the oldest goes first. */
const mostReceipts = 200

/** Digests of files and networks that were found equal. */
const memorySchema = z.array(z.string())

/**
 * Compares an imported network with its file, where that was not done before. Only a proof is remembered, so that a
 * failure is found anew each time.
 * @throws NetloomError import.different; engine.failed where our own export does not run
 */
export async function proveImport({ path, model, imported }: Proven, options: ProofOptions = {}): Promise<void> {
  if (options.acceptDifference) return
  const digest = await digestOf(path, imported)
  const memory = new StateFile(options.stateFolder ?? findStateFolder(), 'receipts.json', memorySchema, [])
  const known = await forgiving(() => memory.read())
  if (known?.includes(digest)) return
  const analysis = analyzeDocument(imported.document)
  const receipt: ImportReceipt = await compareWithOriginal({ path, model, imported, analysis })
  requireEqualOutputs(path, receipt)
  if (receipt.verdict === 'equal')
    await forgiving(() => memory.update((digests) => [...digests.slice(1 - mostReceipts), digest]))
}

/** Of all that the comparison depends on: the file, and what it was turned into. */
async function digestOf(path: string, { document, weights }: ImportedNetwork): Promise<string> {
  const hash = createHash('sha256')
    .update(await readBytes(path))
    .update(serializeDocument(document))
  for (const [name, { dims, data }] of weights) {
    hash.update(`${name} ${dims.join()}`)
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return hash.digest('hex')
}

/** What is remembered only saves time: a folder that cannot be read or written keeps nobody from working. */
async function forgiving<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof NetloomError) return undefined
    throw error
  }
}
