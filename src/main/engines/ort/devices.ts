// The devices of ONNX Runtime on this machine, each tried out; how a trial runs is deviceTrial.ts.
import { cpus } from 'node:os'
import { findBuiltEntry } from '../../builtEntry'
import type { DeviceReport } from '../../../shared/engine'
import { judgeTrial, runTrial, type Verdict } from './deviceTrial'
import { listBackends, type RunDevice } from './runtime'

const patienceMs = 60_000

const devices: readonly { readonly device: RunDevice; readonly name: string; readonly missing: string }[] = [
  { device: 'cpu', name: cpus()[0]?.model.trim() ?? 'CPU', missing: 'ONNX Runtime has no CPU kernels here.' },
  { device: 'webgpu', name: 'GPU through WebGPU', missing: 'ONNX Runtime has no WebGPU for this system.' },
  { device: 'cuda', name: 'NVIDIA GPU through CUDA', missing: 'ONNX Runtime has no CUDA for this system.' },
  { device: 'dml', name: 'GPU through DirectML', missing: 'DirectML is part of Windows only.' },
  { device: 'coreml', name: 'Apple GPU and Neural Engine', missing: 'Core ML is part of macOS only.' },
]

/** Tries every device, one after the other, so that they do not slow each other down. */
export async function findDevices(): Promise<readonly DeviceReport[]> {
  const known = listBackends()
  const reports: DeviceReport[] = []
  for (const { device, name, missing } of devices) {
    const verdict: Verdict = known.includes(device)
      ? judgeTrial(device, await runTrial(findBuiltEntry('deviceTest'), device, patienceMs))
      : { state: 'missing', detail: missing, imagesPerSecond: null }
    const { adapter, ...report } = verdict
    reports.push({ engine: 'ort', device, name: adapter ? `${adapter} through WebGPU` : name, ...report })
  }
  return reports
}
