import { describe, expect, it } from 'vitest'
import { judgeTrial } from './deviceTrial'

const ortOn = (device: 'cpu' | 'webgpu' | 'cuda') => ({ engine: 'ort', device }) as const
const noAdapter = { report: { error: 'WebGPU finds no graphics processor that it can use.', code: 'engine.device' } }
const noLibrary = { report: { error: 'the libraries that cuda needs are not installed.', code: 'engine.device' } }

describe('judgeTrial', () => {
  it('says how fast a device trains, and what it is called', () => {
    const stderr = 'LAYER:      Using "NVIDIA H200" with driver: "libGLX_nvidia.so.0"\n'
    expect(judgeTrial(ortOn('webgpu'), { report: { imagesPerSecond: 5000, losses: [] }, stderr })).toEqual({
      state: 'works',
      detail: 'A tiny network trained.',
      imagesPerSecond: 5000,
      adapter: 'NVIDIA H200',
    })
    expect(judgeTrial(ortOn('cpu'), { report: { imagesPerSecond: 900, losses: [] }, stderr: '' })).toEqual({
      state: 'works',
      detail: 'A tiny network trained.',
      imagesPerSecond: 900,
    })
  })

  it('calls a software adapter one', () => {
    const stderr = 'Using "SwiftShader Device (Subzero)" with driver: "libvk_swiftshader.so"\n'
    const report = { imagesPerSecond: 58, losses: [] }
    const verdict = judgeTrial(ortOn('webgpu'), { report, stderr })
    expect(verdict.state).toBe('works')
    expect(verdict.isSoftware).toBe(true)
    expect(verdict.detail).toContain('software adapter')
  })

  it.each([
    ["Warning: Couldn't load Vulkan: libvulkan.so.1: cannot open shared object file", 'install libvulkan1'],
    ['Warning: vkCreateInstance: Found no drivers!', 'There is no Vulkan driver: install'],
    [
      'Warning: Vulkan shaderUniform*ArrayDynamicIndexing required.\n - While initializing adapter',
      'no graphics processor that WebGPU can use',
    ],
  ])('tells what WebGPU lacks: %s', (stderr, detail) => {
    const verdict = judgeTrial(ortOn('webgpu'), { ...noAdapter, stderr })
    expect(verdict.state).toBe('missing')
    expect(verdict.detail).toContain(detail)
    expect(verdict.imagesPerSecond).toBeNull()
  })

  it.each([
    [
      'Failed to load library /x/libonnxruntime_providers_shared.so with error: /x/libonnxruntime_providers_shared.so: cannot open shared object file: No such file or directory',
      'Its libraries are a download of their own',
    ],
    [
      'Failed to load library /x/libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file: No such file or directory',
      'The library libcudnn.so.9 is missing',
    ],
  ])('tells what CUDA lacks: %s', (stderr, detail) => {
    const verdict = judgeTrial(ortOn('cuda'), { ...noLibrary, stderr })
    expect(verdict.state).toBe('missing')
    expect(verdict.detail).toContain(detail)
  })

  it('says what a library of another engine says', () => {
    const report = { error: 'tfjs-node-gpu is not installed.', code: 'engine.device' }
    const { state, detail } = judgeTrial({ engine: 'tfjs', device: 'cuda' }, { report, stderr: '' })
    expect([state, detail]).toEqual(['missing', 'tfjs-node-gpu is not installed.'])
  })

  it('compares the first losses with those of the CPU, within a hundredth', () => {
    const judge = (losses: readonly number[]) =>
      judgeTrial(ortOn('webgpu'), { report: { imagesPerSecond: 10, losses: [...losses] }, stderr: '' }, [1.5, 1.25])
    expect(judge([1.51, 1.24]).state).toBe('works')
    const wrong = judge([1.5, 1.3])
    expect(wrong.state).toBe('failed')
    expect(wrong.detail).toBe(
      'It computes wrongly: the loss of step 2 is 1.3, and 1.25 on the CPU. Update its driver, or use the device cpu.',
    )
    expect(judge([Number.NaN, 1.25]).state).toBe('failed')
    expect(judge([1.5]).state).toBe('failed')
  })

  it('counts errors, crashes and silence as failures', () => {
    const error = 'ONNX Runtime stopped in the middle of a run on webgpu: no memory is left.'
    expect(judgeTrial(ortOn('webgpu'), { report: { error, code: 'engine.failed' }, stderr: '' })).toEqual({
      state: 'failed',
      detail: error,
      imagesPerSecond: null,
    })
    const crash = judgeTrial(ortOn('webgpu'), { stderr: 'free(): invalid pointer', end: 'it ended with SIGABRT' })
    expect(crash.detail).toContain('it ended with SIGABRT.')
    expect(crash.detail).not.toContain('invalid pointer')
    const crashAtEnd = { report: { imagesPerSecond: 10, losses: [] }, stderr: '', end: 'it crashed' }
    expect(judgeTrial(ortOn('webgpu'), crashAtEnd).state).toBe('failed')
    expect(judgeTrial(ortOn('webgpu'), { stderr: '' }).state).toBe('failed')
  })
})
