// Engines and devices of this machine, each tried out; not choosing one for a run.
import type { DeviceReport } from '../../shared/engine'
import { loadEngine } from '../engines/index'

/** Every device of every engine in this version, with what is missing where one does not work. */
export async function findDevices(): Promise<readonly DeviceReport[]> {
  const engine = await loadEngine('ort')
  return engine.findDevices()
}
