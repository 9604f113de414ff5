// Fetching ONNX Runtime's CUDA provider, and taking it away again; that it works is found by a trial (deviceReports.ts).
import { printBytes } from '../../../shared/graph/printNumbers'
import {
  constants,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { z } from 'zod'
import { completionReceipt, completionSchema } from '../../engines/ort/completedRuntime'
import { NetloomError } from '../../../shared/graph/errors'
import { systemCode, writeFailure } from '../../files/durableFile'
import type { CudaPackage } from './cudaPackage'
import { downloadPackage, findPackage, type FeedPackage } from './nugetFeed'
import { ZipPackage } from './ZipPackage'
import { makeFolders } from '../../files/makeFolders'

export interface InstallOptions {
  readonly signal?: AbortSignal
  /** Bytes of the download so far, and in all. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void
  /** A package that was downloaded elsewhere, in place of the feed. */
  readonly from?: string
}

type CompletedFile = z.output<typeof completionSchema>['files'][number]

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

/** Unfinished installations, with the process that makes them. */
const unfinished = /^\.unfinished-(\d+)-/u

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}

/** Takes away what installations have left that were ended in the middle. */
async function clearUnfinished(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const pid = unfinished.exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(home, name), { recursive: true, force: true })
  }
}

/**
 * Downloads the package, checks it and makes the folder of the completed library: whole, or not at all. It takes the
 * place of an earlier one; a failure leaves everything as it was.
 * @throws NetloomError `download.failed`, file.read, file.write; the reason of the signal
 */
export async function installCuda(wanted: CudaPackage, options: InstallOptions = {}): Promise<void> {
  const home = dirname(wanted.folder)
  let work: string
  try {
    await makeFolders(home, 0o700)
    await clearUnfinished(home)
    work = await mkdtemp(join(home, `.unfinished-${process.pid}-`))
  } catch (cause) {
    throw writeFailure(home, cause)
  }
  try {
    const archive = options.from ?? join(work, 'package.nupkg')
    if (options.from === undefined) await download(wanted, archive, options)
    await complete(wanted, archive, work)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function download(wanted: CudaPackage, archive: string, { signal, onProgress }: InstallOptions): Promise<void> {
  const found = await findCudaDownload(wanted, signal)
  const home = dirname(wanted.folder)
  const { bavail, bsize } = await statfs(home)
  if (bavail * bsize < neededShare * found.sizeBytes)
    throw new NetloomError('file.write', `"${home}" has ${printBytes(bavail * bsize)} left.`, {
      expected: neededShare * found.sizeBytes,
      received: bavail * bsize,
      hint: `The download and what is in it need ${printBytes(neededShare * found.sizeBytes)}.`,
    })
  const report = (done: number) => onProgress?.(done, found.sizeBytes)
  await downloadPackage(found, archive, { signal, onProgress: report }).catch((error: unknown) => {
    throw withOfflineWay(error, wanted)
  })
}

/** The folder is whole before it gets its name. */
async function complete(wanted: CudaPackage, archive: string, work: string): Promise<void> {
  const whole = join(work, 'whole')
  const zip = await openPackage(archive)
  try {
    await mkdir(whole)
    await checkPackage(zip, wanted, archive, work)
    const files = [...(await unpack(wanted, zip, archive, whole)), ...(await copyLibrary(wanted, whole))]
    const receipt = { package: wanted.name, version: wanted.version, files }
    await writeFile(join(whole, completionReceipt), `${JSON.stringify(receipt, null, 2)}\n`)
    await replaceFolder(whole, wanted.folder, join(work, 'earlier'))
  } catch (cause) {
    if (cause instanceof NetloomError) throw cause
    throw writeFailure(wanted.folder, cause)
  } finally {
    zip.close()
  }
}

/** Gives a folder its name; one that has the name already is moved aside, and back where that fails. */
async function replaceFolder(made: string, target: string, aside: string): Promise<void> {
  const isReplacing = await rename(target, aside).then(
    () => true,
    (cause: unknown) => {
      if (systemCode(cause) === 'ENOENT') return false
      throw cause
    },
  )
  try {
    await rename(made, target)
  } catch (cause) {
    if (isReplacing) await rename(aside, target)
    throw cause
  }
}

async function unpack(wanted: CudaPackage, zip: ZipPackage, archive: string, whole: string): Promise<CompletedFile[]> {
  const files: CompletedFile[] = []
  for (const { name, pathInPackage } of wanted.files) {
    const entry = zip.entries.get(pathInPackage)
    if (!entry)
      throw new NetloomError('file.read', `"${archive}" does not hold ${pathInPackage}.`, {
        path: archive,
        hint: `The package is ${wanted.name} ${wanted.version}.`,
      })
    await zip.extract(entry, join(whole, name))
    files.push({ name, sizeBytes: entry.uncompressedSize })
  }
  return files
}

async function copyLibrary({ libraryFolder, libraryFiles }: CudaPackage, whole: string): Promise<CompletedFile[]> {
  return Promise.all(
    libraryFiles.map(async (name) => {
      const target = join(whole, name)
      await copyFile(join(libraryFolder, name), target, constants.COPYFILE_FICLONE)
      return { name, sizeBytes: (await stat(target)).size }
    }),
  )
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
 * Takes away what `installCuda` made, and what earlier versions of Netloom put beside their library; nothing else.
 * @returns the bytes that are free again
 * @throws NetloomError file.read where Netloom has installed nothing, file.write
 */
export async function removeCuda({ folder, libraryFolder }: CudaPackage): Promise<number> {
  const made = await readReceipt(folder)
  const earlier = await readReceipt(libraryFolder)
  if (made === undefined && earlier === undefined)
    throw new NetloomError('file.read', `Netloom has installed no CUDA provider in "${folder}".`, { path: folder })
  try {
    if (made !== undefined) await rm(folder, { recursive: true })
    if (earlier !== undefined)
      for (const { name } of [...earlier, { name: completionReceipt }])
        await rm(join(libraryFolder, basename(name)), { force: true })
  } catch (cause) {
    throw writeFailure(made === undefined ? libraryFolder : folder, cause)
  }
  return [...(made ?? []), ...(earlier ?? [])].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

/** What an installation says it put into a folder; undefined where there was none. */
async function readReceipt(folder: string): Promise<readonly CompletedFile[] | undefined> {
  const text = await readFile(join(folder, completionReceipt), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : completionSchema.parse(JSON.parse(text)).files
}
