// A trial of one device in a process of its own, and what its end means; which devices are tried is devices.ts.
import { execFile } from 'node:child_process'
import { z } from 'zod'
import type { DeviceReport } from '../../../shared/engine'
import type { RunDevice } from './runtime'

/** What the process prints as its last line. */
const reportSchema = z.union([
  z.object({ imagesPerSecond: z.number() }),
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
}

/** The Vulkan loader writes pages with its debugging on. */
const mostOutputBytes = 1 << 26

/**
 * Trains a tiny network on a device; a crash takes only the process of the trial, and one that hangs is ended.
 * @param entry path of the built deviceTest.js
 * @param patienceMs a device that has not answered by then counts as hanging
 */
export function runTrial(entry: string, device: RunDevice, patienceMs: number): Promise<Trial> {
  const options = {
    timeout: patienceMs,
    killSignal: 'SIGKILL' as const,
    encoding: 'utf8' as const,
    maxBuffer: mostOutputBytes,
    env: {
      ...process.env,
      // Inside Electron this program is Electron, which would open one more window; `fork` says so by itself.
      ELECTRON_RUN_AS_NODE: '1',
      // With it the loader says which adapter was taken; ONNX Runtime does not.
      ...(device === 'webgpu' && { VK_LOADER_DEBUG: 'layer' }),
    },
  }
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, device], options, (error, stdout, stderr) => {
      const report = parseReport(stdout)
      const code = error?.signal ?? `code ${error?.code}`
      const end = error?.killed ? `was ended after ${patienceMs / 1000} s without an answer` : `ended with ${code}`
      resolve({ ...(report ? { report } : {}), stderr, ...(error ? { end } : {}) })
    })
  })
}

function parseReport(stdout: string): TrialReport | undefined {
  try {
    return reportSchema.safeParse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).data
  } catch {
    return undefined
  }
}

/** What a trial says of a device. */
export function judgeTrial(device: RunDevice, { report, stderr, end }: Trial): Verdict {
  const failed = (detail: string): Verdict => ({ state: 'failed', detail, imagesPerSecond: null })
  if (report && 'error' in report) {
    const isMissing = report.code === 'engine.device'
    return isMissing ? { ...failed(whatIsMissing(device, stderr)), state: 'missing' } : failed(report.error)
  }
  if (end !== undefined) return failed(`The trial ${end}. The driver may be at fault: update it, or use --device cpu.`)
  if (report === undefined) return failed('The trial ended without an answer.')
  const adapter = device === 'webgpu' ? adapterOf(stderr) : undefined
  const detail = isSoftware(adapter)
    ? 'A tiny network trained, but this is a software adapter, which computes on the CPU: --device cpu is faster.'
    : 'A tiny network trained.'
  return { state: 'works', detail, imagesPerSecond: report.imagesPerSecond, ...(adapter ? { adapter } : {}) }
}

/** The adapter that Vulkan's loader names, where it is Vulkan. @see Vulkan-Loader 1.3, docs/LoaderDebugging.md */
function adapterOf(stderr: string): string | undefined {
  return Array.from(stderr.matchAll(/Using "([^"]+)" with driver/gu), ([, name]) => name).at(-1)
}

function isSoftware(adapter = ''): boolean {
  return /swiftshader|llvmpipe|lavapipe|software|basic render/iu.test(adapter)
}

function whatIsMissing(device: RunDevice, stderr: string): string {
  if (device === 'webgpu') {
    if (/Couldn't load Vulkan/u.test(stderr))
      return 'The Vulkan loader is missing: install libvulkan1 (Debian, Ubuntu), vulkan-loader (Fedora) or vulkan-icd-loader (Arch).'
    if (/Found no drivers|ERROR_INCOMPATIBLE_DRIVER/u.test(stderr))
      return 'There is no Vulkan driver: install mesa-vulkan-drivers for an AMD or Intel graphics processor, or the driver of NVIDIA.'
    return 'There is no graphics processor that WebGPU can use, or its driver is too old.'
  }
  const library = /\b(lib[\w.+-]+\.so[\d.]*): cannot open shared object/u.exec(stderr)?.[1] ?? ''
  if (device === 'cuda' && library !== '' && !library.startsWith('libonnxruntime_providers'))
    return `The library ${library} is missing: install CUDA 12 and cuDNN 9.`
  if (device === 'cuda')
    return 'Its libraries are a download of their own: node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12. They want CUDA 12 and cuDNN 9.'
  return 'Its libraries are not installed.'
}
