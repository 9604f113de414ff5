// A node of a file that fixes its batch as it would be for another one: extents and constants that hold the batch; not proving it (the receipt does).
import type { ValueType } from '../../onnx/inferShapes'
import type { OnnxNode, OnnxTensor } from '../../onnx/model'

/** The same value in the file, with the batch that it fixes, and here. */
export interface BatchSurroundings {
  readonly fixedBatch: number
  readonly batch: number
  /** As the file has it. */
  readonly fixedTypeOf: (value: string) => ValueType | undefined
  /** For the batch here. */
  readonly typeOf: (value: string) => ValueType | undefined
  readonly constantOf: (value: string) => OnnxTensor | undefined
  /** How many values stand before the images in a value, where they are the inner part of an axis. */
  readonly inner: Map<string, number>
  /** @param weight the constant that it is taken from, which may be learnt */
  readonly addConstant: (name: string, tensor: OnnxTensor, weight?: string) => void
}

/** The nodes for the batch here; the node itself where nothing in it holds the batch. */
export function openBatch(node: OnnxNode, around: BatchSurroundings): readonly OnnxNode[] {
  if (node.domain !== '') return [node]
  switch (node.opType) {
    case 'Reshape':
      return [withExtents(node, around, 1, reshapeExtents(node, around))]
    case 'Expand':
      return [withExtents(node, around, 1, scaledExtents(node, around))]
    case 'Resize':
      return [withExtents(node, around, 3, scaledExtents(node, around))]
    case 'Concat':
      return repeatConstants(node, around)
    default:
      inheritPlace(node, around)
      return [node]
  }
}

/** Operators that move the batch to where it is read off again. */
const moving: ReadonlySet<string> = new Set(['Transpose', 'Flatten', 'Squeeze', 'Unsqueeze'])

/** Where the images are the inner part of an axis, they stay so in what is computed of them. */
function inheritPlace({ opType, inputs, outputs }: OnnxNode, { inner }: BatchSurroundings): void {
  const place = inputs.map((value) => inner.get(value)).find((known) => known !== undefined)
  if (place !== undefined && !moving.has(opType)) for (const value of outputs) inner.set(value, place)
}

type Extents = readonly number[]

const product = (extents: Extents): number => extents.reduce((all, extent) => all * extent, 1)

/** Puts extents in the place of a constant input that is there. */
function withExtents(node: OnnxNode, around: BatchSurroundings, index: number, extents: Extents | undefined): OnnxNode {
  if (!extents || !around.constantOf(node.inputs[index] ?? '')) return node
  const name = `${node.outputs[0] ?? ''}/open`
  around.addConstant(name, { dataType: 'int64', dims: [extents.length], data: BigInt64Array.from(extents, BigInt) })
  return { ...node, inputs: node.inputs.with(index, name) }
}

/** The one axis of an input that holds the batch; undefined where none does, or several. */
function batchAxis(value: string, { fixedTypeOf, typeOf, fixedBatch, batch }: BatchSurroundings): number | undefined {
  const [before, here] = [fixedTypeOf(value)?.dims ?? [], typeOf(value)?.dims ?? []]
  const axes = here.flatMap((extent, axis) => (extent === before[axis] ? [] : [axis]))
  const [axis = 0] = axes
  const isScaled = (here[axis] ?? 0) * fixedBatch === (before[axis] ?? 0) * batch
  return axes.length === 1 && before.length === here.length && isScaled ? axis : undefined
}

/**
 * The axis of the output in which the images begin where they do in the input, with as many values before them. There may be
 * two: the inner part of one axis (positions times images) is the outer part of the next (images times heads).
 */
function reshapeExtents(node: OnnxNode, around: BatchSurroundings): Extents | undefined {
  const [value = ''] = node.inputs
  const axis = batchAxis(value, around)
  const from = around.fixedTypeOf(value)?.dims
  const to = around.fixedTypeOf(node.outputs[0] ?? '')?.dims
  if (axis === undefined || !from || !to) return undefined
  const before = around.inner.get(value) ?? product(from.slice(0, axis))
  const place = choosePlace(findPlaces(to, before, around.fixedBatch), from.slice(axis + 1), to, around.fixedBatch)
  if (!place) return undefined
  if (place.isInner) around.inner.set(node.outputs[0] ?? '', before)
  return scaleAt(to, place.axis, around)
}

interface BatchPlace {
  readonly axis: number
  readonly isInner: boolean
}

/** Axes that may hold the batch behind `before` values. */
function findPlaces(to: Extents, before: number, fixedBatch: number): readonly BatchPlace[] {
  return to.flatMap((extent, axis) => {
    const outside = before / product(to.slice(0, axis))
    const fits = Number.isInteger(outside) && extent % (outside * fixedBatch) === 0
    return fits ? [{ axis, isInner: outside > 1 }] : []
  })
}

/** An axis of the batch alone; else the inner one where the axes behind are kept or are one, else the outer one. */
function choosePlace(
  places: readonly BatchPlace[],
  behind: Extents,
  to: Extents,
  fixedBatch: number,
): BatchPlace | undefined {
  const [outer, inner] = [false, true].map((wanted) => places.find(({ isInner }) => isInner === wanted))
  if (!outer || !inner || to[outer.axis] === fixedBatch) return outer ?? inner
  const areKept = to.slice(outer.axis).join() === behind.join()
  return areKept || outer.axis === to.length - 1 ? inner : outer
}

function scaleAt(extents: Extents, place: number, { batch, fixedBatch }: BatchSurroundings): Extents {
  return extents.map((extent, index) => (index === place ? (extent / fixedBatch) * batch : extent))
}

/** The extents of the output, of which that axis holds the batch that does in the input. */
function scaledExtents(node: OnnxNode, around: BatchSurroundings): Extents | undefined {
  const [value = ''] = node.inputs
  const axis = batchAxis(value, around)
  const from = around.fixedTypeOf(value)?.dims
  const to = around.fixedTypeOf(node.outputs[0] ?? '')?.dims
  if (axis === undefined || !from || !to) return undefined
  return scaleAt(to, axis + to.length - from.length, around)
}

/** What is joined to each image, once in the file for its batch, repeated for each image here. */
function repeatConstants(node: OnnxNode, around: BatchSurroundings): readonly OnnxNode[] {
  const { constantOf, typeOf, addConstant, batch, fixedBatch } = around
  const isOpen = node.inputs.some((value) => batchAxis(value, around) === 0)
  if (!isOpen) return [node]
  const added: OnnxNode[] = []
  const inputs = node.inputs.map((value, index) => {
    const constant = constantOf(value)
    const [rows = 0, ...rest] = constant?.dims ?? []
    const row = constant && rows === fixedBatch && typeOf(value)?.dims[0] === rows ? firstRow(constant) : undefined
    if (!row) return value
    const stem = `${node.outputs[0] ?? ''}/repeated${index}`
    addConstant(`${stem}/row`, row, value)
    const extents = BigInt64Array.from([batch, ...rest], BigInt)
    addConstant(`${stem}/extents`, { dataType: 'int64', dims: [extents.length], data: extents })
    const places = { inputs: [`${stem}/row`, `${stem}/extents`], outputs: [stem] }
    added.push({ opType: 'Expand', domain: '', name: '', ...places, attributes: {} })
    return stem
  })
  return [...added, { ...node, inputs }]
}

/** The first row of a tensor whose rows are all the same. */
function firstRow(tensor: OnnxTensor): OnnxTensor | undefined {
  const [rows = 1, ...rest] = tensor.dims
  const { data } = tensor
  if (!(data instanceof Float32Array)) return undefined
  const width = data.length / rows
  const areEqual = data.every((value, index) => Object.is(value, data[index % width]))
  return areEqual ? { dataType: tensor.dataType, dims: [1, ...rest], data: data.subarray(0, width) } : undefined
}
