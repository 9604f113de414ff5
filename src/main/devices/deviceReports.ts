// Every engine and device of this machine with its state, tried out or remembered by the versions of everything it depends on; trying is deviceTrial.ts.
import { createRequire } from 'node:module'
import { release } from 'node:os'
import { z } from 'zod'
import packageJson from '../../../package.json'
import { deviceNames, engineNames, type DeviceReport } from '../../shared/engine'
import { findBuiltEntry } from '../builtEntry'
import { findStateFolder, StateFile } from '../services/stateFolder'
import { listCandidates, type DeviceCandidate } from './deviceCandidates'
import { thisHost, type DeviceHost } from './deviceHost'
import { judgeTrial, runTrial, type Trial, type Verdict } from './deviceTrial'
import { findAdapters, type GraphicsAdapter } from './graphicsAdapters'

const patienceMs = 60_000

/** A device as it was found, with what only the choice among devices needs. */
export interface FoundDevice extends DeviceReport {
  /** Whether it is a program on the CPU that stands for a graphics processor. */
  readonly isSoftware: boolean
}

const entrySchema = z.object({
  engine: z.enum(engineNames),
  device: z.enum(deviceNames).exclude(['auto']),
  state: z.enum(['works', 'failed']),
  detail: z.string(),
  imagesPerSecond: z.number().nullable(),
  adapter: z.string().optional(),
  isSoftware: z.boolean().optional(),
  /** Of its first steps, which other devices are compared with. */
  losses: z.array(z.number()),
})
const memorySchema = z.object({
  /** Versions of everything that a trial depends on. */
  key: z.string(),
  entries: z.array(entrySchema),
})

type Remembered = z.output<typeof entrySchema>
type Memory = z.output<typeof memorySchema>

/** How devices are looked for; left out: on this machine. Tests put other parts in. */
export interface FindDevicesOptions {
  /** Tries everything again. */
  readonly isRefreshed?: boolean
  /** Told before each trial: which one of how many. */
  readonly onTrial?: (candidate: DeviceCandidate, index: number, total: number) => void
  readonly signal?: AbortSignal
  readonly host?: DeviceHost
  readonly stateFolder?: string
  readonly adapters?: () => Promise<readonly GraphicsAdapter[]>
  readonly tryDevice?: (candidate: DeviceCandidate, signal?: AbortSignal) => Promise<Trial>
}

function versionOf(name: string): string {
  try {
    const manifest: unknown = createRequire(import.meta.url)(`${name}/package.json`)
    return z.object({ version: z.string() }).parse(manifest).version
  } catch {
    return ''
  }
}

/** Versions of engines, system, drivers and adapters: another one makes every result old. */
export function printDeviceKey(host: DeviceHost, adapters: readonly GraphicsAdapter[]): string {
  return JSON.stringify({
    netloom: packageJson.version,
    engines: ['onnxruntime-node', '@tensorflow/tfjs-core', 'webgpu'].map(versionOf),
    system: [host.platform, host.arch, release(), host.isElectron ? 'electron' : 'node', process.versions.modules],
    processor: host.processor,
    adapters: adapters.map(({ name, driver }) => [name, driver]),
    vulkan: [process.env['VK_ICD_FILENAMES'] ?? '', process.env['VK_DRIVER_FILES'] ?? ''],
  })
}

/** What is remembered of devices, in the state folder. */
function openMemory(stateFolder: string): StateFile<Memory> {
  return new StateFile(stateFolder, 'devices.json', memorySchema, { key: '', entries: [] })
}

const defaultTry = (candidate: DeviceCandidate, signal?: AbortSignal): Promise<Trial> =>
  runTrial(findBuiltEntry('deviceTest'), candidate, patienceMs, signal)

/**
 * Every device of every engine, each tried in a process of its own, one after the other so that they do not slow each
 * other down. What worked or failed is remembered; what is missing is looked for each time, as people mend it.
 */
export async function findDevices(options: FindDevicesOptions = {}): Promise<readonly FoundDevice[]> {
  const host = options.host ?? thisHost()
  const adapters = await (options.adapters ?? findAdapters)()
  const key = printDeviceKey(host, adapters)
  const memory = openMemory(options.stateFolder ?? findStateFolder())
  const known = await memory.read()
  const entries: Remembered[] = known.key === key && !options.isRefreshed ? [...known.entries] : []
  const candidates = listCandidates(host)
  const found: FoundDevice[] = []
  for (const [index, candidate] of candidates.entries()) {
    if (candidate.missing !== undefined) {
      found.push(reportOf(candidate, { state: 'missing', detail: candidate.missing, imagesPerSecond: null }, adapters))
      continue
    }
    const remembered = entries.find((entry) => isSame(entry, candidate))
    if (remembered) {
      found.push(reportOf(candidate, remembered, adapters))
      continue
    }
    options.onTrial?.(candidate, index, candidates.length)
    const trial = await (options.tryDevice ?? defaultTry)(candidate, options.signal)
    const reference = entries.find((entry) => entry.engine === 'ort' && entry.device === 'cpu')
    const verdict = judgeTrial(candidate, trial, reference?.losses)
    found.push(reportOf(candidate, verdict, adapters))
    if (verdict.state === 'missing') continue
    const losses = trial.report && 'losses' in trial.report ? trial.report.losses : []
    const { engine, device } = candidate
    entries.push({ ...verdict, state: verdict.state, engine, device, losses })
    await memory.update(() => ({ key, entries })).catch(() => undefined)
  }
  return found
}

function isSame(a: Pick<DeviceCandidate, 'engine' | 'device'>, b: Pick<DeviceCandidate, 'engine' | 'device'>): boolean {
  return a.engine === b.engine && a.device === b.device
}

/** The adapter behind a device, where there is no doubt. */
function adapterOf(
  { device }: DeviceCandidate,
  { adapter }: Pick<Verdict, 'adapter'>,
  adapters: readonly GraphicsAdapter[],
): GraphicsAdapter | undefined {
  if (device === 'cpu') return undefined
  if (adapter !== undefined) return adapters.find(({ name }) => name.includes(adapter) || adapter.includes(name))
  if (device === 'cuda')
    return adapters.find(({ name }) => name.startsWith('NVIDIA') || /geforce|quadro|tesla/iu.test(name))
  return adapters.length === 1 ? adapters[0] : undefined
}

const titles: Readonly<Record<Exclude<DeviceReport['device'], 'cpu'>, string>> = {
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'Core ML',
}

function reportOf(candidate: DeviceCandidate, verdict: Verdict, adapters: readonly GraphicsAdapter[]): FoundDevice {
  const { engine, device } = candidate
  const { state, detail, imagesPerSecond, adapter, isSoftware = false } = verdict
  const card = state === 'works' ? adapterOf(candidate, verdict, adapters) : undefined
  const called = adapter ?? card?.name
  return {
    engine,
    device,
    name: called === undefined || device === 'cpu' ? candidate.name : `${called} through ${titles[device]}`,
    state,
    detail: [detail, ...(card ? [describeAdapter(card)] : [])].filter((text) => text !== '').join(' '),
    imagesPerSecond,
    isSoftware,
  }
}

/** Memory and driver as a sentence, as far as known; memory in GB of 10^9 bytes. */
function describeAdapter({ memoryBytes, driver }: GraphicsAdapter): string {
  const memory = memoryBytes === null ? [] : [`${(memoryBytes / 1e9).toFixed(1)} GB of memory`]
  const facts = [...memory, ...(driver === '' ? [] : [`driver ${driver}`])].join(', ')
  return facts === '' ? '' : `${facts.charAt(0).toUpperCase()}${facts.slice(1)}.`
}
