// Every engine and device of this machine with its state, tried out or remembered by the versions of everything it depends on; trying is deviceTrial.ts.
import { printBytes } from '../../shared/graph/printNumbers'
import { createRequire } from 'node:module'
import { release } from 'node:os'
import { z } from 'zod'
import packageJson from '../../../package.json'
import { deviceNames, engineNames, type DeviceReport, type EngineName } from '../../shared/training/deviceNames'
import { findBuiltEntry } from '../process/builtEntry'
import { findStateFolder, StateFile } from '../files/stateFolder'
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
  state: z.enum(['works', 'missing', 'failed']),
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
  /** Takes a device that was missing before for missing still, and does not look again. */
  readonly takesMissing?: boolean
  /** Only the devices of this engine, and the reference. */
  readonly engine?: EngineName
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

const nothing: Memory = { key: '', entries: [] }

const defaultTry = (candidate: DeviceCandidate, signal?: AbortSignal): Promise<Trial> =>
  runTrial(findBuiltEntry('deviceTest'), candidate, patienceMs, signal)

/**
 * Every device of every engine, each tried in a process of its own, one after the other so that they do not slow each
 * other down. What worked or failed is remembered; what is missing is looked for each time, as people mend it.
 */
export async function findDevices(options: FindDevicesOptions = {}): Promise<readonly FoundDevice[]> {
  const host = options.host ?? thisHost()
  const adapters = await (options.adapters ?? findAdapters)()
  const memory = await DeviceMemory.open(options, printDeviceKey(host, adapters))
  const candidates = listCandidates(host).filter(
    (candidate, index) => index === 0 || options.engine === undefined || candidate.engine === options.engine,
  )
  const found: FoundDevice[] = []
  for (const [index, candidate] of candidates.entries()) {
    let verdict: Verdict | undefined = memory.recall(candidate)
    if (candidate.missing !== undefined)
      verdict = { state: 'missing', detail: candidate.missing, imagesPerSecond: null }
    if (!verdict) {
      options.onTrial?.(candidate, index, candidates.length)
      const trial = await (options.tryDevice ?? defaultTry)(candidate, options.signal)
      verdict = judgeTrial(candidate, trial, memory.referenceLosses())
      await memory.keep(candidate, verdict, trial)
    }
    found.push(reportOf(candidate, verdict, adapters))
  }
  return found
}

/** What earlier trials found, as long as nothing has changed that they depend on. */
class DeviceMemory {
  private constructor(
    private readonly file: StateFile<Memory>,
    private readonly key: string,
    private readonly takesMissing: boolean,
    private entries: readonly Remembered[],
  ) {}

  static async open(options: FindDevicesOptions, key: string): Promise<DeviceMemory> {
    const file = new StateFile(options.stateFolder ?? findStateFolder(), 'devices.json', memorySchema, nothing)
    const known = await file.read()
    const isUsed = known.key === key && options.isRefreshed !== true
    return new DeviceMemory(file, key, options.takesMissing === true, isUsed ? known.entries : [])
  }

  recall(candidate: DeviceCandidate): Remembered | undefined {
    const entry = this.entries.find((remembered) => isSame(remembered, candidate))
    return entry?.state === 'missing' && !this.takesMissing ? undefined : entry
  }

  /** The losses that the other devices are compared with, once they are known. */
  referenceLosses(): readonly number[] | undefined {
    return this.entries.find(({ engine, device, state }) => engine === 'ort' && device === 'cpu' && state === 'works')
      ?.losses
  }

  /** A disk that cannot be written to costs the memory, not the answer. */
  async keep({ engine, device }: DeviceCandidate, verdict: Verdict, { report }: Trial): Promise<void> {
    const losses = report && 'losses' in report ? report.losses : []
    const entry = { ...verdict, engine, device, losses }
    this.entries = [...this.entries.filter((remembered) => !isSame(remembered, entry)), entry]
    const value = { key: this.key, entries: [...this.entries] }
    await this.file.update(() => value).catch(() => undefined)
  }
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
    detail: [detail, card ? describeAdapter(card) : '', (state === 'works' && candidate.caution) || '']
      .filter((text) => text !== '')
      .join(' '),
    imagesPerSecond,
    isSoftware,
  }
}

/** Memory and driver as a sentence, as far as known. */
function describeAdapter({ memoryBytes, driver }: GraphicsAdapter): string {
  const memory = memoryBytes === null ? [] : [`${printBytes(memoryBytes)} of memory`]
  const facts = [...memory, ...(driver === '' ? [] : [`driver ${driver}`])].join(', ')
  return facts === '' ? '' : `${facts.charAt(0).toUpperCase()}${facts.slice(1)}.`
}
