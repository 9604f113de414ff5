// Engines and devices of this machine as the command line and the app show them; how they are found is main/devices.
import type { DeviceReport } from '../../shared/engine'
import { findDevices, type FindDevicesOptions } from '../devices/deviceReports'

/** Every device of every engine, with what is missing or wrong where one does not work. */
export async function reportDevices(options: FindDevicesOptions = {}): Promise<readonly DeviceReport[]> {
  const found = await findDevices(options)
  return found.map(({ engine, device, name, state, detail, imagesPerSecond }) => ({
    engine,
    device,
    name,
    state,
    detail,
    imagesPerSecond,
  }))
}
