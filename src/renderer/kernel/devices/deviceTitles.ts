// What engines and devices are called on screens; not which there are (devicesStore.ts).
import type { EngineName } from '../../../shared/training/deviceNames'

const engineTitles: Readonly<Record<EngineName, string>> = { ort: 'ONNX Runtime', tfjs: 'TensorFlow.js' }

const deviceTitles: Readonly<Record<string, string>> = {
  auto: 'Automatic',
  cpu: 'CPU',
  webgpu: 'GPU (WebGPU)',
  cuda: 'GPU (CUDA)',
  dml: 'GPU (DirectML)',
  coreml: 'Core ML',
}

/** The name of an engine as people know it. */
export function engineTitle(engine: EngineName): string {
  return engineTitles[engine]
}

/** A device as a chip or a menu shows it; the engine is named where it is not the usual one. */
export function deviceTitle(device: string, engine: EngineName = 'ort'): string {
  const title = deviceTitles[device] ?? device
  return engine === 'ort' ? title : `${title}, ${engineTitles[engine]}`
}
