import { describe, expect, it } from 'vitest'
import { judgeTrial } from './deviceTrial'

const noAdapter = { report: { error: 'WebGPU finds no graphics processor that it can use.', code: 'engine.device' } }
const noLibrary = { report: { error: 'the libraries that cuda needs are not installed.', code: 'engine.device' } }

describe('judgeTrial', () => {
  it('says how fast a device trains, and what it is called', () => {
    const stderr = 'LAYER:      Using "NVIDIA H200" with driver: "libGLX_nvidia.so.0"\n'
    expect(judgeTrial('webgpu', { report: { imagesPerSecond: 5000 }, stderr })).toEqual({
      state: 'works',
      detail: 'A tiny network trained.',
      imagesPerSecond: 5000,
      adapter: 'NVIDIA H200',
    })
    expect(judgeTrial('cpu', { report: { imagesPerSecond: 900 }, stderr: '' })).toEqual({
      state: 'works',
      detail: 'A tiny network trained.',
      imagesPerSecond: 900,
    })
  })

  it('calls a software adapter one', () => {
    const stderr = 'Using "SwiftShader Device (Subzero)" with driver: "libvk_swiftshader.so"\n'
    const { state, detail } = judgeTrial('webgpu', { report: { imagesPerSecond: 58 }, stderr })
    expect(state).toBe('works')
    expect(detail).toContain('software adapter')
  })

  it.each([
    ["Warning: Couldn't load Vulkan: libvulkan.so.1: cannot open shared object file", 'install libvulkan1'],
    ['Warning: vkCreateInstance: Found no drivers!', 'There is no Vulkan driver: install'],
    [
      'Warning: Vulkan shaderUniform*ArrayDynamicIndexing required.\n - While initializing adapter',
      'no graphics processor that WebGPU can use',
    ],
  ])('tells what WebGPU lacks: %s', (stderr, detail) => {
    const verdict = judgeTrial('webgpu', { ...noAdapter, stderr })
    expect(verdict.state).toBe('missing')
    expect(verdict.detail).toContain(detail)
    expect(verdict.imagesPerSecond).toBeNull()
  })

  it.each([
    [
      'Failed to load library /x/libonnxruntime_providers_shared.so with error: /x/libonnxruntime_providers_shared.so: cannot open shared object file: No such file or directory',
      '--onnxruntime-node-install=cuda12',
    ],
    [
      'Failed to load library /x/libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file: No such file or directory',
      'The library libcudnn.so.9 is missing',
    ],
  ])('tells what CUDA lacks: %s', (stderr, detail) => {
    const verdict = judgeTrial('cuda', { ...noLibrary, stderr })
    expect(verdict.state).toBe('missing')
    expect(verdict.detail).toContain(detail)
  })

  it('counts wrong results, crashes and silence as failures', () => {
    const wrong = 'webgpu computes wrongly: the loss of step 1 is 2, and 1.8 on the CPU. Update its driver.'
    expect(judgeTrial('webgpu', { report: { error: wrong, code: 'engine.failed' }, stderr: '' })).toEqual({
      state: 'failed',
      detail: wrong,
      imagesPerSecond: null,
    })
    const crash = judgeTrial('webgpu', { stderr: 'free(): invalid pointer', end: 'ended with SIGABRT' })
    expect(crash.detail).toContain('The trial ended with SIGABRT.')
    expect(crash.detail).not.toContain('invalid pointer')
    const crashAtEnd = { report: { imagesPerSecond: 10 }, stderr: '', end: 'ended with SIGSEGV' }
    expect(judgeTrial('webgpu', crashAtEnd).state).toBe('failed')
    expect(judgeTrial('webgpu', { stderr: '' }).state).toBe('failed')
  })
})
