// What to write on the command line for the way on that an error states, which a screen has a field or button for.
import { dirname } from 'node:path'
import type { ErrorCode, WayOut } from '../../shared/graph/errors'
import { NetloomError } from '../../shared/graph/errors'
import { isDeviceFailure } from '../devices/deviceFailure'
import type { FittingOptions } from '../devices/fittingBatch'
import { namedScalings } from '../models/scalingNames'
import { commandToAdd, commandToRepair } from '../process/installation'
import { findWaysOn, type WaysOn } from '../trainer/waysOn'

const devices = '"netloom devices" lists them, --device cpu works everywhere'

/** The command or option of each way out. */
const byWay: Readonly<Record<WayOut, string | ((error: NetloomError) => string | undefined)>> = {
  engineOrt: '--engine ort',
  deviceCpu: '--device cpu',
  runAsItIs: 'netloom predict, netloom eval',
  addPackage: ({ expected }) => (typeof expected === 'string' ? commandToAdd(expected) : undefined),
  split: '--split',
  repair: () => commandToRepair(),
  goOn: ({ path }) => (path === undefined ? undefined : `netloom train --resume ${path}`),
}

/** The command or option of each rule whose way on is always the same one. */
const byCode: Partial<Readonly<Record<ErrorCode, string | ((error: NetloomError) => string | undefined)>>> = {
  'dataset.empty': ({ way }) => (way === 'split' ? '--split' : '"netloom data" shows what a dataset holds'),
  'dataset.unreadable': ({ path }) => (path === undefined ? '"netloom data" names the images' : undefined),
  'download.failed': '--from FILE, --feed URL',
  'engine.device': devices,
  'engine.precision': devices,
  'file.outside': 'netloom serve FOLDER',
  'host.port': '--port N',
  'model.scaling': `--normalize ${Object.keys(namedScalings).join(', ')} or MEAN,..:STD,..`,
  'model.unknown': '"netloom new --list" shows the architectures',
  'model.weights': ({ received }) =>
    `netloom train ${typeof received === 'string' ? received : 'NETWORK'} --data DATASET`,
  'training.stopped': ({ path }) => (path === undefined ? undefined : `netloom train --resume ${dirname(path)}`),
}

/** The message of an error with what to write, in brackets at its end. */
export function explainByCommand(error: NetloomError): string {
  const said = [error.way === 'addPackage' ? byWay.addPackage : undefined, byCode[error.code]]
  const ways = said.some(Boolean) ? said : [error.way && byWay[error.way]]
  const texts = ways.map((way) => (typeof way === 'function' ? way(error) : way)).filter((text) => text !== undefined)
  const text = texts.length === 0 ? undefined : texts.join('; ')
  // A way that is there already, such as the one found by trying, is not said twice.
  return text === undefined || error.message.includes('netloom ') ? error.message : `${error.message} (${text})`
}

/**
 * The failure of a device with the commands that go on, as tried; any other failure as it is.
 * @param folder the run folder as it is to be typed
 */
export async function withWaysOn(
  error: unknown,
  { run, folder, ...options }: FittingOptions & { readonly run: string; readonly folder: string },
): Promise<unknown> {
  if (!isDeviceFailure(error)) return error
  const { batchSize, devices } = await findWaysOn(run, error, options).catch((): WaysOn => ({
    batchSize: null,
    devices: [],
  }))
  const resume = `netloom train --resume ${folder}`
  const ways = [
    ...(batchSize === null ? [] : [`${resume} --batch ${batchSize} (which fits)`]),
    ...devices.map((device) => `${resume} --device ${device}`),
  ]
  const hint = `Go on with: ${(ways.length > 0 ? ways : [resume]).join(', or ')}.`
  return new NetloomError(error.code, error.message, { hint, cause: error })
}
