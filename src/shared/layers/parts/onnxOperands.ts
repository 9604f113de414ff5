// The saved form of an ONNX operator's attributes and inputs, and the way back to ONNX values; not the layer (onnxOperator.ts).
import { z } from 'zod'
import type { GraphBuilder } from '../../onnx/builder'
import { wholeBigInt } from '../../onnx/cells'
import { countDims, dataTypes } from '../../onnx/dataTypes'
import type { DataType, OnnxAttribute, OnnxTensor } from '../../onnx/model'

const extent = z.int().min(0).max(1_000_000_000)

/** Batch size of the trial by which shapes are inferred: one that no real axis is likely to have. */
export const trialBatch = 7919

/** Numbers that JSON cannot hold are written as text: `Infinity`, `NaN`, 64-bit integers beyond 2^53. */
const cell = z.union([z.number(), z.string()])

const tensorSchema = z.object({
  dataType: z.enum([
    'float32',
    'int64',
    'int32',
    'bool',
    'uint8',
    'int8',
    'float64',
    'string',
    'uint16',
    'int16',
    'uint32',
    'uint64',
  ]),
  dims: z.array(extent).max(8),
  values: z.array(cell).max(65_536),
})
export type SavedTensor = z.output<typeof tensorSchema>

export const attributeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('int'), value: z.number() }),
  z.object({ type: z.literal('float'), value: cell }),
  z.object({ type: z.literal('string'), value: z.string() }),
  z.object({ type: z.literal('ints'), value: z.array(z.number()) }),
  z.object({ type: z.literal('floats'), value: z.array(cell) }),
  z.object({ type: z.literal('strings'), value: z.array(z.string()) }),
  z.object({ type: z.literal('tensor'), value: tensorSchema }),
])
export type SavedAttribute = z.output<typeof attributeSchema>

/** Extents of a value, batch included: those that depend on the batch are so many for each image. */
export const extentsSchema = z.object({
  kind: z.literal('extents'),
  values: z.array(z.int().min(-1).max(1_000_000_000)).min(1).max(8),
  perImage: z.array(z.boolean()).max(8),
})
export type ExtentsOperand = z.output<typeof extentsSchema>

export const constantSchema = z.object({ kind: z.literal('constant'), tensor: tensorSchema })

export const weightSchema = z.object({
  kind: z.literal('weight'),
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/),
  shape: z.array(extent.min(1)).max(8),
  trainable: z.boolean().default(true),
  /** The type that the operator takes; the weight itself is kept as float32, which holds these exactly. */
  dataType: z.enum(['int8', 'uint8', 'int16', 'uint16']).optional(),
})
export type WeightOperand = z.output<typeof weightSchema>

/** What stands at one input of an operator. */
export const operandSchema = z.discriminatedUnion('kind', [
  extentsSchema,
  z.object({ kind: z.literal('input') }),
  z.object({ kind: z.literal('absent') }),
  constantSchema,
  weightSchema,
])
export type Operand = z.output<typeof operandSchema>

const savedTypes: ReadonlySet<string> = new Set(tensorSchema.shape.dataType.options)

function isSavedType(dataType: DataType): dataType is SavedTensor['dataType'] {
  return savedTypes.has(dataType)
}

function toCell(value: number | bigint | string): number | string {
  if (typeof value === 'string') return value
  const number = Number(value)
  return Number.isFinite(number) && (typeof value !== 'bigint' || Number.isSafeInteger(number)) ? number : String(value)
}

/** A constant as it is saved; undefined for types and sizes that are not. */
export function saveTensor({ dataType, dims, data }: OnnxTensor): SavedTensor | undefined {
  if (!isSavedType(dataType) || data.length > 65_536) return undefined
  return { dataType, dims: [...dims], values: Array.from<number | bigint | string, number | string>(data, toCell) }
}

export function restoreTensor({ dataType, dims, values }: SavedTensor): OnnxTensor {
  const data = dataTypes[dataType].allocate(countDims(dims))
  values.forEach((value, index) => {
    if (data instanceof BigInt64Array || data instanceof BigUint64Array)
      data[index] = typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : wholeBigInt(value)
    else if (Array.isArray(data)) data[index] = String(value)
    else data[index] = Number(value)
  })
  return { dataType, dims, data }
}

/** An attribute as it is saved; undefined for graphs, which stay with the file. */
export function saveAttribute(attribute: OnnxAttribute): SavedAttribute | undefined {
  switch (attribute.type) {
    case 'int':
    case 'string':
      return attribute
    case 'float':
      return { type: 'float', value: toCell(attribute.value) }
    case 'ints':
      return { type: 'ints', value: [...attribute.value] }
    case 'floats':
      return { type: 'floats', value: attribute.value.map(toCell) }
    case 'strings':
      return { type: 'strings', value: [...attribute.value] }
    case 'tensor': {
      const value = saveTensor(attribute.value)
      return value && { type: 'tensor', value }
    }
    case 'graph':
    case 'graphs':
    case 'tensors':
      return undefined
    default:
      return attribute satisfies never
  }
}

export function restoreAttribute(attribute: SavedAttribute): OnnxAttribute {
  switch (attribute.type) {
    case 'int':
    case 'string':
    case 'ints':
    case 'strings':
      return attribute
    case 'float':
      return { type: 'float', value: Number(attribute.value) }
    case 'floats':
      return { type: 'floats', value: attribute.value.map(Number) }
    case 'tensor':
      return { type: 'tensor', value: restoreTensor(attribute.value) }
    default:
      return attribute satisfies never
  }
}

/** Extents as an int64 tensor for a batch of a known size. */
export function extentsTensor({ values, perImage }: ExtentsOperand, batch: number): OnnxTensor {
  const numbers = values.map((value, index) => (perImage[index] ? value * batch : value))
  return { dataType: 'int64', dims: [numbers.length], data: BigInt64Array.from(numbers, BigInt) }
}

/** Extents computed from the batch of `value`, in a graph whose batch is open. */
export function lowerExtents(builder: GraphBuilder, { values, perImage }: ExtentsOperand, value: string): string {
  const batch = builder.add('Shape', [value], { start: 0, end: 1 })
  const parts = values.map((extent, index) => {
    if (!perImage[index]) return builder.ints([extent])
    return extent === 1 ? batch : builder.add('Mul', [batch, builder.ints([extent])])
  })
  return builder.add('Concat', parts, { axis: 0 })
}

/** The value of a weight in the type that its operator takes. */
export function castWeight(builder: GraphBuilder, { dataType }: WeightOperand, value: string): string {
  return dataType === undefined ? value : builder.add('Cast', [value], { to: dataTypes[dataType].code })
}
