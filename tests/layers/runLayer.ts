// Runs one layer alone in ONNX Runtime, lowered by hand with a free batch axis; for tests only.
import { InferenceSession, Tensor } from '../../src/main/engines/ort/silencedRuntime'
import { countElements, type Shape } from '../../src/shared/graph/shape'
import type { LayerDefinition, WeightSpec } from '../../src/shared/layers/define'
import { findLayer } from '../../src/shared/layers/index'
import { encodeModel } from '../../src/shared/onnx/bytes'
import { GraphBuilder } from '../../src/shared/onnx/builder'
import { writtenIrVersion, writtenOpset } from '../../src/shared/onnx/model'
import { RandomStream } from '../../src/shared/training/randomStream'

const nodeId = 'probe'

export interface LayerCall {
  readonly type: string
  readonly params?: Readonly<Record<string, unknown>>
  /** Shapes of one image. */
  readonly inputs: readonly Shape[]
  /** Values of each input, all images of the batch; left out: random. */
  readonly values?: readonly (readonly number[])[]
  /** Values of weights by name; those left out are random. */
  readonly weights?: Readonly<Record<string, readonly number[]>>
  readonly batch?: number
}

export interface LayerResult {
  /** Batch axis first. */
  readonly dims: readonly number[]
  readonly data: Float32Array
  /** What the layer inferred, for one image. */
  readonly inferred: Shape
}

function randomValues(count: number, label: string): Float32Array {
  const random = new RandomStream(7, label)
  return Float32Array.from({ length: count }, () => random.between(0.1, 1))
}

function requireLayer(type: string): LayerDefinition {
  const definition = findLayer(type)
  if (!definition) throw new Error(`no layer ${type}`)
  return definition
}

/** The layer as a model of its own: inputs as they come, one output. */
function lowerAlone(call: LayerCall) {
  const definition = requireLayer(call.type)
  const builder = new GraphBuilder(false)
  const values = call.inputs.map((shape, index) => builder.input(`source${index}`, 'float32', ['N', ...shape]))
  const inputNames = call.inputs.map((_, index) => `source${index}`)
  const context = {
    nodeId,
    params: definition.params.strict().parse(call.params ?? {}),
    inputs: call.inputs,
    inputNames,
  }
  const { outputs } = definition.infer(context)
  for (const weight of definition.weights?.(context) ?? []) addWeight(builder, weight, call.weights?.[weight.name])
  const [result = ''] = definition.toOnnx({
    ...context,
    outputs,
    builder,
    values,
    mode: 'inference',
    weight: (name) => `${nodeId}/${name}`,
    dropoutMask: () => {
      throw new Error('inference needs no mask')
    },
    updateWeight: () => {
      throw new Error('inference updates no weight')
    },
  })
  const output = builder.add('Identity', [result], {}, { outputs: ['result'] })
  builder.output(output, 'float32')
  return { builder, inferred: outputs[0] ?? [] }
}

function addWeight(builder: GraphBuilder, { name, shape }: WeightSpec, values: readonly number[] | undefined): void {
  const path = `${nodeId}/${name}`
  const count = countElements(shape)
  if (values && values.length !== count) throw new Error(`${name} has ${count} values, not ${values.length}`)
  builder.initializer(path, {
    dataType: 'float32',
    dims: shape,
    data: values ? Float32Array.from(values) : randomValues(count, path),
  })
}

/** Lowers the layer and runs it once on the CPU. */
export async function runLayer(call: LayerCall): Promise<LayerResult> {
  const { builder, inferred } = lowerAlone(call)
  const bytes = encodeModel({
    irVersion: writtenIrVersion,
    opsets: { '': writtenOpset },
    producerName: 'netloom',
    producerVersion: '0',
    metadata: {},
    graph: builder.build(call.type),
  })
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3, intraOpNumThreads: 1 })
  const batch = call.batch ?? 1
  const feeds = builder.inputs.map(({ name, dims = [] }, index) => {
    const extents = [batch, ...dims.slice(1).map(Number)]
    const values = call.values?.[index]
    const data = values ? Float32Array.from(values) : randomValues(countElements(extents), name)
    return [name, new Tensor('float32', data, extents)] as const
  })
  const { result } = await session.run(Object.fromEntries(feeds))
  await session.release()
  if (!result || !(result.data instanceof Float32Array)) throw new Error('the layer gave no float32 tensor')
  return { dims: result.dims, data: result.data, inferred }
}
