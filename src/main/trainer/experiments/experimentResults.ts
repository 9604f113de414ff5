// Results of experiments as files beside the runs: `RUNS/experiments/NAME-1.json`; not the running of them.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  experimentStateSchema,
  summarizeResult,
  type ExperimentState,
  type ResultSummary,
} from '../../../shared/lectures/experiments/results'
import { NetloomError } from '../../../shared/graph/errors'
import { FileWriter, systemCode, writeFailure } from '../../files/durableFile'
import { readFailure } from '../../files/fileErrors'
import { readRegular } from '../../files/readRegular'
import { makeFolders } from '../../files/makeFolders'

const folderName = 'experiments'
const suffix = '.json'

/** The folder of the results beside the runs of a folder. */
export function resultFolder(runsFolder: string): string {
  return join(runsFolder, folderName)
}

/** The file of a result. */
export function resultPath(runsFolder: string, id: string): string {
  return join(resultFolder(runsFolder), `${id}${suffix}`)
}

async function listNames(runsFolder: string): Promise<readonly string[]> {
  const folder = resultFolder(runsFolder)
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length))
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause))) return []
    throw readFailure(folder, cause)
  }
}

/** A name that no result has yet: `permuted-pixels-1`. @throws NetloomError file.read */
export async function findFreeResult(runsFolder: string, experiment: string): Promise<string> {
  const taken = await listNames(runsFolder)
  const numbers = taken.map((name) =>
    name.startsWith(`${experiment}-`) ? Number(name.slice(experiment.length + 1)) : 0,
  )
  return `${experiment}-${1 + Math.max(0, ...numbers.filter(Number.isSafeInteger))}`
}

/** @throws NetloomError file.write */
export async function writeResult(runsFolder: string, state: ExperimentState): Promise<void> {
  const folder = resultFolder(runsFolder)
  try {
    await makeFolders(folder)
  } catch (cause) {
    throw writeFailure(folder, cause)
  }
  const text = `${JSON.stringify(state)}\n`
  await new FileWriter().writeWhole(resultPath(runsFolder, state.id), [new TextEncoder().encode(text)])
}

/**
 * A kept result. One that says it is running was cut off, unless it runs here.
 * @throws NetloomError run.missing where there is none, or it is not readable; file.read
 */
export async function readResult(runsFolder: string, id: string): Promise<ExperimentState> {
  const path = resultPath(runsFolder, id)
  let text: string
  // A name from outside is a name alone, never a way to another folder.
  if (!/^[a-z0-9-]+$/.test(id)) throw missingResult(runsFolder, id)
  try {
    text = (await readRegular(path)).toString('utf8')
  } catch (cause) {
    if (!['ENOENT', 'ENOTDIR'].includes(systemCode(cause))) throw readFailure(path, cause)
    throw missingResult(runsFolder, id)
  }
  const parsed = experimentStateSchema.safeParse(parseJson(text))
  if (!parsed.success)
    throw new NetloomError('run.missing', `"${path}" does not describe the result of an experiment.`, { path })
  const { data } = parsed
  return data.state === 'running' ? { ...data, state: 'interrupted', secondsLeft: null } : data
}

function missingResult(runsFolder: string, id: string): NetloomError {
  const folder = resultFolder(runsFolder)
  return new NetloomError('run.missing', `There is no result "${id}" in "${folder}".`, { path: folder, received: id })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** All results beside the runs of a folder, newest first; files of another form are left out. @throws NetloomError file.read */
export async function listResults(runsFolder: string): Promise<ResultSummary[]> {
  const results: ResultSummary[] = []
  for (const name of await listNames(runsFolder)) {
    try {
      results.push(summarizeResult(await readResult(runsFolder, name)))
    } catch (error) {
      if (!(error instanceof NetloomError) || error.code !== 'run.missing') throw error
    }
  }
  return results.toSorted((a, b) => b.startedMs - a.startedMs)
}
