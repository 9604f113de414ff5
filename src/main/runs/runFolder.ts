// The run folder on the disk: its files, creating and reading it; not the process that trains in it (trainer/lockedRun.ts).
import { randomUUID } from 'node:crypto'
import { readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { TensorMap } from '../../shared/onnx/tensor'
import { NetloomError } from '../../shared/graph/errors'
import { encodeSafetensors } from '../../shared/training/safetensors'
import { parseCheckpoint } from './checkpoint'
import type { Checkpoint } from './checkpoint'
import { FileWriter, systemCode, writeFailure } from '../files/durableFile'
import { readFailure } from '../files/fileErrors'
import { requireMemory } from '../files/requireMemory'
import { openRegular, readRegular } from '../files/readRegular'
import { parseRunRecord, printRunRecord } from './runRecord'
import type { RunRecord } from './runRecord'
import { shortName } from '../files/shortName'
import { makeFolders } from '../files/makeFolders'

export type CheckpointName = 'last' | 'best'

/** The files of a run. */
export const runFiles = {
  record: 'run.json',
  metrics: 'metrics.jsonl',
  timing: 'timing.jsonl',
  log: 'log.txt',
  label: 'label.json',
  model: 'model.onnx',
  last: join('checkpoints', 'last.safetensors'),
  best: join('checkpoints', 'best.safetensors'),
  /** Weights that a run was given to start from; absent where it starts from random ones. */
  initial: join('checkpoints', 'initial.safetensors'),
} as const

/** Reads a whole file of any size (readFile ends at 2 GiB). @throws NetloomError file.read */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const file = await openRegular(path)
    try {
      const { size } = await file.stat()
      requireMemory(`"${path}"`, size)
      const bytes = new Uint8Array(size)
      for (let done = 0; done < bytes.length;) {
        const { bytesRead } = await file.read(bytes, done, Math.min(bytes.length - done, 64 * 1024 * 1024), done)
        if (bytesRead === 0) return bytes.subarray(0, done)
        done += bytesRead
      }
      return bytes
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw cause instanceof NetloomError ? cause : readFailure(path, cause)
  }
}

/** @throws NetloomError file.read */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause))) return false
    throw readFailure(path, cause)
  }
}

/**
 * Reads what a run is.
 * @throws NetloomError run.missing where the folder does not hold a run; file.read
 */
export async function readRun(directory: string): Promise<RunRecord> {
  const path = join(directory, runFiles.record)
  if (!(await exists(path)))
    throw new NetloomError('run.missing', `"${directory}" is not a run folder: it holds no ${runFiles.record}.`, {
      path: directory,
      hint: 'Name the folder that a training has written.',
    })
  let text: string
  try {
    text = (await readRegular(path)).toString('utf8')
  } catch (cause) {
    throw readFailure(path, cause)
  }
  return parseRunRecord(text, path)
}

/**
 * Reads a checkpoint of a run.
 * @returns undefined where it has none yet
 * @throws NetloomError file.read; weights.malformed, which names the file and says whether the other one is sound
 */
export async function readCheckpoint(directory: string, name: CheckpointName): Promise<Checkpoint | undefined> {
  const path = join(directory, runFiles[name])
  if (!(await exists(path))) return undefined
  try {
    return parseCheckpoint(await readBytes(path))
  } catch (cause) {
    if (!(cause instanceof NetloomError) || cause.code !== 'weights.malformed') throw cause
    const { message, expected, received } = cause
    const hint = await describeOther(directory, name)
    throw new NetloomError('weights.malformed', `"${path}": ${message}`, { path, expected, received, hint, cause })
  }
}

/** What can be done with the checkpoint that is not the damaged or missing one. */
export async function describeOther(directory: string, name: CheckpointName): Promise<string> {
  const other = name === 'last' ? 'best' : 'last'
  const path = join(directory, runFiles[other])
  try {
    if (await exists(path)) {
      const { progress } = parseCheckpoint(await readBytes(path))
      return `"${path}", of step ${progress.stepsTaken}, is sound: a new run can start from its weights.`
    }
  } catch (cause) {
    if (!(cause instanceof NetloomError)) throw cause
  }
  return 'Put the file back as it was, or start a new run.'
}

/**
 * The weights that a run stands for: of its best epoch, else its last ones.
 * @throws NetloomError run.missing where it has not begun; file.read, weights.malformed
 */
export async function readRunWeights(directory: string): Promise<TensorMap> {
  const checkpoint = (await readCheckpoint(directory, 'best')) ?? (await readCheckpoint(directory, 'last'))
  if (checkpoint) return checkpoint.weights
  throw new NetloomError('run.missing', `The run "${directory}" has no checkpoint yet.`, {
    path: directory,
    hint: 'Go on with it first.',
    way: 'goOn',
  })
}

/** @throws NetloomError run.exists where the folder holds anything, or is a file */
export async function checkRunFolderFree(directory: string): Promise<void> {
  let entries: readonly string[]
  try {
    entries = await readdir(directory)
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return
    if (systemCode(cause) !== 'ENOTDIR') throw readFailure(directory, cause)
    throw new NetloomError('run.exists', `The run folder "${directory}" is a file.`, {
      path: directory,
      hint: 'Choose another folder.',
    })
  }
  if (entries.length === 0) return
  const hint = entries.includes(runFiles.record)
    ? 'Go on with that run, or choose another folder.'
    : 'Choose another folder.'
  throw new NetloomError('run.exists', `The run folder "${directory}" exists and is not empty.`, {
    path: directory,
    hint,
  })
}

/**
 * Creates a run folder at once: it is filled beside its place and then renamed.
 * @param weights what training starts from, where not from random weights
 * @throws NetloomError run.exists, file.write
 */
export async function createRunFolder(directory: string, record: RunRecord, weights?: TensorMap): Promise<void> {
  await checkRunFolderFree(directory)
  const target = resolve(directory)
  const staging = join(dirname(target), `.${shortName(basename(target))}-${randomUUID()}`)
  try {
    await makeFolders(join(staging, 'checkpoints'))
    const writer = new FileWriter()
    if (weights) await writer.writeWhole(join(staging, runFiles.initial), encodeSafetensors(weights, {}))
    await writer.writeWhole(join(staging, runFiles.record), [new TextEncoder().encode(printRunRecord(record))])
    if (await exists(target)) await rmdir(target)
    await rename(staging, target)
  } catch (cause) {
    await rm(staging, { recursive: true, force: true })
    if (['ENOTEMPTY', 'EEXIST'].includes(systemCode(cause))) await checkRunFolderFree(directory)
    throw writeFailure(directory, cause)
  }
}
