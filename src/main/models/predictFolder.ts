// Many images for a model at once: the images of folders, predictions as a table, copies sorted by prediction; not the predicting (prediction.ts).
import { constants, copyFile, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { NetloomError } from '../../shared/graph/errors'
import { findImages, WalkFindings } from '../datasets/imageTree'
import { systemCode, writeFailure } from '../files/durableFile'
import { makeFolders } from '../files/makeFolders'
import type { FilePrediction } from './prediction'

/**
 * Files as they are named, and in place of folders all images in and below them, in natural order.
 * @throws NetloomError dataset.empty where a folder holds no images; dataset.permission, file.read
 */
export async function expandFolders(paths: readonly string[]): Promise<readonly string[]> {
  const files: string[] = []
  for (const path of paths) {
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    )
    if (!isFolder) {
      files.push(path)
      continue
    }
    const images = await findImages(path, '', new WalkFindings())
    if (images.length === 0)
      throw new NetloomError('dataset.empty', `Folder "${path}" holds no images that can be read.`, {
        path,
        hint: 'Name a folder with images in it, or in folders below it.',
      })
    for (const image of images) files.push(join(path, image))
  }
  return files
}

/** A cell as spreadsheets take it: quoted where it has to be, and never a formula. */
function printCell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Predictions as CSV: one row per file; one that has no answer has its reason in the last column. */
export function printPredictionTable(predictions: readonly FilePrediction[]): string {
  const rows = predictions.map((each) =>
    'error' in each
      ? [printCell(each.file), '', '', printCell(each.error)]
      : [printCell(each.file), printCell(each.class), each.probability.toFixed(6), ''],
  )
  return `${[['file', 'class', 'confidence', 'error'], ...rows].map((row) => row.join(',')).join('\r\n')}\r\n`
}

/** A class as the name of a folder: what some system would not take becomes `-`. */
export function classFolder(name: string): string {
  const plain = name
    .normalize('NFC')
    .replaceAll(/[\\/:*?"<>|\p{Cc}]+/gu, '-')
    .replaceAll(/^\.+|[. ]+$/g, '')
  return plain === '' ? 'class' : plain
}

/** As many files of one name as are tried. */
const mostNumbers = 100_000

/**
 * Copies a file into the folder of its class; a name that is taken gets a number, nothing is ever written over.
 * @returns where the copy lies
 * @throws NetloomError file.write
 */
export async function copyIntoClass(file: string, folder: string, name: string): Promise<string> {
  const target = join(folder, classFolder(name))
  const ending = extname(file)
  const stem = basename(file, ending)
  try {
    await makeFolders(target)
    for (let number = 1; number <= mostNumbers; number++) {
      const path = join(target, number === 1 ? `${stem}${ending}` : `${stem}-${number}${ending}`)
      try {
        await copyFile(file, path, constants.COPYFILE_EXCL)
        return path
      } catch (cause) {
        if (systemCode(cause) !== 'EEXIST') throw cause
      }
    }
  } catch (cause) {
    throw writeFailure(target, cause)
  }
  throw new NetloomError('file.exists', `"${target}" holds ${mostNumbers} files named like "${stem}${ending}".`, {
    path: target,
    hint: 'Choose another folder.',
  })
}
