// Folding rules of operators that make small constants from shapes, or move values without changing them.
import {
  broadcastTensor,
  cellsOf,
  filledTensor,
  listOf,
  mapCells,
  pickCells,
  stridesOf,
  tensorOf,
  type Cell,
} from '../cells'
import { countDims, readNumbers } from '../dataTypes'
import type { OnnxTensor } from '../model'
import { resolveSlice } from '../shapeRules/arrangementShapes'
import { constantTensor, resolveShapeRange } from '../shapeRules/constantShapes'
import { at } from '../shapeRules/windowShapes'
import { isOpaque, type Evaluator, type EvaluatorTable } from './foldContext'

/** The same cells under other extents. */
const relabel: Evaluator = ({ input, output }) => [{ ...input(0), dims: output.dims }]

const transpose: Evaluator = ({ context, input, output }) => {
  const strides = stridesOf(input(0).dims)
  const order = context.ints('perm') ?? strides.map((_, axis) => strides.length - 1 - axis)
  const steps = order.map((axis) => at(strides, axis < 0 ? axis + strides.length : axis))
  return [pickCells(input(0), output.dims, steps)]
}

const slice: Evaluator = ({ context, input, output }) => {
  const strides = stridesOf(input(0).dims)
  const steps = [...strides]
  let start = 0
  for (const range of resolveSlice(context)) {
    start += range.start * at(strides, range.axis)
    steps[range.axis] = range.step * at(strides, range.axis)
  }
  return [pickCells(input(0), output.dims, steps, start)]
}

const expand: Evaluator = ({ input, output }) => [broadcastTensor(input(0), output.dims)]

/** Cells in blocks: rows of `inner` cells each, one row per step along the axes before `axis`. */
function blocks(tensor: OnnxTensor, axis: number): { readonly cells: ArrayLike<Cell>; readonly inner: number } {
  return { cells: cellsOf(tensor), inner: countDims(tensor.dims.slice(axis)) }
}

const concat: Evaluator = ({ context, input, output }) => {
  const axis = context.axis(context.int('axis', 1), output.dims.length)
  const parts = context.node.inputs.map((_, index) => blocks(input(index), axis))
  const outer = countDims(output.dims.slice(0, axis))
  const list = listOf(output.dataType, countDims(output.dims))
  let place = 0
  for (let row = 0; row < outer; row++)
    for (const { cells, inner } of parts)
      for (let index = 0; index < inner; index++) list.set(place++, cells[row * inner + index] ?? 0)
  return [{ dataType: output.dataType, dims: output.dims, data: list.data }]
}

const split: Evaluator = ({ context, input, outputs }) => {
  const source = input(0)
  const axis = context.axis(context.int('axis', 0), source.dims.length)
  const strides = stridesOf(source.dims)
  let first = 0
  return outputs.map(({ dims }) => {
    const part = pickCells(source, dims, strides, first * at(strides, axis))
    first += at(dims, axis)
    return part
  })
}

const gather: Evaluator = ({ context, input, output }) => {
  const source = input(0)
  const axis = context.axis(context.int('axis', 0), source.dims.length)
  const extent = at(source.dims, axis)
  const indices = readNumbers(input(1)).map((index) => (index < 0 ? index + extent : index))
  const { cells } = blocks(source, axis)
  const inner = countDims(source.dims.slice(axis + 1))
  const width = indices.length * inner
  const cellAt = (place: number): Cell => {
    const index = indices[Math.floor((place % width) / inner)] ?? 0
    return cells[(Math.floor(place / width) * extent + index) * inner + (place % inner)] ?? 0
  }
  return [mapCells(output.dataType, output.dims, countDims(output.dims), cellAt)]
}

const tile: Evaluator = ({ input, output }) => {
  const { dims } = input(0)
  const strides = stridesOf(dims)
  const outputStrides = stridesOf(output.dims)
  const cells = cellsOf(input(0))
  const cellAt = (index: number): Cell => {
    let offset = 0
    for (let axis = 0; axis < dims.length; axis++) {
      const position = Math.floor(index / at(outputStrides, axis)) % at(output.dims, axis)
      offset += (position % at(dims, axis)) * at(strides, axis)
    }
    return cells[offset] ?? 0
  }
  return [mapCells(output.dataType, output.dims, countDims(output.dims), cellAt)]
}

const select: Evaluator = ({ input, output }) => {
  const [condition, yes, no] = [0, 1, 2].map((index) => broadcastTensor(input(index), output.dims).data)
  const cellAt = (index: number): Cell => (Number(condition?.[index] ?? 0) === 0 ? no?.[index] : yes?.[index]) ?? 0
  return [mapCells(output.dataType, output.dims, countDims(output.dims), cellAt)]
}

const shape: Evaluator = ({ context, output }) => {
  const { start, end } = resolveShapeRange(context)
  return [tensorOf('int64', output.dims, context.dims(0).slice(start, end))]
}

const constantOfShape: Evaluator = ({ context, output }) => {
  const value = context.attribute('value')
  const cell = value?.type === 'tensor' ? (cellsOf(value.value)[0] ?? 0) : 0
  return [filledTensor(output.dataType, output.dims, cell)]
}

const range: Evaluator = ({ input, output }) => {
  if (isOpaque(output)) return undefined
  const [start = 0, , delta = 1] = [0, 1, 2].map((index) => readNumbers(input(index))[0])
  return [mapCells(output.dataType, output.dims, at(output.dims, 0), (index) => start + index * delta)]
}

const nonZero: Evaluator = ({ input, output }) => {
  const { dims } = input(0)
  const strides = stridesOf(dims)
  const found = readNumbers(input(0)).flatMap((value, index) => (value === 0 ? [] : [index]))
  const cells = dims.flatMap((extent, axis) => found.map((index) => Math.floor(index / at(strides, axis)) % extent))
  return [tensorOf('int64', output.dims, cells)]
}

export const movementFolds = {
  Constant: ({ context }) => [constantTensor(context.node) ?? context.fail('it holds no value')],
  ConstantOfShape: constantOfShape,
  Shape: shape,
  Size: ({ context }) => [tensorOf('int64', [], [countDims(context.dims(0))])],
  Range: range,
  NonZero: nonZero,
  Identity: relabel,
  Reshape: relabel,
  Flatten: relabel,
  Squeeze: relabel,
  Unsqueeze: relabel,
  Transpose: transpose,
  Slice: slice,
  Expand: expand,
  Concat: concat,
  Split: split,
  Gather: gather,
  Tile: tile,
  Where: select,
} satisfies EvaluatorTable
