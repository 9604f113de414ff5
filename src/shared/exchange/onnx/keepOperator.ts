// An operator that no pattern takes, as an `onnxOperator` layer that computes exactly it; not the patterns (patterns/).
import type { Tensor } from '../../onnx/tensor'
import { NetloomError } from '../../graph/errors'
import { readNumbers } from '../../onnx/dataTypes'
import type { OnnxNode, OnnxTensor } from '../../onnx/model'
import { saveAttribute, saveTensor, type ExtentsOperand, type Operand } from '../../layers/parts/onnxOperands'
import type { LayerMatch, MatchContext } from './match'
import { describeNode } from './describeNode'
import { ownValue } from '../../graph/ownValue'

/** What an operator may ask of the network around it. */
export interface OperatorSurroundings {
  /** Whether a constant may be learnt: an initialiser behind the first product. */
  isLearnt(value: string): boolean
  /** Whether a constant has other values for another batch size. */
  dependsOnBatch(value: string): boolean
  /** Extents that a constant holds, where those that depend on the batch are so many for each image. */
  extentsOf(value: string): ExtentsOperand | undefined
  /** Whether something takes an output. */
  isUsed(value: string): boolean
}

/** Inputs that hold settings, not weights. */
const settings: Readonly<Record<string, readonly number[]>> = {
  Resize: [1, 2, 3],
  Pad: [1, 2, 3],
  Clip: [1, 2],
  Dropout: [1, 2],
  QuantizeLinear: [1, 2],
  DequantizeLinear: [1, 2],
  QLinearConv: [1, 2, 4, 5, 6, 7],
  QLinearMatMul: [1, 2, 4, 5, 6, 7],
}

const weightNames: Readonly<Record<string, readonly string[]>> = {
  Conv: ['', 'weight', 'bias'],
  ConvTranspose: ['', 'weight', 'bias'],
  Gemm: ['', 'weight', 'bias'],
  MatMul: ['', 'weight'],
  InstanceNormalization: ['', 'scale', 'bias'],
  LayerNormalization: ['', 'scale', 'bias'],
  BatchNormalization: ['', 'scale', 'bias', 'runningMean', 'runningVariance'],
}

/** Whole numbers that float32 holds exactly. */
const smallTypes = ['int8', 'uint8', 'int16', 'uint16'] as const

/** Constants of more values than this are kept with the weights instead of in the document. */
const largestInline = 64

/**
 * Keeps an operator as it is.
 * @throws NetloomError `onnx.unsupported` where a value has no batch axis in front, a constant depends on the batch size
 * or an attribute is a graph
 */
export function keepOperator(match: MatchContext, around: OperatorSurroundings): LayerMatch {
  const { node } = match
  const weights: Record<string, Tensor> = {}
  const inputs: string[] = []
  const operands = node.inputs.map((value, index): Operand => {
    if (value === '') return { kind: 'absent' }
    const constant = match.constant(value)
    if (!constant) {
      if (!match.shape(value)) throw refuse(node, `takes "${value}", whose first axis is not the batch`)
      inputs.push(value)
      return { kind: 'input' }
    }
    const settled = settleBatch(match, index, constant)
    const isOpen = settled === constant && (around.dependsOnBatch(value) || isSizes(node, index))
    const extents = isOpen ? around.extentsOf(value) : undefined
    if (extents && inputs.length > 0) return extents
    if (isOpen) throw refuse(node, `takes "${value}", a constant that depends on the batch size`)
    return keepConstant(node, index, settled, around, weights)
  })
  const outputs = keptOutputs(match, around)
  const stated = shapesOf(match, inputs, node.outputs.slice(0, outputs))
  return {
    type: 'onnxOperator',
    params: {
      opType: node.opType,
      ...(node.domain === '' ? {} : { domain: node.domain }),
      ...keepAttributes(node),
      operands,
      ...(outputs === 1 ? {} : { outputs }),
      stated,
    },
    inputs,
    weights,
    weightNames: node.inputs.filter((value) => around.isLearnt(value)),
  }
}

/** Operators that compute something else with fewer outputs, or are none. */
const countsOutputs: ReadonlySet<string> = new Set(['Split', 'TopK', 'DynamicQuantizeLinear'])

/** All outputs; but optional ones at the end that nothing uses and that are not one value per image. */
function keptOutputs(match: MatchContext, around: OperatorSurroundings): number {
  const { opType, outputs } = match.node
  if (countsOutputs.has(opType)) return outputs.length
  return (
    1 +
    Math.max(
      0,
      outputs.findLastIndex((value) => around.isUsed(value) || match.shape(value) !== undefined),
    )
  )
}

function shapesOf(match: MatchContext, inputs: readonly string[], outputs: readonly string[]) {
  return {
    inputs: inputs.map((value) => [...(match.shape(value) ?? [])]),
    outputs: outputs.map((value) => {
      const shape = value === '' ? [1] : match.shape(value)
      if (!shape) throw refuse(match.node, `gives "${value}", whose first axis is not the batch`)
      return [...shape]
    }),
  }
}

/** @returns the error of an operator that cannot be kept */
export function refuse(node: OnnxNode, text: string): NetloomError {
  return new NetloomError('onnx.unsupported', `${describeNode(node)} ${text}.`, {
    nodeId: node.name,
    received: node.opType,
    hint: 'A network here computes every image of a batch alike.',
  })
}

/** Attributes as they are saved. @throws NetloomError `onnx.unsupported` for graphs */
export function keepAttributes(node: OnnxNode) {
  const entries = Object.entries(node.attributes).map(([name, attribute]) => {
    const saved = saveAttribute(attribute)
    if (attribute.type === 'graph' || attribute.type === 'graphs')
      throw refuse(node, 'holds graphs of its own, and the image decides which of them runs, or how often')
    if (!saved) throw refuse(node, `has the attribute "${name}" of kind ${attribute.type}, which is not kept`)
    return [name, saved] as const
  })
  return entries.length === 0 ? {} : { attributes: Object.fromEntries(entries) }
}

/** A constant as an operand; large ones and those that may be learnt go to `weights`. */
export function keepConstant(
  node: OnnxNode,
  index: number,
  tensor: OnnxTensor,
  around: OperatorSurroundings,
  weights: Record<string, Tensor>,
): Operand {
  const value = node.inputs[index] ?? ''
  const { dims, data } = tensor
  const isSetting = ownValue(settings, node.opType)?.includes(index) === true
  const trainable = around.isLearnt(value) && dims.length > 0 && !isSetting
  if (data instanceof Float32Array && !isSetting && (trainable || data.length > largestInline)) {
    const own = ownValue(weightNames, node.opType)?.[index] ?? ''
    const name = own === '' ? `input${index}` : own
    weights[name] = { dims, data }
    return { kind: 'weight', name, shape: [...dims], trainable: trainable && !name.startsWith('running') }
  }
  const small = smallTypes.find((type) => type === tensor.dataType)
  if (small && !isSetting && data.length > largestInline && !(data instanceof Float32Array)) {
    const name = `input${index}`
    weights[name] = { dims, data: new Float32Array(readNumbers(tensor)) }
    return { kind: 'weight', name, shape: [...dims], trainable: false, dataType: small }
  }
  const saved = saveTensor(tensor)
  if (!saved) throw refuse(node, `takes a constant of ${data.length} ${tensor.dataType} values, which is not kept`)
  return { kind: 'constant', tensor: saved }
}

/** The extents that a Resize gives, which name the batch. */
function isSizes({ opType }: OnnxNode, index: number): boolean {
  return opType === 'Resize' && index === 3
}

/** Target extents with the batch left open; the tensor itself where nothing names the batch. */
function settleBatch(match: MatchContext, index: number, tensor: OnnxTensor): OnnxTensor {
  const { opType } = match.node
  if (index !== 1 || (opType !== 'Reshape' && opType !== 'Expand')) return tensor
  const shape = match.shape(match.output)
  if (!shape) return tensor
  const written = readNumbers(tensor)
  // For Reshape 0 copies the batch and -1 stays what is left over; Expand stretches an extent of 1 to any batch.
  const extents = [opType === 'Reshape' ? 0 : 1, ...shape]
  const open = opType === 'Reshape' && written.length === extents.length ? written.indexOf(-1) : -1
  if (open > 0) extents[open] = -1
  return { dataType: 'int64', dims: [extents.length], data: BigInt64Array.from(extents, BigInt) }
}
