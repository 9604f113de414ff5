// Which kind of dataset lies at a path, by what is there; opening each kind is its own file.
import { stat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { extname, join } from 'node:path'
import { NetloomError } from '../../shared/graph/errors'
import { describeKind } from '../files/readRegular'
import { openBuiltin } from './builtinDatasets'
import { findCifarKind, hasPythonCifar, openCifarFolder, pythonCifarError } from './cifarDataset'
import { manifestExtensions, openCsvManifest } from './csvDataset'
import { missingDataset, parseReference, type FileKind } from './datasetReference'
import type { DatasetSource } from './datasetSource'
import { datasetFileError, fileErrorCode } from '../files/fileErrors'
import { listNames } from '../files/listNames'
import { openImageFolder } from './folderDataset'
import { hasIdxFiles, openIdxFolder } from './idxDataset'

async function look(path: string): Promise<Stats> {
  try {
    return await stat(path)
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') {
      throw missingDataset(path, error)
    }
    throw datasetFileError(error, path, 'Dataset')
  }
}

async function listFolder(directory: string): Promise<string[]> {
  try {
    return await listNames(directory)
  } catch (error) {
    throw datasetFileError(error, directory, 'Folder')
  }
}

/** Folders that the archives of CIFAR unpack to. */
const cifarFolders = ['cifar-10-batches-bin', 'cifar-100-binary']

/** IDX or CIFAR files in a folder, or in a folder that their archives unpack to. */
async function openNumberFiles(
  directory: string,
  names: readonly string[],
  kind: FileKind | 'guess',
): Promise<DatasetSource | undefined> {
  if (hasIdxFiles(names))
    return openIdxFolder(directory, kind === 'mnist' || kind === 'fashion-mnist' ? kind : undefined)
  const cifarKind = findCifarKind(names)
  if (cifarKind) return openCifarFolder(directory, cifarKind)
  for (const folder of cifarFolders) {
    if (!names.includes(folder)) continue
    const inner = await listFolder(join(directory, folder))
    const innerKind = findCifarKind(inner)
    if (innerKind) return openCifarFolder(join(directory, folder), innerKind)
  }
  return undefined
}

/** What a kind's files are called, for the message when they are not there. */
const expectedFiles: Readonly<Record<'mnist' | 'fashion-mnist' | 'cifar10' | 'cifar100', string>> = {
  mnist: 'train-images-idx3-ubyte and train-labels-idx1-ubyte, or t10k-..., plain or .gz',
  'fashion-mnist': 'train-images-idx3-ubyte and train-labels-idx1-ubyte, or t10k-..., plain or .gz',
  cifar10: 'data_batch_1.bin ... data_batch_5.bin and test_batch.bin',
  cifar100: 'train.bin and test.bin',
}

async function openFolder(directory: string, kind: FileKind | 'guess'): Promise<DatasetSource> {
  if (kind === 'folder') return openImageFolder(directory)
  const names = await listFolder(directory)
  const numbers = await openNumberFiles(directory, names, kind)
  if (numbers) return numbers
  if (hasPythonCifar(names)) throw pythonCifarError(directory)
  const manifests = names.filter((name) => extname(name).toLowerCase() === '.csv')
  const [manifest] = manifests
  try {
    // The images of MNIST and CIFAR also go around as image folders.
    const images = await openImageFolder(directory)
    // One folder of images beside a manifest: the manifest gives the classes.
    const hasClasses = images.classes.length > 1 || kind !== 'guess'
    return hasClasses || manifests.length !== 1 || !manifest ? images : await openCsvManifest(join(directory, manifest))
  } catch (error) {
    if (!(error instanceof NetloomError) || error.code !== 'dataset.empty') throw error
    if (kind === 'guess' && manifests.length === 1 && manifest) return openCsvManifest(join(directory, manifest))
    if (kind === 'guess' || kind === 'csv') throw error
    throw new NetloomError('dataset.missing', `Folder "${directory}" holds no ${kind} files.`, {
      path: directory,
      expected: expectedFiles[kind],
      hint: `They are named ${expectedFiles[kind]}.`,
      cause: error,
    })
  }
}

/**
 * Finds out what a reference names and opens it. A bare path: IDX files, CIFAR binary files, an image folder (with or
 * without train, val and test folders), a CSV manifest, or a folder with one manifest in it.
 * @throws NetloomError dataset.reference, dataset.missing, dataset.permission, dataset.malformed, dataset.empty
 */
export async function openSource(reference: string): Promise<DatasetSource> {
  const parsed = parseReference(reference)
  if (parsed.kind === 'builtin') return openBuiltin(parsed.name)
  const { kind, path } = parsed
  const found = await look(path)
  if (found.isDirectory()) {
    if (kind === 'csv') {
      throw new NetloomError('dataset.reference', `"${path}" is a folder, and csv: wants a file.`, { path })
    }
    return openFolder(path, kind)
  }
  if (!found.isFile()) {
    throw new NetloomError('dataset.reference', `"${path}" ${describeKind(found)}.`, {
      path,
      hint: 'Name a folder of images or a CSV manifest.',
    })
  }
  const extension = extname(path).slice(1).toLowerCase()
  if (kind === 'csv' || (kind === 'guess' && manifestExtensions.has(extension))) return openCsvManifest(path)
  throw new NetloomError('dataset.reference', `"${path}" is a file, and no CSV manifest.`, {
    path,
    hint: 'Name the folder it lies in; archives must be unpacked first.',
  })
}
