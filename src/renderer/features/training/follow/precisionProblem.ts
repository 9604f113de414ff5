// Why mixed precision cannot be had with the device that is chosen, before a run is started; which devices have it stands in shared/training/precision.
import { deviceNames, type EngineName } from '../../../../shared/training/deviceNames'
import { mayMixPrecision } from '../../../../shared/training/precision'
import { deviceTitle, type Device } from '../../../kernel/devices/devicesStore'

/** The choice in the recipe's panel. */
export interface DeviceChosen {
  /** `auto` or a name of `devices.list`. */
  readonly device: string
  readonly engine: EngineName
}

function canMix({ device, engine }: DeviceChosen): boolean {
  const name = deviceNames.find((known) => known === device)
  return name !== undefined && mayMixPrecision(engine, name)
}

/**
 * Why a run in mixed precision would be refused; null where it may work.
 * @param devices as they were found; undefined while they are not known
 */
export function precisionProblem(chosen: DeviceChosen, devices: readonly Device[] | undefined): string | null {
  const { device, engine } = chosen
  if (device !== 'auto') {
    if (canMix(chosen)) return null
    const why = engine === 'tfjs' ? 'TensorFlow.js has no mixed precision' : 'it has no 16-bit arithmetic'
    return `Not on ${deviceTitle(device, engine)}: ${why}. Choose a graphics processor with ONNX Runtime as the device.`
  }
  const working = devices?.filter(({ state }) => state === 'works')
  if (!working || working.some(canMix)) return null
  const found = [...new Set(working.filter(({ engine }) => engine === 'ort').map((each) => deviceTitle(each.device)))]
  const only = found.length === 0 ? 'No device that has it works here' : `Only ${found.join(' and ')} works here`
  return `${only}; mixed precision needs a graphics processor with 16-bit arithmetic.`
}
