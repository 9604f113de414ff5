import { describe, expect, it } from 'vitest'
import { engineError, withoutTrace } from './engineError'

// What onnxruntime-node 1.30 says, as recorded from it.
const noAdapter =
  '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters\n'
const noMemory =
  "Non-zero status code returned while running Expand node. Name:'grow' Status Message: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:360 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 16000000000000\n"
const tooManyBuffers =
  "Non-zero status code returned while running Expand node. Name:'grow' Status Message: /onnxruntime_src/onnxruntime/core/providers/webgpu/shader_helper.cc:306 onnxruntime::webgpu::ShaderVariableHelper& onnxruntime::webgpu::ShaderHelper::AddVariableImpl(bool, const std::string&, onnxruntime::webgpu::ShaderUsage, const onnxruntime::TensorShape&, uint32_t) numbers_storage_buffers_ <= limits_.maxStorageBuffersPerShaderStage was false. Too many storage buffers in shader. Current: 16, Max is 12\n"
const fileVersion =
  '/onnxruntime_src/onnxruntime/core/graph/model.cc:202 onnxruntime::Model::Model(onnx::ModelProto&&, const onnxruntime::PathString&, const onnxruntime::IOnnxRuntimeOpSchemaRegistryList*, const onnxruntime::logging::Logger&, const onnxruntime::ModelOptions&) Unsupported model IR version: 99, max supported IR version: 13\n'
const operatorSet =
  '/onnxruntime_src/onnxruntime/core/graph/model_load_utils.h:46 void onnxruntime::model_load_utils::ValidateOpsetForDomain(const std::unordered_map<std::__cxx11::basic_string<char>, int>&, const onnxruntime::logging::Logger&, bool, const std::string&, int) ONNX Runtime only *guarantees* support for models stamped with official released onnx opset versions. Opset 99 is under development and support for this is limited. The operator schemas and or other functionality may change before next ONNX release and in this case ONNX Runtime will not guarantee backward compatibility. Current official support for domain ai.onnx is till opset 26.\n'
const wrongSize =
  'Got invalid dimensions for input: x for the following indices\n index: 1 Got: 5 Expected: 4\n Please fix either the inputs/outputs or the model.'
const poorPower =
  "Non-zero status code returned while running Pow node. Name:'power' Status Message: absl::container_internal::raw_hash_map<>::at"

const invalidModel =
  'Load model from /home/a/m.onnx failed:This is an invalid model. In Node, ("fc", Gemm, "", -1) : ("f": tensor(float),"A": tensor(float),) -> ("y": tensor(float),) , Error Node with schema(::Gemm:9) has input size 2 not in range [min=3, max=3].'

describe('engineError', () => {
  it.each([
    [
      'cpu' as const,
      invalidModel,
      'engine.failed',
      'It stopped on cpu: the file is no valid model: Gemm "fc": Node with schema(::Gemm:9) has input size 2 not in range [min=3, max=3]. The program that wrote it has a fault.',
    ],
    [
      'webgpu' as const,
      noAdapter,
      'engine.device',
      'It stopped on webgpu: WebGPU finds no graphics processor that it can use. The list of devices says what is missing; cpu works everywhere.',
    ],
    [
      'cuda' as const,
      'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
      'engine.device',
      'It stopped on cuda: the libraries that cuda needs are not installed. The list of devices says what is missing; cpu works everywhere.',
    ],
    [
      'cpu' as const,
      noMemory,
      'engine.memory',
      'It stopped on cpu: cpu has no memory left for a tensor of 14.6 TiB. Use a smaller batch or smaller images.',
    ],
    [
      'cuda' as const,
      'CUDA failure 2: out of memory ; GPU=0 ; hostname=host ; expr=cudaMalloc((void**)&p, size);',
      'engine.memory',
      'It stopped on cuda: cuda has no memory left. Use a smaller batch or smaller images.',
    ],
    [
      'webgpu' as const,
      'WebGPU device lost (1): Device was destroyed.',
      'engine.lost',
      'It stopped on webgpu: the graphics processor behind webgpu was reset or taken away. Start again; where it happens again, use the device cpu.',
    ],
    [
      'webgpu' as const,
      tooManyBuffers,
      'engine.failed',
      'It stopped on webgpu: Expand "grow" needs 16 buffers in one shader and the graphics processor allows 12, as happens with very large tensors. Use a smaller batch or smaller images. Or try the device cpu.',
    ],
    [
      'cpu' as const,
      fileVersion,
      'engine.failed',
      'It stopped on cpu: the model has the ONNX file version 99, and this version reads up to 13. Export it for an older version of ONNX.',
    ],
    [
      'cpu' as const,
      operatorSet,
      'engine.failed',
      'It stopped on cpu: the model has the operator set 99, and this version reads up to 26. Export it for an older operator set.',
    ],
    [
      'cpu' as const,
      'Fatal error: acme:Foo(-1) is not a registered function/op',
      'engine.failed',
      'It stopped on cpu: there is no operator acme:Foo. The model was made for another runtime.',
    ],
    [
      'cpu' as const,
      wrongSize,
      'engine.failed',
      'It stopped on cpu: input "x" has 5 along axis 1 where 4 are due. The images do not have the size that the model was made for.',
    ],
    [
      'webgpu' as const,
      poorPower,
      'engine.failed',
      'It stopped on webgpu: Pow "power": absl::container_internal::raw_hash_map<>::at. Try the device cpu.',
    ],
  ])('explains a failure on %s: %s', (device, said, code, message) => {
    const error = engineError('It stopped', device, new Error(said))
    expect(error.message).toBe(message)
    expect(error.code).toBe(code)
    expect(error.cause).toBeInstanceOf(Error)
  })
})

describe('withoutTrace', () => {
  it.each([
    [noAdapter, 'Failed to get a WebGPU adapter: No supported adapters'],
    [noMemory, 'Expand "grow": Failed to allocate memory for requested buffer of size 16000000000000'],
    [tooManyBuffers, 'Expand "grow": Too many storage buffers in shader. Current: 16, Max is 12'],
    [fileVersion, 'Unsupported model IR version: 99, max supported IR version: 13'],
    ['\u001B[1;31m[ONNXRuntimeError] : 1 : FAIL : It broke.\n    at f (/build/a.cpp:1)\n\u001B[m', 'It broke'],
  ])('keeps what was said: %s', (reason, kept) => {
    expect(withoutTrace(reason)).toBe(kept)
  })
})
