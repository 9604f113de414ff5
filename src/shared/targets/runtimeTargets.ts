// The targets of ONNX Runtime: blocked and plain kernels of the CPU, WebGPU, other devices, and half precision on top of one.
import type { Target } from '../lower/target'
import type { RunDevice } from '../training/deviceNames'
import { legalise } from './legalise'
import { toMixedPrecision } from './mixedPrecision'
import { adaptToWebGpu } from './webgpu'

/** The CPU. @param blockSize channels per block of its blocked kernels on this machine; null: plain layout throughout */
export function cpuTarget(blockSize: number | null): Target {
  return {
    name: blockSize === null ? 'cpu' : `cpu, blocks of ${blockSize}`,
    givesMaxPoolIndices: true,
    isFinal: blockSize !== null,
    rewrite: (step) => legalise(step, { blockSize }),
    adapt: (graph) => graph,
  }
}

/** A graphics processor or another accelerator. */
export function acceleratorTarget(device: Exclude<RunDevice, 'cpu'>): Target {
  return {
    name: device,
    givesMaxPoolIndices: false,
    isFinal: false,
    rewrite: (step) => legalise(step, { blockSize: null, isAccelerator: true }),
    adapt: device === 'webgpu' ? adaptToWebGpu : (graph) => graph,
  }
}

/** The same target with products in float16 between float32 sums. */
export function inHalfPrecision(target: Target): Target {
  return {
    ...target,
    name: `${target.name}, half precision`,
    rewrite: (step) => toMixedPrecision(target.rewrite(step)),
  }
}

/** A device with plain kernels: what prediction and small graphs of ours are written for. */
export function plainTarget(device: RunDevice): Target {
  return device === 'cpu' ? cpuTarget(null) : acceleratorTarget(device)
}
