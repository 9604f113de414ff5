// Which devices each engine could have on a machine, and what rules one out before it is tried; trying is deviceTrial.ts.
import type { EngineName, RunDevice } from '../../shared/training/deviceNames'
import { wayToAdd, type Installation } from '../process/installation'
import type { DeviceHost } from './deviceHost'

/** One engine on one device. */
export interface DeviceCandidate {
  readonly engine: EngineName
  readonly device: RunDevice
  /** What it is called until the device says more. */
  readonly name: string
  /** Why it cannot be here, and what to do; left out: only a trial tells. */
  readonly missing?: string
  /** What is to be known where it works. */
  readonly caution?: string
}

interface Rule {
  readonly engine: EngineName
  readonly device: RunDevice
  readonly name: (host: DeviceHost) => string
  readonly missing?: (host: DeviceHost) => string | undefined
  readonly caution?: (host: DeviceHost) => string | undefined
}

const tfjsNode = '@tensorflow/tfjs-node'
const tfjsNodeGpu = '@tensorflow/tfjs-node-gpu'

/** The engine that needs no further package, or the package where one can be added. */
function wayOut(name: string, installation: Installation): string {
  const way = wayToAdd(name, installation)
  return way === undefined ? 'use the engine ort' : `use the engine ort, or ${way}`
}

/** The first one is the reference for the losses of all others. */
const rules: readonly Rule[] = [
  { engine: 'ort', device: 'cpu', name: ({ processor }) => processor },
  {
    engine: 'ort',
    device: 'webgpu',
    name: () => 'GPU through WebGPU',
    missing: ({ platform, arch }) =>
      ['linux/x64', 'win32/x64', 'win32/arm64', 'darwin/x64', 'darwin/arm64'].includes(`${platform}/${arch}`)
        ? undefined
        : 'ONNX Runtime has no WebGPU for this system.',
  },
  {
    engine: 'ort',
    device: 'cuda',
    name: () => 'NVIDIA GPU through CUDA',
    missing: ({ platform, arch }) =>
      platform === 'linux' && arch === 'x64' ? undefined : 'ONNX Runtime for Node has CUDA on Linux x64 only.',
  },
  {
    engine: 'ort',
    device: 'dml',
    name: () => 'GPU through DirectML',
    missing: ({ platform }) => (platform === 'win32' ? undefined : 'DirectML is part of Windows only.'),
  },
  {
    engine: 'ort',
    device: 'coreml',
    name: () => 'Apple GPU and Neural Engine',
    missing: ({ platform }) => (platform === 'darwin' ? undefined : 'Core ML is part of macOS only.'),
  },
  {
    engine: 'tfjs',
    device: 'cpu',
    name: ({ processor, hasPackage }) => (hasPackage(tfjsNode) ? `${processor} through libtensorflow` : processor),
    caution: ({ hasPackage, installation }) =>
      hasPackage(tfjsNode)
        ? undefined
        : `It computes in plain JavaScript, which is very slow: ${wayOut(tfjsNode, installation)}.`,
  },
  {
    engine: 'tfjs',
    device: 'webgpu',
    name: () => 'GPU through WebGPU',
    missing: ({ isElectron, hasPackage, installation }) => {
      // Dawn wraps its own memory as buffers, which V8's memory cage inside Electron refuses.
      if (isElectron)
        return 'tfjs computes on WebGPU through Dawn, which works in plain Node but not inside Electron: use the engine ort here, or the app in a browser.'
      return hasPackage('webgpu') ? undefined : `Dawn is not installed: ${wayOut('webgpu', installation)}.`
    },
  },
  {
    engine: 'tfjs',
    device: 'cuda',
    name: () => 'NVIDIA GPU through libtensorflow',
    missing: ({ platform, hasPackage, installation }) => {
      if (platform === 'darwin') return 'CUDA is not part of macOS.'
      return hasPackage(tfjsNodeGpu)
        ? undefined
        : `${tfjsNodeGpu} is not installed: ${wayOut(tfjsNodeGpu, installation)}. It wants CUDA 11.8 and cuDNN 8.`
    },
  },
]

/** Every engine and device that Netloom knows, the reference first. */
export function listCandidates(host: DeviceHost): readonly DeviceCandidate[] {
  return rules.map(({ engine, device, name, ...rule }) => {
    const [missing, caution] = [rule.missing?.(host), rule.caution?.(host)]
    return { engine, device, name: name(host), ...(missing ? { missing } : {}), ...(caution ? { caution } : {}) }
  })
}
