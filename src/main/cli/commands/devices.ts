// `netloom devices`: what can compute on this machine, and getting CUDA.
import { printBytes, printCount } from '../../../shared/graph/printNumbers'
import type { DeviceReport } from '../../../shared/training/deviceNames'
import { cudaState, dropCuda, getCuda, offerCuda, reportDevices } from '../../devices/deviceList'
import { withInterrupts } from '../interrupts'
import { writeJson, writeNote, writeResult } from '../output'
import { Progress } from '../progress'
import { printTable } from '../text'
import { exitCodes, UsageError } from '../usage'

export interface DevicesOptions {
  readonly json?: boolean
  /** Tries everything again, whatever is remembered. */
  readonly refresh?: boolean
  readonly install?: 'cuda'
  readonly remove?: 'cuda'
  /** A package that was downloaded elsewhere. */
  readonly from?: string
  /** The service index of another NuGet feed. */
  readonly feed?: string
}

/** Runs `netloom devices`; the exit code says whether anything works. */
export async function runDevices(options: DevicesOptions): Promise<number> {
  checkOptions(options)
  if (options.remove) {
    writeNote(`Removed the CUDA provider: ${printBytes(await dropCuda())} are free again.`)
    return exitCodes.done
  }
  if (options.install) await install(options)
  const stop = new AbortController()
  const devices = await withInterrupts(
    () => stop.abort(),
    () => findAll(options, stop.signal),
  )
  if (devices === undefined) return exitCodes.interrupted
  if (options.json) writeJson(devices)
  else {
    const rows = devices.map(({ engine, device, name, state, imagesPerSecond, detail }) => [
      engine,
      device,
      state,
      imagesPerSecond === null ? '' : printCount(Math.round(imagesPerSecond)),
      [name, detail].filter((text) => text !== '').join(': '),
    ])
    const columns = [
      { title: 'engine' },
      { title: 'device' },
      { title: 'state' },
      { title: 'images/s', align: 'right' },
      { title: 'detail' },
    ] as const
    writeResult(printTable(columns, rows))
    const isMissing = devices.some(
      ({ engine, device, state }) => engine === 'ort' && device === 'cuda' && state !== 'works',
    )
    if (isMissing && cudaState() === 'offered')
      writeNote('"netloom devices --install cuda" downloads the libraries of CUDA.')
  }
  return devices.some(({ state }) => state === 'works') ? exitCodes.done : exitCodes.failed
}

function checkOptions({ install, remove, from, feed }: DevicesOptions): void {
  if (install && remove) throw new UsageError('choose one of --install and --remove.')
  if (!install && (from !== undefined || feed !== undefined))
    throw new UsageError('--from and --feed go with --install.')
  if (from !== undefined && feed !== undefined) throw new UsageError('choose one of --from and --feed.')
}

/** Says what comes from where under which licence, gets it with progress, and tries it. */
async function install({ from, feed }: DevicesOptions): Promise<void> {
  const progress = new Progress()
  if (from === undefined) {
    const { package: name, version, source, sizeBytes, licence, needs, folder } = await offerCuda({ feed })
    writeNote(`package   ${name} ${version} from ${source}, ${printBytes(sizeBytes)}`)
    writeNote(`licence   ${licence}. ${needs}`)
    writeNote(`goes to   ${folder} (netloom devices --remove cuda takes it away again)`)
  }
  const began = performance.now()
  const onProgress = (done: number, total: number) => {
    const secondsLeft = (((performance.now() - began) / 1000) * (total - done)) / Math.max(1, done)
    progress.update({ done, total, title: 'downloading', detail: printBytes(done), secondsLeft })
  }
  try {
    const { state, detail } = await getCuda({ from, feed, onProgress })
    progress.line(state === 'works' ? 'Installed, and tried: CUDA works.' : `Installed. ${detail}`)
  } finally {
    progress.clear()
  }
}

/** @returns undefined where the signal came first */
async function findAll({ refresh }: DevicesOptions, signal: AbortSignal): Promise<readonly DeviceReport[] | undefined> {
  const onTrial = ({ engine, device }: Pick<DeviceReport, 'engine' | 'device'>) =>
    writeNote(`Trying ${engine} on ${device} ...`)
  try {
    return await reportDevices({ isRefreshed: refresh, signal, onTrial })
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}
