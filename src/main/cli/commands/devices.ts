// `netloom devices`: what can compute on this machine.
import type { DeviceReport } from '../../../shared/engine'
import { reportDevices } from '../../services/devices'
import { withInterrupts } from '../interrupts'
import { writeJson, writeNote, writeResult } from '../output'
import { printCount, printTable } from '../text'
import { exitCodes } from '../usage'

export interface DevicesOptions {
  readonly json?: boolean
  /** Tries everything again, whatever is remembered. */
  readonly refresh?: boolean
}

/** Runs `netloom devices`; the exit code says whether anything works. */
export async function runDevices(options: DevicesOptions): Promise<number> {
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
  }
  return devices.some(({ state }) => state === 'works') ? exitCodes.done : exitCodes.failed
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
