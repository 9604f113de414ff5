// The device for `auto`: a few steps of the user's own network on each device that works, remembered by network and machine; not training.
import { z } from 'zod'
import type { EngineName, RunDevice } from '../../shared/training/deviceNames'
import type { NetworkDocument } from '../../shared/graph/document'
import { serializeDocument } from '../../shared/graph/schema'
import { deviceChoiceSchema, type DeviceChoice } from '../../shared/training/events'
import type { Recipe } from '../../shared/training/recipe'
import { findStateFolder, StateFile } from '../files/stateFolder'
import type { DryRunCommand } from './dryRun'
import { thisHost } from './deviceHost'
import { findDevices, printDeviceKey, type FoundDevice } from './deviceReports'
import { findAdapters, mayHaveGraphics, type GraphicsAdapter } from './graphicsAdapters'
import { measureSteps, type MeasuredSteps, type MeasureOptions } from './measureSteps'
import { hashNetwork } from './networkKey'

type Measurement = DeviceChoice['measured'][number]

const memorySchema = z.array(
  z.object({
    machine: z.string(),
    engine: z.string(),
    network: z.string(),
    measured: deviceChoiceSchema.shape.measured,
  }),
)
type Memory = z.output<typeof memorySchema>

/** Networks that are remembered; the oldest are forgotten. */
const mostRemembered = 200

/** Steps of one device are timed for so long; at least two are. */
const timedSeconds = 0.5
/** A device whose step takes this many times the best one's is given up after it. */
const hopelessFactor = 8
/** A device that has not answered by then is not taken. */
const patienceMs = 120_000

export interface ChoiceRequest {
  readonly document: NetworkDocument
  readonly recipe: Recipe
  readonly engine: EngineName
}

/** How a device is chosen; what is left out is this machine. Tests put other parts in. */
export interface ChoiceOptions {
  readonly signal?: AbortSignal
  /** Told before a device is measured. */
  readonly onMeasuring?: (device: RunDevice) => void
  readonly stateFolder?: string
  readonly mayHaveGraphics?: () => boolean
  readonly adapters?: () => Promise<readonly GraphicsAdapter[]>
  readonly find?: (adapters: readonly GraphicsAdapter[]) => Promise<readonly FoundDevice[]>
  readonly measure?: (command: DryRunCommand, options: MeasureOptions) => Promise<MeasuredSteps>
}

/**
 * Chooses the device on which a network trains fastest. Where only the CPU works, nothing is measured and no process
 * started. Software adapters are left out: they compute on the same CPU.
 * @throws the reason of the signal
 */
export async function chooseDevice(request: ChoiceRequest, options: ChoiceOptions = {}): Promise<DeviceChoice> {
  const onlyCpu: DeviceChoice = { device: 'cpu', measured: [], isRemembered: false }
  if (!(options.mayHaveGraphics ?? mayHaveGraphics)()) return onlyCpu
  const adapters = await (options.adapters ?? findAdapters)()
  const stateFolder = options.stateFolder ?? findStateFolder()
  const find =
    options.find ??
    ((known) =>
      findDevices({
        engine: request.engine,
        takesMissing: true,
        stateFolder,
        signal: options.signal,
        adapters: () => Promise.resolve(known),
      }))
  const found = (await find(adapters)).filter(({ engine }) => engine === request.engine)
  const working = found.filter(({ state, isSoftware }) => state === 'works' && !isSoftware).map(({ device }) => device)
  if (working.every((device) => device === 'cpu')) return onlyCpu
  const memory = new StateFile<Memory>(stateFolder, 'speeds.json', memorySchema, [])
  const key = {
    machine: printDeviceKey(thisHost(), adapters),
    engine: request.engine,
    network: hashNetwork(request.document, request.recipe),
  }
  const remembered = (await memory.read()).find((entry) => isSameKey(entry, key))?.measured
  if (remembered && working.every((device) => remembered.some((entry) => entry.device === device)))
    return { device: fastestOf(remembered), measured: remembered, isRemembered: true }
  const measured = await measureAll(request, working, options)
  await memory
    .update((entries) =>
      [...entries.filter((entry) => !isSameKey(entry, key)), { ...key, measured }].slice(-mostRemembered),
    )
    .catch(() => undefined)
  return { device: fastestOf(measured), measured, isRemembered: false }
}

function isSameKey(a: Omit<Memory[number], 'measured'>, b: Omit<Memory[number], 'measured'>): boolean {
  return a.machine === b.machine && a.engine === b.engine && a.network === b.network
}

/** The device with the shortest step; the CPU where none could be measured. */
function fastestOf(measured: readonly Measurement[]): RunDevice {
  const times = measured.filter(({ secondsPerStep }) => secondsPerStep !== null)
  times.sort((a, b) => (a.secondsPerStep ?? 0) - (b.secondsPerStep ?? 0))
  return times[0]?.device ?? 'cpu'
}

/** One after the other, the CPU last: what is much slower than the best is given up early. */
async function measureAll(
  { document, recipe, engine }: ChoiceRequest,
  devices: readonly RunDevice[],
  { signal, onMeasuring, measure = measureSteps }: ChoiceOptions,
): Promise<Measurement[]> {
  const measured: Measurement[] = []
  const ordered = [...devices.filter((device) => device !== 'cpu'), ...devices.filter((device) => device === 'cpu')]
  const text = serializeDocument(document)
  for (const device of ordered) {
    onMeasuring?.(device)
    const best = Math.min(...measured.map(({ secondsPerStep }) => secondsPerStep ?? Infinity))
    const until = { timedSeconds, hopelessSeconds: Number.isFinite(best) ? hopelessFactor * best : undefined }
    try {
      const { secondsPerStep } = await measure(
        { document: text, recipe, engine, device, ...until },
        { signal, patienceMs },
      )
      measured.push({ device, secondsPerStep, problem: null })
    } catch (error) {
      signal?.throwIfAborted()
      measured.push({ device, secondsPerStep: null, problem: error instanceof Error ? error.message : String(error) })
    }
  }
  return measured
}
