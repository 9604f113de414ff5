// Any ONNX operator as a layer, for what has no layer of its own: kept from an imported file and exported unchanged.
import { z } from 'zod'
import type { ParameterValues } from '../graph/document'
import { internalError, NetloomError } from '../graph/errors'
import { countElements, type Shape } from '../graph/shape'
import { countOperatorMacs } from '../onnx/countMacs'
import { inferNode, type ValueType } from '../onnx/inferShapes'
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../onnx/model'
import { defineLayer, type LayerContext, type NodePorts, type WeightSpec } from './define'
import { layerError, oneInput, oneOutput, type Located } from './parts/located'
import {
  attributeSchema,
  castWeight,
  extentsTensor,
  lowerExtents,
  operandSchema,
  restoreAttribute,
  restoreTensor,
  trialBatch,
} from './parts/onnxOperands'
import { typeOfInput } from './parts/operandTypes'
import { vectorWeight } from './parts/parameters'
import { named, times } from '../shapes/expression'
import { explainRule } from './parts/rules'

const title = 'ONNX operator'
const shape = z.array(z.int().min(1).max(1_000_000_000)).max(8)

const params = z.object({
  opType: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]*$/)
    .default('Identity')
    .meta({ title: 'Operator', help: 'Its name in the list of ONNX operators, set 17.' }),
  domain: z
    .string()
    .max(200)
    .default('')
    .meta({ title: 'Domain', help: "Empty for ONNX's own operators; com.microsoft for those of ONNX Runtime." }),
  attributes: z
    .record(z.string(), attributeSchema)
    .default({})
    .meta({ title: 'Attributes', help: 'By name: {"axis": {"type": "int", "value": 1}}.' }),
  operands: z
    .array(operandSchema)
    .min(1)
    .max(1000)
    .default([{ kind: 'input' }])
    .meta({ title: 'Inputs', help: 'What stands at each input: a layer, a constant, a weight, or nothing.' }),
  outputs: z.int().min(1).max(1000).default(1).meta({ title: 'Outputs', help: 'How many values it gives.' }),
  stated: z
    .object({ inputs: z.array(shape), outputs: z.array(shape) })
    .optional()
    .meta({ title: 'Stated shapes', help: 'Shapes from the file, for operators whose shapes are not known here.' }),
})
type Params = z.output<typeof params>

/** The ports that saved parameters ask for; odd parameters are refused later, by the table. */
function portsOfParams({ operands, outputs }: ParameterValues): NodePorts {
  const inputs = Array.isArray(operands)
    ? operands.filter((operand: unknown) => operandSchema.safeParse(operand).data?.kind === 'input').length
    : 1
  const names = (stem: string, count: number): string[] =>
    count === 1 ? [stem] : Array.from({ length: Math.min(count, 1000) }, (_, index) => `${stem}${index}`)
  return {
    inputs: { kind: 'fixed', names: names('in', Math.max(1, inputs)) },
    outputPorts: names('out', typeof outputs === 'number' && Number.isInteger(outputs) && outputs > 0 ? outputs : 1),
  }
}

function toNode(nodeId: string, { opType, domain, attributes, operands, outputs }: Params): OnnxNode {
  const restored = Object.entries(attributes).map(([name, saved]): [string, OnnxAttribute] => [
    name,
    restoreAttribute(saved),
  ])
  return {
    opType,
    domain,
    name: nodeId,
    inputs: operands.map(({ kind }, index) => (kind === 'absent' ? '' : `operand${index}`)),
    outputs: Array.from({ length: outputs }, (_, index) => `output${index}`),
    attributes: Object.fromEntries(restored),
  }
}

/** Shapes of all outputs for one image. */
function inferShapes(context: LayerContext<Params>): readonly Shape[] {
  const { params, inputs } = context
  const types = new Map<string, ValueType>()
  const constants = new Map<string, OnnxTensor>()
  let next = 0
  params.operands.forEach((operand, index) => {
    const name = `operand${index}`
    if (operand.kind === 'input') {
      const dataType = typeOfInput(params, index)
      types.set(name, { dataType, dims: [trialBatch, ...(inputs[next++] ?? [])] })
    } else if (operand.kind === 'constant') {
      const tensor = restoreTensor(operand.tensor)
      constants.set(name, tensor)
      types.set(name, tensor)
    } else if (operand.kind === 'extents') {
      const tensor = extentsTensor(operand, trialBatch)
      constants.set(name, tensor)
      types.set(name, tensor)
    } else if (operand.kind === 'weight')
      types.set(name, { dataType: operand.dataType ?? 'float32', dims: operand.shape })
  })
  const node = toNode(context.nodeId, params)
  let found: readonly ValueType[]
  try {
    found = inferNode(
      node,
      (value) => types.get(value),
      (value) => constants.get(value),
    )
  } catch (error) {
    const known = error instanceof NetloomError && error.code === 'onnx.unsupported' ? statedShapes(context) : undefined
    if (known) return known
    if (!(error instanceof NetloomError)) throw error
    throw layerError(title, context, 'layer.shape', error.message, {
      received: inputs,
      hint: 'Change its operator, attributes, constants or inputs, or put a layer in its place.',
    })
  }
  return node.outputs.map((_, index) => withoutBatch(context, found[index]?.dims ?? []))
}

function withoutBatch(context: Located, [batch, ...rest]: readonly number[]): Shape {
  if (batch === trialBatch) return rest
  throw layerError(title, context, 'layer.shape', 'its output does not have one entry per image.', {
    hint: 'The first axis of every value is the batch: change its attributes or constants.',
  })
}

/** The shapes that the file states, as long as the inputs are those of the file. */
function statedShapes({ params: { stated }, inputs }: LayerContext<Params>): readonly Shape[] | undefined {
  return stated?.inputs.map((each) => each.join()).join(' ') === inputs.map((each) => each.join()).join(' ')
    ? stated.outputs
    : undefined
}

/** For one image, by the shapes of all operands. */
function countMacs({ params, inputs, outputs }: LayerContext<Params> & { readonly outputs: readonly Shape[] }): number {
  const { opType, domain, operands } = params
  if (domain !== '') return 0
  let next = 0
  const shapes = operands.map((operand): readonly number[] => {
    if (operand.kind === 'input') return [1, ...(inputs[next++] ?? [])]
    if (operand.kind === 'weight') return operand.shape
    return operand.kind === 'constant' ? restoreTensor(operand.tensor).dims : [0]
  })
  return countOperatorMacs(opType, shapes, [1, ...(outputs[0] ?? [])], toNode('', params).attributes)
}

export const onnxOperator = defineLayer({
  type: 'onnxOperator',
  version: 1,
  title,
  category: 'reshape',
  icon: 'transform',
  keywords: ['imported'],
  doc: 'An operator of an imported ONNX file that has no layer of its own. It is computed and exported as it is, and trained through where it has a gradient.',
  source: 'ONNX operators, set 17',
  inputs: oneInput,
  outputPorts: oneOutput,
  ports: portsOfParams,
  params,
  infer: (context) => ({ outputs: inferShapes(context) }),
  weights({ params: { operands } }) {
    return operands.flatMap((operand): WeightSpec[] => {
      if (operand.kind !== 'weight') return []
      const { name, shape, trainable } = operand
      const weight = vectorWeight(name, shape, name === 'bias' ? 0 : 1, trainable)
      const isKernel = trainable && shape.filter((extent) => extent > 1).length > 1
      const deviation = Math.sqrt(2 / countElements(shape.slice(1)))
      return [isKernel ? { ...weight, initialiser: { kind: 'normal', mean: 0, deviation }, decays: true } : weight]
    })
  },
  macs: countMacs,
  receptiveWindow: () => 'none',
  explain(context) {
    const { opType, attributes } = context.params
    const rule = explainRule(`${opType}(${Object.keys(attributes).join(', ')})`)
    const macs = countMacs(context)
    if (macs === 0) return [rule]
    const outputs = countElements(context.outputs[0] ?? [])
    const value = times(named('outputs', outputs), named('sum', macs / outputs))
    return [rule, { subject: 'multiplications', title: 'Multiplications', states: { kind: 'number', value } }]
  },
  summary: ({ opType, domain }) => (domain === '' ? opType : `${domain}.${opType}`),
  toOnnx(lowering) {
    const { builder, params, values, nodeId } = lowering
    let next = 0
    const inputs = params.operands.map((operand) => {
      switch (operand.kind) {
        case 'input':
          return values[next++] ?? ''
        case 'absent':
          return ''
        case 'extents':
          return lowerExtents(builder, operand, values[0] ?? '')
        case 'constant':
          return builder.constant(restoreTensor(operand.tensor), `${nodeId}/constant`)
        case 'weight':
          return castWeight(builder, operand, lowering.weight(operand.name))
        default:
          return operand satisfies never
      }
    })
    if (next !== values.length) throw internalError(`"${nodeId}" has ${values.length} inputs and ${next} ports`)
    const { attributes } = toNode(nodeId, params)
    const stated = lowering.outputs.map((dims) => ({ dataType: 'float32', dims }) as const)
    return builder.addMany(
      params.opType,
      params.outputs,
      inputs,
      { ...attributes },
      { name: nodeId, domain: params.domain, ...(params.stated ? { stated } : {}) },
    )
  },
  toTfjs(lowering) {
    throw layerError(
      title,
      lowering,
      'export.unsupported',
      `TensorFlow.js has no layer for ${lowering.params.opType}.`,
      {
        hint: 'Train it with the engine ort and export ONNX, or replace it by a layer.',
        way: 'engineOrt',
      },
    )
  },
  examples: [
    { name: 'nothing is changed by the default', params: {}, inputs: [[3, 4, 5]], output: [3, 4, 5], parameters: 0 },
    {
      name: 'the logarithm of probabilities',
      params: { opType: 'LogSoftmax', attributes: { axis: { type: 'int', value: 1 } } },
      inputs: [[10]],
      output: [10],
    },
    {
      name: 'a learnt factor for each of three channels',
      params: {
        opType: 'Mul',
        operands: [{ kind: 'input' }, { kind: 'weight', name: 'input1', shape: [3, 1, 1] }],
      },
      inputs: [[3, 4, 5]],
      output: [3, 4, 5],
      parameters: 3,
    },
    {
      name: 'an image turned over: height and width exchanged',
      params: { opType: 'Transpose', attributes: { perm: { type: 'ints', value: [0, 1, 3, 2] } } },
      inputs: [[3, 4, 5]],
      output: [3, 5, 4],
    },
    {
      name: 'the batch is no axis to move',
      params: { opType: 'Transpose', attributes: { perm: { type: 'ints', value: [1, 0] } } },
      inputs: [[10]],
      error: 'layer.shape',
    },
    {
      name: 'a product of a value and a matrix of weights: 7*3 outputs, each a sum of 5',
      params: {
        opType: 'MatMul',
        operands: [{ kind: 'input' }, { kind: 'weight', name: 'weight', shape: [5, 3] }],
      },
      inputs: [[7, 5]],
      output: [7, 3],
      parameters: 15,
      macs: 105,
    },
    { name: 'an operator that nobody knows', params: { opType: 'NoSuch' }, inputs: [[10]], error: 'layer.shape' },
    { name: 'a name that is no operator', params: { opType: '2 + 2' }, inputs: [[10]], error: 'layer.parameter' },
  ],
})
