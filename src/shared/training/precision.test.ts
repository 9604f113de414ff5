// Which engines and devices may train in mixed precision.
import { describe, expect, it } from 'vitest'
import { deviceNames } from './deviceNames'
import { mayMixPrecision, requireMixedPrecision } from './precision'

describe('mixed precision', () => {
  it('is for ONNX Runtime on WebGPU, CUDA and DirectML', () => {
    expect(deviceNames.filter((device) => mayMixPrecision('ort', device))).toEqual(['webgpu', 'cuda', 'dml'])
    expect(deviceNames.filter((device) => mayMixPrecision('tfjs', device))).toEqual([])
  })

  it('is refused elsewhere with the reason and the way out', () => {
    expect(() => requireMixedPrecision('ort', 'webgpu')).not.toThrow()
    expect(() => requireMixedPrecision('ort', 'coreml')).toThrow(/device is coreml.*Train without mixed precision/u)
    expect(() => requireMixedPrecision('tfjs', 'webgpu')).toThrow(/not for TensorFlow\.js/u)
  })
})
