// The calls `devices`: what can compute here, for a screen; finding it is main/devices.
import type { DeviceReport } from '../../shared/training/deviceNames'
import type { Core } from './core'
import { cudaState, dropCuda, getCuda, offerCuda, reportDevices } from '../devices/deviceList'
import { streamOf } from '../process/eventQueue'
import { os, withTypedErrors } from './implementer'

type DeviceEvent =
  | ({ readonly kind: 'trying'; readonly index: number; readonly total: number } & Pick<
      DeviceReport,
      'engine' | 'device'
    >)
  | { readonly kind: 'devices'; readonly devices: DeviceReport[] }

type InstallEvent =
  | { readonly kind: 'progress'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly kind: 'installed'; readonly report: DeviceReport }

/** Calls ten times a second at most, and at the end of the download. */
function rarely(
  tell: (doneBytes: number, totalBytes: number) => void,
): (doneBytes: number, totalBytes: number) => void {
  let toldMs = -Infinity
  return (doneBytes, totalBytes) => {
    if (performance.now() - toldMs < 100 && doneBytes < totalBytes) return
    toldMs = performance.now()
    tell(doneBytes, totalBytes)
  }
}

/** Implements `devices.*`; the devices are looked for once, and again where a person asks. */
export function implementDevices(core: Core) {
  const { stateFolder } = core.options
  let found: Promise<readonly DeviceReport[]> | undefined
  const keep = (search: Promise<readonly DeviceReport[]>) => {
    found = search
    search.catch(() => (found = undefined))
    return search
  }
  return {
    list: os.devices.list.handler(async ({ input }) => {
      if (input.again) found = undefined
      return [...(await (found ?? keep(reportDevices({ stateFolder }))))]
    }),
    test: os.devices.test.handler(({ signal }) =>
      withTypedErrors(
        streamOf<DeviceEvent>(signal, async (push, left) => {
          const devices = await reportDevices({
            stateFolder,
            isRefreshed: true,
            signal: left,
            onTrial: ({ engine, device }, index, total) => push({ kind: 'trying', engine, device, index, total }),
          })
          await keep(Promise.resolve(devices))
          return { kind: 'devices', devices: [...devices] }
        }),
      ),
    ),
    cuda: os.devices.cuda.handler(() => ({ state: cudaState() })),
    cudaOffer: os.devices.cudaOffer.handler(async ({ signal }) => {
      const { isInstalled: _, ...offer } = await offerCuda({ signal })
      return offer
    }),
    installCuda: os.devices.installCuda.handler(({ signal }) =>
      withTypedErrors(
        streamOf<InstallEvent>(signal, async (push, left) => {
          const report = await core.work.during('download', 'CUDA', left, (entry) => {
            const onProgress = rarely((doneBytes: number, totalBytes: number) => {
              entry.report(doneBytes / Math.max(1, totalBytes))
              push({ kind: 'progress', doneBytes, totalBytes })
            })
            return getCuda({ signal: left, onProgress, stateFolder })
          })
          found = undefined
          return { kind: 'installed', report }
        }),
      ),
    ),
    removeCuda: os.devices.removeCuda.handler(async () => {
      const freedBytes = await dropCuda({ stateFolder })
      found = undefined
      return { freedBytes }
    }),
  }
}
