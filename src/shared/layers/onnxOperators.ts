// Several ONNX operators as one layer: a part of an imported network inside which the batch stands on another axis or is folded with windows.
import { z } from 'zod'
import type { ParameterValues } from '../graph/document'
import { internalError, NetloomError } from '../graph/errors'
import { ownTable } from '../graph/ownTable'
import { countElements, type Shape } from '../graph/shape'
import { countOperatorMacs } from '../onnx/countMacs'
import { inferNode, type ValueType } from '../onnx/inferShapes'
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../onnx/model'
import { defineLayer, type LayerContext, type NodePorts, type WeightSpec } from './define'
import { layerError, oneInput, oneOutput } from './parts/located'
import {
  attributeSchema,
  castWeight,
  constantSchema,
  extentsSchema,
  extentsTensor,
  lowerExtents,
  restoreAttribute,
  restoreTensor,
  trialBatch,
  weightSchema,
} from './parts/onnxOperands'
import { vectorWeight } from './parts/parameters'
import { named, times } from '../shapes/expression'
import { explainRule } from './parts/rules'

const title = 'ONNX operators'
const place = z.int().min(0).max(100_000)

/** What stands at one input of an operator inside. */
const innerOperandSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('absent') }),
  z.object({ kind: z.literal('input'), index: place }),
  z.object({ kind: z.literal('value'), step: place, output: place.default(0) }),
  constantSchema,
  extentsSchema,
  weightSchema,
])
export type InnerOperand = z.output<typeof innerOperandSchema>

const stepSchema = z.object({
  opType: z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/),
  domain: z.string().max(200).default(''),
  attributes: ownTable(z.string(), attributeSchema).default({}),
  operands: z.array(innerOperandSchema).max(1000),
  outputs: z.int().min(1).max(1000).default(1),
  /** Shapes of its outputs for one image, for operators whose shapes are not known here. */
  stated: z.array(z.array(place).max(8)).optional(),
})
export type OperatorStep = z.output<typeof stepSchema>

const params = z.object({
  steps: z
    .array(stepSchema)
    .min(1)
    .max(20_000)
    .default([{ opType: 'Identity', domain: '', attributes: {}, operands: [{ kind: 'input', index: 0 }], outputs: 1 }])
    .meta({
      title: 'Operators',
      help: 'In the order in which they are computed; each takes inputs and earlier results.',
    }),
  inputs: z.int().min(1).max(1000).default(1).meta({ title: 'Inputs', help: 'How many values it takes.' }),
  results: z
    .array(z.object({ step: place, output: place.default(0) }))
    .min(1)
    .max(1000)
    .default([{ step: 0, output: 0 }])
    .meta({ title: 'Results', help: 'Which values inside it gives.' }),
})
type Params = z.output<typeof params>

function portsOfParams({ inputs, results }: ParameterValues): NodePorts {
  const names = (stem: string, wanted: number): string[] => {
    const count = Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, 1000) : 1
    return count === 1 ? [stem] : Array.from({ length: count }, (_, index) => `${stem}${index}`)
  }
  return {
    inputs: { kind: 'fixed', names: names('in', typeof inputs === 'number' ? inputs : 1) },
    outputPorts: names('out', Array.isArray(results) ? results.length : 1),
  }
}

function nameOf(step: number, output: number): string {
  return `step${step}.${output}`
}

/** A step as a node, by what its operands are called. */
function toNode(
  step: OperatorStep,
  index: number,
  operandName: (operand: InnerOperand, place: number) => string,
): OnnxNode {
  const attributes = Object.entries(step.attributes).map(([name, saved]): [string, OnnxAttribute] => [
    name,
    restoreAttribute(saved),
  ])
  return {
    opType: step.opType,
    domain: step.domain,
    name: `step${index}`,
    inputs: step.operands.map(operandName),
    outputs: Array.from({ length: step.outputs }, (_, output) => nameOf(index, output)),
    attributes: Object.fromEntries(attributes),
    ...(step.stated ? { stated: step.stated.map((dims) => ({ dataType: 'float32', dims })) } : {}),
  }
}

/** All steps with the types of all values for the trial batch. */
function inferSteps({ params: { steps }, inputs }: Pick<LayerContext<Params>, 'params' | 'inputs'>): {
  readonly nodes: readonly OnnxNode[]
  readonly types: ReadonlyMap<string, ValueType>
} {
  const types = new Map<string, ValueType>()
  const constants = new Map<string, OnnxTensor>()
  inputs.forEach((shape, index) => types.set(`input${index}`, { dataType: 'float32', dims: [trialBatch, ...shape] }))
  const hold = (name: string, tensor: OnnxTensor): void => {
    constants.set(name, tensor)
    types.set(name, tensor)
  }
  const nodes = steps.map((step, index) => {
    const node = toNode(step, index, (operand, place) => {
      const own = `step${index}.operand${place}`
      if (operand.kind === 'absent') return ''
      if (operand.kind === 'input') return `input${operand.index}`
      if (operand.kind === 'value') return nameOf(operand.step, operand.output)
      if (operand.kind === 'weight') types.set(own, { dataType: operand.dataType ?? 'float32', dims: operand.shape })
      else hold(own, operand.kind === 'extents' ? extentsTensor(operand, trialBatch) : restoreTensor(operand.tensor))
      return own
    })
    const found = inferNode(
      node,
      (value) => types.get(value),
      (value) => constants.get(value),
    )
    node.outputs.forEach((output, place) => {
      const type = found[place]
      if (type) types.set(output, type)
    })
    return node
  })
  return { nodes, types }
}

/** Shapes of all results for one image. */
function inferShapes(context: LayerContext<Params>): readonly Shape[] {
  const refuse = (message: string): NetloomError =>
    layerError(title, context, 'layer.shape', message, {
      received: context.inputs,
      hint: 'It keeps the shapes of its file: give it inputs of these shapes, or put other layers in its place.',
    })
  let types: ReadonlyMap<string, ValueType>
  try {
    types = inferSteps(context).types
  } catch (error) {
    if (error instanceof NetloomError) throw refuse(error.message)
    throw error
  }
  return context.params.results.map(({ step, output }) => {
    const [batch, ...shape] = types.get(nameOf(step, output))?.dims ?? []
    if (batch !== trialBatch) throw refuse('a result does not have one entry per image.')
    return shape
  })
}

/** Multiply-accumulates of all steps for one image. */
function countMacs(context: Pick<LayerContext<Params>, 'params' | 'inputs'>): number {
  const { nodes, types } = inferSteps(context)
  const dims = (name: string | undefined): readonly number[] => types.get(name ?? '')?.dims ?? [0]
  return nodes.reduce((sum, { opType, domain, inputs, outputs, attributes }) => {
    if (domain !== '') return sum
    return sum + countOperatorMacs(opType, inputs.map(dims), dims(outputs[0]), attributes) / trialBatch
  }, 0)
}

function countSteps(steps: Params['steps']): string {
  return steps.length === 1 ? '1 operator' : `${steps.length} operators`
}

/** Every weight once, however often it is taken. */
function listWeights({ steps }: Params): readonly WeightSpec[] {
  const found = new Map<string, WeightSpec>()
  for (const operand of steps.flatMap(({ operands }) => operands)) {
    if (operand.kind !== 'weight' || found.has(operand.name)) continue
    const { name, shape, trainable } = operand
    const weight = vectorWeight(name, shape, name.startsWith('bias') ? 0 : 1, trainable)
    const isKernel = trainable && shape.filter((extent) => extent > 1).length > 1
    const deviation = Math.sqrt(2 / countElements(shape.slice(1)))
    const drawn: WeightSpec = { ...weight, initialiser: { kind: 'normal', mean: 0, deviation }, decays: true }
    found.set(name, isKernel ? drawn : weight)
  }
  return [...found.values()]
}

export const onnxOperators = defineLayer({
  type: 'onnxOperators',
  version: 1,
  title,
  category: 'reshape',
  icon: 'transform',
  keywords: ['imported', 'attention', 'transformer'],
  doc: 'A part of an imported ONNX file that is kept as it is, since inside it the batch does not stand in front: attention with the batch on the second axis, windows folded into the batch, a class token repeated for each image. It is computed, trained and exported as a whole.',
  source: 'ONNX operators, set 17',
  inputs: oneInput,
  outputPorts: oneOutput,
  ports: portsOfParams,
  params,
  infer: (context) => ({ outputs: inferShapes(context) }),
  weights: (context) => listWeights(context.params),
  macs: countMacs,
  receptiveWindow: () => 'none',
  explain(context) {
    const { steps } = context.params
    const types = [...new Set(steps.map(({ opType }) => opType))]
    const rule = explainRule(`${countSteps(steps)}: ${types.join(', ')}`)
    const macs = countMacs(context)
    if (macs === 0) return [rule]
    const outputs = countElements(context.outputs[0] ?? [])
    const value = times(named('outputs', outputs), named('sum', macs / outputs))
    return [rule, { subject: 'multiplications', title: 'Multiplications', states: { kind: 'number', value } }]
  },
  summary: ({ steps }) => countSteps(steps),
  toOnnx(lowering) {
    const { builder, params, values, nodeId } = lowering
    const given: string[][] = []
    params.steps.forEach((step, index) => {
      const node = toNode(step, index, (operand) => {
        switch (operand.kind) {
          case 'absent':
            return ''
          case 'input':
            return values[operand.index] ?? ''
          case 'value':
            return given[operand.step]?.[operand.output] ?? ''
          case 'constant':
            return builder.constant(restoreTensor(operand.tensor), `${nodeId}/constant`)
          case 'extents':
            return lowerExtents(builder, operand, values[0] ?? '')
          case 'weight':
            return castWeight(builder, operand, lowering.weight(operand.name))
          default:
            return operand satisfies never
        }
      })
      const { opType, inputs, attributes, domain, stated } = node
      const name = `${nodeId}/${opType}`
      given.push(builder.addMany(opType, step.outputs, inputs, { ...attributes }, { name, domain, stated }))
    })
    return params.results.map(({ step, output }) => {
      const value = given[step]?.[output]
      if (value === undefined) throw internalError(`"${nodeId}" gives a value that none of its operators has`)
      return value
    })
  },
  toTfjs(lowering) {
    throw layerError(title, lowering, 'export.unsupported', 'TensorFlow.js has no layer for a part of an ONNX file.', {
      hint: 'Train it with the engine ort and export ONNX, or replace it by layers.',
      way: 'engineOrt',
    })
  },
  examples: [
    { name: 'nothing is changed by the default', params: {}, inputs: [[3, 4, 5]], output: [3, 4, 5], parameters: 0 },
    {
      name: 'a product with the batch on the second axis: 7*3 outputs, each a sum of 5',
      params: {
        steps: [
          {
            opType: 'Transpose',
            attributes: { perm: { type: 'ints', value: [1, 0, 2] } },
            operands: [{ kind: 'input', index: 0 }],
          },
          {
            opType: 'MatMul',
            operands: [
              { kind: 'value', step: 0 },
              { kind: 'weight', name: 'w', shape: [5, 3] },
            ],
          },
          {
            opType: 'Transpose',
            attributes: { perm: { type: 'ints', value: [1, 0, 2] } },
            operands: [{ kind: 'value', step: 1 }],
          },
        ],
        results: [{ step: 2 }],
      },
      inputs: [[7, 5]],
      output: [7, 3],
      parameters: 15,
      macs: 105,
    },
    {
      name: 'a token in front of three others, once for each image',
      params: {
        steps: [
          {
            opType: 'Expand',
            operands: [
              { kind: 'weight', name: 'token', shape: [1, 1, 4] },
              { kind: 'extents', values: [1, 1, 4], perImage: [true, false, false] },
            ],
          },
          {
            opType: 'Concat',
            attributes: { axis: { type: 'int', value: 1 } },
            operands: [
              { kind: 'value', step: 0 },
              { kind: 'input', index: 0 },
            ],
          },
        ],
        results: [{ step: 1 }],
      },
      inputs: [[3, 4]],
      output: [4, 4],
      parameters: 4,
    },
    {
      name: 'a result without the batch in front',
      params: {
        steps: [
          {
            opType: 'Transpose',
            attributes: { perm: { type: 'ints', value: [1, 0] } },
            operands: [{ kind: 'input', index: 0 }],
          },
        ],
      },
      inputs: [[10]],
      error: 'layer.shape',
    },
  ],
})
