// The calls `devices`: what can compute here, for a screen; finding it is main/devices.
import type { DeviceReport } from '../../shared/engine'
import type { Core } from './core'
import { reportDevices } from './devices'
import { streamOf } from './eventQueue'
import { os, withTypedErrors } from './implementer'

type DeviceEvent =
  | ({ readonly kind: 'trying'; readonly index: number; readonly total: number } & Pick<
      DeviceReport,
      'engine' | 'device'
    >)
  | { readonly kind: 'devices'; readonly devices: DeviceReport[] }

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
  }
}
