// A trial of one engine on one device in a process of its own, and what its end means; which ones are tried is deviceReports.ts.
import { z } from 'zod'
import { deviceNames, engineNames, type DeviceReport } from '../../shared/training/deviceNames'
import { ChildTask, type ChildEnd } from '../process/ChildTask'
import type { DeviceCandidate } from './deviceCandidates'

/** What the process is to try. */
export const trialCommandSchema = z.object({ engine: z.enum(engineNames), device: z.enum(deviceNames) })
export type TrialCommand = z.output<typeof trialCommandSchema>

/** What the process tells. */
const reportSchema = z.union([
  z.object({
    imagesPerSecond: z.number(),
    /** Of the first steps. */
    losses: z.array(z.number()),
  }),
  z.object({ error: z.string(), code: z.string().optional() }),
])

export type TrialReport = z.output<typeof reportSchema>

export interface Trial {
  /** Left out where it ended without one. */
  readonly report?: TrialReport
  /** Complaints of drivers and libraries; never shown, only searched. */
  readonly stderr: string
  /** Left out where it ended by itself with code 0. */
  readonly end?: string
}

export type Verdict = Pick<DeviceReport, 'state' | 'detail' | 'imagesPerSecond'> & {
  /** What the device calls itself. */
  readonly adapter?: string
  /** Whether it is a program on the CPU that stands for a graphics processor. */
  readonly isSoftware?: boolean
}

/** How far a device's loss may be from the CPU's in the first steps, as a part of it: CUDA multiplies in TF32, with 10 bits. */
const tolerance = 1e-2

/** Signals and codes that say more than their name. */
const endings: Readonly<Record<string, string>> = {
  SIGSEGV: 'it crashed (SIGSEGV: it touched memory that is not its own)',
  SIGBUS: 'it crashed (SIGBUS: a bad memory access)',
  SIGILL: 'it crashed (SIGILL: an instruction that this processor does not have)',
  SIGABRT: 'a library gave up (SIGABRT)',
  SIGKILL: 'the system ended it (SIGKILL), as it does when memory runs out',
  'code 3221225477': 'it crashed (access violation 0xC0000005)',
  'code 3221226505': 'a library gave up (0xC0000409)',
}

/**
 * Trains a tiny network on a device; a crash takes only the process of the trial, and one that hangs is ended.
 * @param entry path of the built deviceTest.js
 * @param patienceMs a device that has not answered by then counts as hanging
 */
export async function runTrial(
  entry: string,
  { engine, device }: Pick<DeviceCandidate, 'engine' | 'device'>,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<Trial> {
  let report: TrialReport | undefined
  const task = new ChildTask<TrialCommand, TrialReport>({
    script: entry,
    messages: reportSchema,
    onMessage: (message) => (report = message),
    output: 'keepErrors',
    signal,
    patienceMs,
    // With it the loader says which adapter was taken; neither engine does.
    environment: device === 'webgpu' ? { VK_LOADER_DEBUG: 'layer' } : {},
  })
  task.send({ engine, device })
  const end = await task.ended
  signal?.throwIfAborted()
  const how = describeTrialEnd(end, patienceMs)
  return { ...(report && { report }), stderr: end.stderr, ...(how !== undefined && { end: how }) }
}

/** What the end of a trial says of the device; undefined where it ended as it should. */
function describeTrialEnd({ isLate, signal, exitCode }: ChildEnd, patienceMs: number): string | undefined {
  if (isLate) return `it did not answer within ${patienceMs / 1000} s and was ended`
  if (signal === null && exitCode === 0) return undefined
  const how = signal ?? `code ${exitCode ?? 'unknown'}`
  return endings[how] ?? `it ended with ${how}`
}

/**
 * What a trial says of a device.
 * @param expected the losses of the same steps on the reference device; left out: they are not compared
 */
export function judgeTrial(
  { engine, device }: Pick<DeviceCandidate, 'engine' | 'device'>,
  { report, stderr, end }: Trial,
  expected?: readonly number[],
): Verdict {
  const failed = (detail: string): Verdict => ({ state: 'failed', detail, imagesPerSecond: null })
  const advice = device === 'cpu' ? '' : ' Update its driver, or use the device cpu.'
  if (report && 'error' in report) {
    if (report.code !== 'engine.device') return failed(report.error)
    const missing =
      whichVulkanIsMissing(device, stderr) ?? (engine === 'ort' ? whatIsMissing(device, stderr) : report.error)
    return { ...failed(missing), state: 'missing' }
  }
  if (end !== undefined) return failed(`The trial failed: ${end}.${advice}`)
  if (report === undefined) return failed(`The trial failed: it ended without an answer.${advice}`)
  const wrong = expected?.findIndex(
    (loss, step) => !(Math.abs((report.losses[step] ?? NaN) - loss) <= tolerance * loss),
  )
  if (wrong !== undefined && wrong >= 0)
    return failed(
      `It computes wrongly: the loss of step ${wrong + 1} is ${printLoss(report.losses[wrong])}, and ${printLoss(expected?.[wrong])} on the CPU.${advice}`,
    )
  const adapter = device === 'webgpu' ? adapterOf(stderr) : undefined
  if (!isSoftware(adapter))
    return {
      state: 'works',
      detail: 'A tiny network trained.',
      imagesPerSecond: report.imagesPerSecond,
      ...(adapter ? { adapter } : {}),
    }
  const detail =
    'A tiny network trained, but this is a software adapter, which computes on the CPU: the device cpu is faster.'
  return { state: 'works', detail, imagesPerSecond: report.imagesPerSecond, adapter, isSoftware: true }
}

function printLoss(loss: number | undefined): string {
  return String(Number((loss ?? Number.NaN).toPrecision(5)))
}

/** The adapter that Vulkan's loader names, where it is Vulkan. @see Vulkan-Loader 1.3, docs/LoaderDebugging.md */
function adapterOf(stderr: string): string | undefined {
  return Array.from(stderr.matchAll(/Using "([^"]+)" with driver/gu), ([, name]) => name).at(-1)
}

function isSoftware(adapter = ''): boolean {
  return /swiftshader|llvmpipe|lavapipe|software|basic render/iu.test(adapter)
}

/** Both engines reach WebGPU on Linux through Vulkan, whose loader says what it lacks. */
function whichVulkanIsMissing(device: DeviceCandidate['device'], stderr: string): string | undefined {
  if (device !== 'webgpu') return undefined
  if (/Couldn't load Vulkan/u.test(stderr))
    return 'The Vulkan loader is missing: install libvulkan1 (Debian, Ubuntu), vulkan-loader (Fedora) or vulkan-icd-loader (Arch).'
  if (/Found no drivers|ERROR_INCOMPATIBLE_DRIVER/u.test(stderr))
    return 'There is no Vulkan driver: install mesa-vulkan-drivers for an AMD or Intel graphics processor, or the driver of NVIDIA.'
  return undefined
}

/** What ONNX Runtime lacks for a device. */
function whatIsMissing(device: DeviceCandidate['device'], stderr: string): string {
  if (device === 'webgpu') return 'There is no graphics processor that WebGPU can use, or its driver is too old.'
  const library = /\b(lib[\w.+-]+\.so[\d.]*): cannot open shared object/u.exec(stderr)?.[1] ?? ''
  if (device === 'cuda' && library !== '' && !library.startsWith('libonnxruntime_providers'))
    return `The library ${library} is missing: install CUDA 12 and cuDNN 9.`
  if (device === 'cuda') return 'Its libraries are a download of their own, and want CUDA 12 and cuDNN 9.'
  return 'Its libraries are not installed.'
}
