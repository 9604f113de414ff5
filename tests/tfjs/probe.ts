// One layer alone on both engines: its output and all its gradients for the same inputs, weights and arriving gradient; for tests only.
import type { Tensor as TfTensor, Variable } from '@tensorflow/tfjs-core'
import { tf } from '../../src/main/engines/tfjs/backend'
import { differentiateFrom } from '../../src/shared/autodiff/backward'
import { expandTraining } from '../../src/shared/autodiff/expandTraining'
import { stepRules } from '../../src/shared/autodiff/rules/stepGradients'
import { inferReadyNode, type InferredLayer } from '../../src/shared/network/inferNode'
import { lowerTfjsLayer } from '../../src/shared/targets/tfjs/lowerTfjs'
import { runForward } from '../../src/shared/targets/tfjs/tfjsNetwork'
import { fromVariable, toNchw, toNhwc, toNhwcDims } from '../../src/shared/targets/tfjs/weightLayout'
import type { Tensor } from '../../src/shared/onnx/tensor'
import type { NodeId } from '../../src/shared/graph/document'
import { countElements, type Shape } from '../../src/shared/graph/shape'
import type { TfjsAudience } from '../../src/shared/layers/parts/tfjsTarget'
import { findDefinition, findLayer } from '../../src/shared/layers/index'
import { GraphBuilder } from '../../src/shared/onnx/builder'
import { specialize } from '../../src/shared/onnx/specialize'
import { RandomStream } from '../../src/shared/training/randomStream'
import { runGraph, type Numbers } from '../reference/runGraph'

const id = 'probe' as NodeId

/** A layer with everything that goes in, in our layout. */
export interface Probe {
  readonly layer: InferredLayer
  readonly count: number
  /** [N, C, H, W] or [N, F], one per input. */
  readonly inputs: readonly Tensor[]
  /** By weight name. */
  readonly weights: ReadonlyMap<string, Tensor>
  /** The gradient that arrives at the output. */
  readonly dy: Tensor
  /** Of a dropout layer. */
  readonly mask: Tensor
}

/** What comes out: the output, gradients by `input0` ... and by weight name, new statistics by `new` and weight name. */
export type Probed = ReadonlyMap<string, Float32Array>

export function inferLayer(
  type: string,
  params: Readonly<Record<string, unknown>>,
  inputs: readonly Shape[],
): InferredLayer {
  const definition = findLayer(type)
  if (!definition) throw new Error(`no layer ${type}`)
  const sources = inputs.map((_, index) => ({ node: `source${index}` as NodeId, port: 'out' }))
  const node = { id, type, params }
  const parsed = definition.params.strict().parse(params)
  const { inferred } = inferReadyNode({ node, definition, params: parsed, inputs, sources }, findDefinition)
  if (!inferred) throw new Error(`${type} refuses its example`)
  return { ...inferred, definition }
}

function randomTensor(dims: readonly number[], label: string, low: number, high: number): Tensor {
  const random = new RandomStream(11, label)
  return { dims, data: Float32Array.from({ length: countElements(dims) }, () => random.between(low, high)) }
}

/** Random inputs, weights and arriving gradient for a layer. */
export function fillProbe(layer: InferredLayer, count: number): Probe {
  const outputs = [count, ...(layer.outputs[0] ?? [])]
  const first = [count, ...(layer.inputs[0] ?? [])]
  const drawn = randomTensor(first, 'mask', 0, 1)
  return {
    layer,
    count,
    inputs: layer.inputs.map((shape, index) => randomTensor([count, ...shape], `input${index}`, -1, 1)),
    // Variances and norm scales must be positive; the rest may be as well.
    weights: new Map(layer.weights.map(({ name, shape }) => [name, randomTensor(shape, name, 0.1, 1)])),
    dy: randomTensor(outputs, 'dy', -1, 1),
    mask: { dims: first, data: drawn.data.map((value) => (value < 0.5 ? 0 : 2)) },
  }
}

export interface ProbeOptions {
  readonly mode: 'inference' | 'training'
  /** Gradients are wanted too. */
  readonly gradients: boolean
}

/** The layer on TensorFlow.js, on the backend that is active. */
export async function probeTfjs(
  probe: Probe,
  options: ProbeOptions & { readonly audience: TfjsAudience },
): Promise<Probed> {
  const { layer, count, dy, mask } = probe
  const weights = new Map(Array.from(probe.weights, ([name, tensor]) => [`${id}/${name}`, tensor]))
  const network = lowerTfjsLayer(tf, layer, { ...options, weights })
  const inputs = probe.inputs.map(({ data }, index) => {
    const shape = layer.inputs[index] ?? []
    return tf.variable(tf.tensor(toNhwc(data, count, shape), [count, ...toNhwcDims(shape)]))
  })
  const masks = network.masks.map(({ shape }) =>
    tf.tensor(toNhwc(mask.data, count, shape), [count, ...toNhwcDims(shape)]),
  )
  const outputShape = layer.outputs[0] ?? []
  const arriving = tf.tensor(toNhwc(dy.data, count, outputShape), [count, ...toNhwcDims(outputShape)])
  let y: TfTensor | undefined
  let updates: ReadonlyMap<string, TfTensor> = new Map()
  const compute = () => {
    const forward = runForward(network, [...inputs, ...masks])
    y = tf.keep(tf.clone(forward.output))
    updates = new Map(Array.from(forward.updates, ([path, value]) => [path, tf.keep(tf.clone(value))]))
    return tf.sum<TfTensor<never>>(tf.mul(forward.output, arriving))
  }
  const results = new Map<string, Float32Array>()
  const trained = network.weights.filter(({ weight }) => weight.trainable)
  const variables = [...inputs, ...trained.map(({ variable }) => variable.read() as Variable)]
  const grads: Readonly<Record<string, TfTensor>> = options.gradients ? tf.variableGrads(compute, variables).grads : {}
  if (!options.gradients) compute()
  results.set('y', toNchw(Float32Array.from(await y!.data()), count, outputShape))
  for (const [path, value] of updates)
    results.set(`new ${path.slice(id.length + 1)}`, Float32Array.from(await value.data()))
  if (!options.gradients) return results
  for (const [index, variable] of inputs.entries()) {
    const gradient = grads[variable.name]
    if (gradient)
      results.set(`input${index}`, toNchw(Float32Array.from(await gradient.data()), count, layer.inputs[index] ?? []))
  }
  for (const { weight, variable, layout } of trained) {
    const { name, shape } = weight.spec
    const target = results.get(name) ?? new Float32Array(countElements(shape))
    const gradient = grads[(variable.read() as Variable).name]
    if (gradient) fromVariable(Float32Array.from(await gradient.data()), layout, shape, target)
    results.set(name, target)
  }
  return results
}

/** The layer on ONNX Runtime's CPU, with gradients from the walker. */
export async function probeOrt(probe: Probe, { mode, gradients }: ProbeOptions): Promise<Probed> {
  const { layer, dy, mask } = probe
  const builder = new GraphBuilder(false)
  const values = layer.inputs.map((shape, index) => builder.input(`input${index}`, 'float32', ['N', ...shape]))
  for (const { name, shape } of layer.weights) builder.input(name, 'float32', shape)
  const updates = new Map<string, string>()
  const [result = ''] = layer.definition.toOnnx({
    nodeId: id,
    params: layer.params,
    inputs: layer.inputs,
    inputNames: layer.inputNames,
    outputs: layer.outputs,
    builder,
    values,
    mode,
    weight: (name) => name,
    dropoutMask: () => builder.input('mask', 'float32', ['N', ...(layer.inputs[0] ?? [])]),
    updateWeight: (name, value) => updates.set(name, value),
  })
  const y = builder.add('Identity', [result], {}, { outputs: ['y'] })
  builder.output(y, 'float32')
  for (const value of updates.values()) builder.output(value, 'float32')
  const feeds = new Map<string, Numbers>()
  probe.inputs.forEach((tensor, index) => feeds.set(`input${index}`, tensor))
  for (const [name, tensor] of probe.weights) feeds.set(name, tensor)
  if (builder.inputs.some(({ name }) => name === 'mask')) feeds.set('mask', mask)
  const dims = Object.fromEntries(Array.from(feeds, ([name, tensor]) => [name, tensor.dims]))
  const { builder: expanded, rules } = expandTraining(specialize(builder.build('probe'), dims))
  const wanted = [
    ...layer.inputs.map((_, index) => `input${index}`),
    ...layer.weights.filter(({ trainable }) => trainable).map(({ name }) => name),
  ]
  const wantedGradients = gradients ? wanted : []
  if (gradients) {
    expanded.input('dy', 'float32', dy.dims)
    feeds.set('dy', dy)
  }
  const found = gradients
    ? differentiateFrom(expanded, new Map([[y, 'dy']]), wantedGradients, new Map([...rules, ...stepRules(expanded)]))
    : new Map<string, string>()
  const names = [y, ...updates.values(), ...found.values()]
  const used = new Set(expanded.inputs.map(({ name }) => name))
  const results = await runGraph(expanded, new Map([...feeds].filter(([name]) => used.has(name))), [...new Set(names)])
  const valueOf = (name: string): Float32Array => results.get(name) ?? new Float32Array()
  return new Map([
    ['y', valueOf(y)],
    ...Array.from(updates, ([name, value]) => [`new ${name}`, valueOf(value)] as const),
    ...Array.from(found, ([name, value]) => [name, valueOf(value)] as const),
  ])
}
