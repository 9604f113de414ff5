// The devices of ONNX Runtime on this machine, each tried in a process of its own.
import { execFile } from 'node:child_process'
import { cpus } from 'node:os'
import { findBuiltEntry } from '../../builtEntry'
import type { DeviceReport } from '../../../shared/engine'
import { listBackends, type RunDevice } from './runtime'

/** A device that has not answered by then counts as hanging. */
const patienceMs = 60_000

const devices: readonly { readonly device: RunDevice; readonly name: string; readonly missing: string }[] = [
  { device: 'cpu', name: cpus()[0]?.model.trim() ?? 'CPU', missing: 'ONNX Runtime has no CPU kernels here.' },
  { device: 'webgpu', name: 'GPU through WebGPU', missing: 'This build of ONNX Runtime has no WebGPU provider.' },
  {
    device: 'cuda',
    name: 'NVIDIA GPU through CUDA',
    missing: 'The CUDA provider is not installed; it is an optional download.',
  },
  { device: 'dml', name: 'GPU through DirectML', missing: 'DirectML is part of Windows only.' },
  { device: 'coreml', name: 'Apple GPU and Neural Engine', missing: 'Core ML is part of macOS only.' },
]

/** Tries every device, one after the other, so that they do not slow each other down. */
export async function findDevices(): Promise<readonly DeviceReport[]> {
  const known = listBackends()
  const reports: DeviceReport[] = []
  for (const { device, name, missing } of devices) {
    const report = known.includes(device)
      ? await tryDevice(device)
      : { state: 'missing' as const, detail: missing, imagesPerSecond: null }
    reports.push({ engine: 'ort', device, name, ...report })
  }
  return reports
}

function tryDevice(device: RunDevice): Promise<Pick<DeviceReport, 'state' | 'detail' | 'imagesPerSecond'>> {
  return new Promise((resolve) => {
    const fail = (detail: string) => resolve({ state: 'failed', detail, imagesPerSecond: null })
    const options = { timeout: patienceMs, killSignal: 'SIGKILL' as const, encoding: 'utf8' as const }
    execFile(process.execPath, [findBuiltEntry('deviceTest'), device], options, (error, stdout, stderr) => {
      const report = parseReport(stdout)
      if (report?.imagesPerSecond !== undefined) {
        resolve({ state: 'works', detail: 'A tiny network trained.', imagesPerSecond: report.imagesPerSecond })
      } else if (report?.error !== undefined) fail(firstLine(report.error))
      else if (error?.killed) fail(`The test did not end within ${patienceMs / 1000} s.`)
      else fail(`The test process ended with ${error?.signal ?? `code ${error?.code}`}. ${firstLine(stderr)}`.trim())
    })
  })
}

function parseReport(stdout: string): { readonly imagesPerSecond?: number; readonly error?: string } | undefined {
  try {
    const value: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? ''
}
