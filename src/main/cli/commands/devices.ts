// `netloom devices`: what can compute on this machine.
import { findDevices } from '../../services/devices'
import { writeJson, writeResult } from '../output'
import { printCount, printTable } from '../text'
import { exitCodes } from '../usage'

/** Runs `netloom devices`; the exit code says whether anything works. */
export async function runDevices(options: { readonly json?: boolean }): Promise<number> {
  const devices = await findDevices()
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
