// Fetching ONNX Runtime's CUDA provider, and taking it away again; that it works is found by a trial (deviceReports.ts).
import { printBytes } from '../../../shared/graph/printNumbers'
import { mkdtemp, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { NetloomError } from '../../../shared/graph/errors'
import { systemCode, writeFailure } from '../../files/durableFile'
import type { CudaPackage } from './cudaPackage'
import { downloadPackage, findPackage, type FeedPackage } from './nugetFeed'
import { ZipPackage } from './ZipPackage'
import { makeFolders } from '../../files/makeFolders'

/** Beside the provider: what was put there, so that exactly that can be taken away. */
const receiptFile = 'netloom-cuda.json'
const receiptSchema = z.object({
  package: z.string(),
  version: z.string(),
  files: z.array(z.object({ name: z.string(), sizeBytes: z.number() })),
})

export interface InstallOptions {
  readonly signal?: AbortSignal
  /** Bytes of the download so far, and in all. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void
  /** A package that was downloaded elsewhere, in place of the feed. */
  readonly from?: string
}

/** The package and its unpacked libraries, in multiples of the package. */
const neededShare = 4

/** What the download will be. @throws NetloomError `download.failed` with the way out where the network is closed */
export async function findCudaDownload(wanted: CudaPackage, signal?: AbortSignal): Promise<FeedPackage> {
  return findPackage(wanted.feed, wanted, signal).catch((error: unknown) => {
    throw withOfflineWay(error, wanted)
  })
}

/** How to go on where the feed cannot be reached. */
function withOfflineWay(error: unknown, { name, version }: CudaPackage): unknown {
  if (!(error instanceof NetloomError) || error.code !== 'download.failed' || error.hint) return error
  const file = `${name.toLowerCase()}.${version}.nupkg`
  return new NetloomError(error.code, error.message, {
    path: error.path,
    received: error.received,
    hint: `In a closed network, download ${file} from https://www.nuget.org/packages/${name}/${version} on another machine and install from that file, or name a mirror of the feed.`,
    cause: error,
  })
}

/**
 * Downloads the package, checks it and puts the provider's files beside ONNX Runtime's library. A failure leaves
 * everything as it was.
 * @throws NetloomError `download.failed`, file.read, file.write; the reason of the signal
 */
export async function installCuda(wanted: CudaPackage, options: InstallOptions = {}): Promise<void> {
  const { folder } = wanted
  let work: string
  try {
    await makeFolders(folder)
    work = await mkdtemp(join(folder, '.netloom-cuda-'))
  } catch (cause) {
    throw writeFailure(folder, cause)
  }
  try {
    const archive = options.from ?? join(work, 'package.nupkg')
    if (options.from === undefined) await download(wanted, archive, options)
    await unpack(wanted, archive, work)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function download(wanted: CudaPackage, archive: string, { signal, onProgress }: InstallOptions): Promise<void> {
  const found = await findCudaDownload(wanted, signal)
  const { bavail, bsize } = await statfs(wanted.folder)
  if (bavail * bsize < neededShare * found.sizeBytes)
    throw new NetloomError('file.write', `"${wanted.folder}" has ${printBytes(bavail * bsize)} left.`, {
      expected: neededShare * found.sizeBytes,
      received: bavail * bsize,
      hint: `The download and what is in it need ${printBytes(neededShare * found.sizeBytes)}.`,
    })
  const report = (done: number) => onProgress?.(done, found.sizeBytes)
  await downloadPackage(found, archive, { signal, onProgress: report }).catch((error: unknown) => {
    throw withOfflineWay(error, wanted)
  })
}

/** All files are unpacked beside their places before the first one is moved there. */
async function unpack(wanted: CudaPackage, archive: string, work: string): Promise<void> {
  const zip = await openPackage(archive)
  const files: { name: string; sizeBytes: number }[] = []
  try {
    await checkPackage(zip, wanted, archive, work)
    for (const { name, pathInPackage } of wanted.files) {
      const entry = zip.entries.get(pathInPackage)
      if (!entry)
        throw new NetloomError('file.read', `"${archive}" does not hold ${pathInPackage}.`, {
          path: archive,
          hint: `The package is ${wanted.name} ${wanted.version}.`,
        })
      await zip.extract(entry, join(work, name))
      files.push({ name, sizeBytes: entry.uncompressedSize })
    }
    const receipt = { package: wanted.name, version: wanted.version, files }
    await writeFile(join(wanted.folder, receiptFile), `${JSON.stringify(receipt, null, 2)}\n`)
    for (const { name } of files) await rename(join(work, name), join(wanted.folder, name))
  } catch (cause) {
    if (cause instanceof NetloomError) throw cause
    throw writeFailure(wanted.folder, cause)
  } finally {
    zip.close()
  }
}

/** @throws NetloomError file.read */
async function openPackage(archive: string): Promise<ZipPackage> {
  return ZipPackage.open(archive).catch((cause: unknown) => {
    if (cause instanceof NetloomError) throw cause
    const reason = systemCode(cause) === 'ENOENT' ? 'there is no such file' : String(cause)
    throw new NetloomError('file.read', `"${archive}" cannot be read: ${reason}.`, { path: archive, cause })
  })
}

/** @throws NetloomError file.read where the file is no such package, or another version */
async function checkPackage(zip: ZipPackage, { name, version }: CudaPackage, archive: string, work: string) {
  const description = [...zip.entries.values()].find(
    ({ fileName }) => fileName.toLowerCase() === `${name.toLowerCase()}.nuspec`,
  )
  if (!description)
    throw new NetloomError('file.read', `"${basename(archive)}" is not the package ${name}.`, { path: archive })
  const path = join(work, 'package.nuspec')
  await zip.extract(description, path)
  const found = /<version>([^<]+)<\/version>/u.exec(await readFile(path, 'utf8'))?.[1] ?? ''
  if (found !== version)
    throw new NetloomError('file.read', `"${basename(archive)}" is version ${found} of ${name}.`, {
      path: archive,
      expected: version,
      received: found,
      hint: `This version of Netloom needs ${version}.`,
    })
}

/**
 * Takes away what `installCuda` put there, and nothing else.
 * @returns the bytes that are free again
 * @throws NetloomError file.read where Netloom has installed nothing there, file.write
 */
export async function removeCuda({ folder }: Pick<CudaPackage, 'folder'>): Promise<number> {
  const path = join(folder, receiptFile)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new NetloomError('file.read', `Netloom has installed no CUDA provider in "${folder}".`, { path, cause })
  })
  const { files } = receiptSchema.parse(JSON.parse(text))
  let freed = 0
  try {
    for (const { name } of files) {
      const file = join(folder, basename(name))
      freed += await stat(file).then(
        ({ size }) => size,
        () => 0,
      )
      await rm(file, { force: true })
    }
    await rm(path)
  } catch (cause) {
    throw writeFailure(folder, cause)
  }
  return freed
}
