// The weights file that a document of a screen names: beside the document, or kept while it is not saved; not its content (models.ts).
import { copyFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import type { NetworkDocument } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import { parseDocument, serializeDocument } from '../../shared/graph/schema'
import { writeFailure } from '../files/durableFile'
import { readFailure } from '../files/fileErrors'
import { measureRegular } from '../files/readRegular'
import type { Core } from './core'
import { importFiles } from '../exchange/importOnnxFile'
import { keptFiles } from '../exchange/importShelf'

/**
 * The absolute path of a document's weights file, inside what a screen may reach or among what is kept for it.
 * @param documentPath null for a document that was never saved
 * @throws NetloomError model.weights, file.outside
 */
export async function findWeightsFile(core: Core, weights: string, documentPath: string | null): Promise<string> {
  if (core.imports.isKept(weights)) return core.imports.findWeights(weights)
  if (isAbsolute(weights)) return core.roots.require(weights)
  if (documentPath === null)
    throw new NetloomError('model.weights', `The weights "${weights}" lie beside a document that is not saved.`, {
      hint: 'Save the document beside its weights first.',
    })
  const path = await core.roots.require(documentPath)
  return core.roots.require(resolve(dirname(path), weights))
}

/** A path of a run or file, or a network that is kept for a screen. @throws NetloomError file.outside, model.unknown */
export async function findModelPath(core: Core, model: string): Promise<string> {
  return core.imports.isKept(model) ? core.imports.findModel(model) : core.roots.require(model)
}

/** What has to happen to the weights when a document is saved. */
export interface WeightsMove {
  /** The document as it is to be written. */
  readonly text: string
  /** Its name of the weights; undefined where that stays. */
  readonly weights: string | undefined
  /** Puts the weights, and the receipt of an import, beside the document. @throws NetloomError file.write */
  copy(): Promise<void>
}

/**
 * Plans a save: weights that are kept, or that lie beside another document, are copied beside the new one.
 * @param from where the document lay before; null for one that was never saved
 * @throws NetloomError document.*, model.weights, file.outside; file.changed where other weights are in the way
 */
export async function planSave(
  core: Core,
  {
    text,
    path,
    from,
    force,
  }: { readonly text: string; readonly path: string; readonly from: string | null; readonly force: boolean },
): Promise<WeightsMove> {
  const document = parseDocument(text)
  const { weights } = document
  const stays: WeightsMove = { text, weights: undefined, copy: () => Promise.resolve() }
  if (weights === undefined) return stays
  const isKept = core.imports.isKept(weights)
  const hasMoved = isKept || isAbsolute(weights) || (from !== null && dirname(from) !== dirname(path))
  if (!hasMoved) return stays
  const source = await findWeightsFile(core, weights, from)
  const files = importFiles(path)
  const target = /\.onnx$/i.test(source) ? `${files.weights.slice(0, -'.safetensors'.length)}.onnx` : files.weights
  if (!force && (await isThere(target)) && !(await isThere(path)))
    throw new NetloomError('file.changed', `The weights file "${target}" exists already.`, {
      path: target,
      hint: 'Replace it, or save under another name.',
    })
  const name = basename(target)
  const moved: NetworkDocument = { ...document, weights: name }
  return {
    text: serializeDocument(moved),
    weights: name,
    async copy() {
      await copyWhole(source, target)
      const receipt = join(dirname(source), keptFiles.receipt)
      if (isKept && (await isThere(receipt))) await copyWhole(receipt, files.receipt)
    },
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** A copy that takes its name when it is whole. */
async function copyWhole(source: string, target: string): Promise<void> {
  if (resolve(source) === resolve(target)) return
  const staging = `${target}.new`
  await measureRegular(source).catch((cause: unknown) => {
    throw readFailure(source, cause)
  })
  try {
    await copyFile(source, staging)
    await rename(staging, target)
  } catch (cause) {
    await rm(staging, { force: true })
    throw writeFailure(target, cause)
  }
}
