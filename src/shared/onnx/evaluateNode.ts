// Computes nodes whose inputs are small constants, as shape subgraphs are; not a runtime: only operators such subgraphs use.
import { broadcastCells, cellsOf, pickCells, stridesOf, tensorOf, wholeBigInt, type Cell } from './cells'
import { countDims, isWholeType, readNumbers } from './dataTypes'
import type { OnnxNode, OnnxTensor } from './model'
import { resolveSlice } from './shapeRules/arrangement'
import { constantTensor, resolveShapeRange } from './shapeRules/constants'
import { ShapeContext, type ValueType } from './shapeRules/context'
import { at } from './shapeRules/windows'

/** Results with more values than this are left to the runtime. */
const largestResult = 65_536

interface Evaluation {
  readonly context: ShapeContext
  readonly outputs: readonly ValueType[]
  /** The first output's type. */
  readonly output: ValueType
  /** The constant behind input `index`. */
  readonly input: (index: number) => OnnxTensor
}

/** Gives one tensor per output, or undefined where the values cannot be computed here. */
type Evaluator = (evaluation: Evaluation) => readonly OnnxTensor[] | undefined

/**
 * Computes a node whose inputs are constant (Shape and Size need only the type of theirs).
 * @param outputs the types that `inferNode` gave
 * @returns one tensor per output; undefined where an input is computed, the result is large or the operator is not one of these
 */
export function evaluateNode(
  node: OnnxNode,
  typeOf: (value: string) => ValueType | undefined,
  constantOf: (value: string) => OnnxTensor | undefined,
  outputs: readonly ValueType[],
): readonly OnnxTensor[] | undefined {
  const evaluator = evaluators.get(node.opType)
  const [output] = outputs
  if (!evaluator || !output || !(node.domain === '' || node.domain === 'ai.onnx')) return undefined
  const isLarge = outputs.some(({ dims }) => countDims(dims) > largestResult)
  if (isLarge && node.opType !== 'Constant') return undefined
  const inputs = node.inputs.map((name) => (name === '' ? undefined : constantOf(name)))
  const needsValues = !needsOnlyTypes(node)
  if (needsValues && node.inputs.some((name, index) => name !== '' && !inputs[index])) return undefined
  const context = new ShapeContext(node, typeOf, constantOf)
  const input = (index: number): OnnxTensor => inputs[index] ?? context.fail(`input ${index} is missing`)
  return evaluator({ context, outputs, output, input })
}

/** Operators whose result depends on the extents of their input, not on its values. */
export function needsOnlyTypes(node: OnnxNode): boolean {
  return node.opType === 'Shape' || node.opType === 'Size'
}

/** The same cells under other extents. */
const relabel: Evaluator = ({ input, output }) => [{ ...input(0), dims: output.dims }]

/** A function of one cell; 16-bit floats are patterns and left alone. */
function unary(onNumber: (value: number) => number, onWhole?: (value: bigint) => bigint): Evaluator {
  return ({ input, output }) => {
    if (isOpaque(output)) return undefined
    const cells = cellsOf(input(0)).map((cell) => {
      if (typeof cell === 'bigint') return onWhole ? onWhole(cell) : cell
      return onNumber(Number(cell))
    })
    return [tensorOf(output.dataType, output.dims, cells)]
  }
}

function isOpaque({ dataType }: ValueType): boolean {
  return dataType === 'string' || dataType === 'float16' || dataType === 'bfloat16'
}

type Combine = (a: number, b: number, isWhole: boolean) => number | undefined
type CombineWhole = (a: bigint, b: bigint) => bigint | undefined

/** A function of two or more broadcast inputs, folded from the left; undefined (a division by zero) gives the node up. */
function combine(onNumbers: Combine, onWhole: CombineWhole): Evaluator {
  return ({ context, input, output }) => {
    if (context.node.inputs.some((_, index) => isOpaque(input(index)))) return undefined
    const isWhole = isWholeType(input(0).dataType)
    let result = broadcastCells(input(0), output.dims)
    for (let index = 1; index < context.inputCount; index++) {
      const others = broadcastCells(input(index), output.dims)
      const next: Cell[] = []
      for (const [position, cell] of result.entries()) {
        const other = others[position] ?? 0
        const value =
          typeof cell === 'bigint' && typeof other === 'bigint'
            ? onWhole(cell, other)
            : onNumbers(Number(cell), Number(other), isWhole)
        if (value === undefined) return undefined
        next.push(value)
      }
      result = next
    }
    return [tensorOf(output.dataType, output.dims, result)]
  }
}

function compare(test: (a: number | bigint, b: number | bigint) => boolean): Evaluator {
  return combine(
    (a, b) => Number(test(a, b)),
    (a, b) => BigInt(test(a, b)),
  )
}

/** The sign of the divisor, as Python's %; with fmod the sign of the dividend, which is not used in shapes. */
const modulo: Evaluator = (evaluation) =>
  evaluation.context.int('fmod', 0) === 0
    ? combine(
        (a, b) => (b === 0 ? undefined : ((a % b) + b) % b),
        (a, b) => (b === 0n ? undefined : ((a % b) + b) % b),
      )(evaluation)
    : undefined

const cast: Evaluator = ({ input, output }) => {
  const source = input(0)
  if (isOpaque(source) || isOpaque(output)) return undefined
  const cells = cellsOf(source)
  if (output.dataType === 'bool')
    return [
      tensorOf(
        'bool',
        output.dims,
        cells.map((cell) => Number(Number(cell) !== 0)),
      ),
    ]
  const whole = isWholeType(output.dataType)
  return [tensorOf(output.dataType, output.dims, whole ? cells.map((cell) => wholeCell(cell)) : cells.map(Number))]
}

/** Keeps 64-bit integers exact and cuts fractions off everything else. */
function wholeCell(cell: Cell): Cell {
  return typeof cell === 'bigint' ? BigInt.asIntN(64, cell) : wholeBigInt(cell)
}

const transpose: Evaluator = ({ context, input, output }) => {
  const strides = stridesOf(input(0).dims)
  const order = context.ints('perm') ?? strides.map((_, axis) => strides.length - 1 - axis)
  const steps = order.map((axis) => at(strides, axis < 0 ? axis + strides.length : axis))
  return [tensorOf(output.dataType, output.dims, pickCells(cellsOf(input(0)), output.dims, steps))]
}

const slice: Evaluator = ({ context, input, output }) => {
  const strides = stridesOf(input(0).dims)
  const steps = [...strides]
  let start = 0
  for (const range of resolveSlice(context)) {
    start += range.start * at(strides, range.axis)
    steps[range.axis] = range.step * at(strides, range.axis)
  }
  return [tensorOf(output.dataType, output.dims, pickCells(cellsOf(input(0)), output.dims, steps, start))]
}

const expand: Evaluator = ({ input, output }) => [
  tensorOf(output.dataType, output.dims, broadcastCells(input(0), output.dims)),
]

/** Cells in blocks: `outer` rows of `inner` cells each, one row per step along the axes before `axis`. */
function blocks(tensor: OnnxTensor, axis: number): { readonly cells: readonly Cell[]; readonly inner: number } {
  return { cells: cellsOf(tensor), inner: countDims(tensor.dims.slice(axis)) }
}

const concat: Evaluator = ({ context, input, output }) => {
  const axis = context.axis(context.int('axis', 1), output.dims.length)
  const parts = context.node.inputs.map((_, index) => blocks(input(index), axis))
  const outer = countDims(output.dims.slice(0, axis))
  const cells: Cell[] = []
  for (let row = 0; row < outer; row++)
    for (const { cells: part, inner } of parts)
      for (let index = 0; index < inner; index++) cells.push(part[row * inner + index] ?? 0)
  return [tensorOf(output.dataType, output.dims, cells)]
}

const split: Evaluator = ({ context, input, outputs }) => {
  const source = input(0)
  const axis = context.axis(context.int('axis', 0), source.dims.length)
  const strides = stridesOf(source.dims)
  const cells = cellsOf(source)
  let first = 0
  return outputs.map(({ dataType, dims }) => {
    const part = pickCells(cells, dims, strides, first * at(strides, axis))
    first += at(dims, axis)
    return tensorOf(dataType, dims, part)
  })
}

const gather: Evaluator = ({ context, input, output }) => {
  const source = input(0)
  const axis = context.axis(context.int('axis', 0), source.dims.length)
  const extent = at(source.dims, axis)
  const indices = readNumbers(input(1)).map((index) => (index < 0 ? index + extent : index))
  const { cells } = blocks(source, axis)
  const inner = countDims(source.dims.slice(axis + 1))
  const outer = countDims(source.dims.slice(0, axis))
  const picked: Cell[] = []
  for (let row = 0; row < outer; row++)
    for (const index of indices)
      for (let column = 0; column < inner; column++) picked.push(cells[(row * extent + index) * inner + column] ?? 0)
  return [tensorOf(output.dataType, output.dims, picked)]
}

const tile: Evaluator = ({ input, output }) => {
  const { dims } = input(0)
  const strides = stridesOf(dims)
  const outputStrides = stridesOf(output.dims)
  const cells = cellsOf(input(0))
  const total = countDims(output.dims)
  const picked = Array.from({ length: total }, (_, index) => {
    let offset = 0
    for (let axis = 0; axis < dims.length; axis++) {
      const position = Math.floor(index / at(outputStrides, axis)) % at(output.dims, axis)
      offset += (position % at(dims, axis)) * at(strides, axis)
    }
    return cells[offset] ?? 0
  })
  return [tensorOf(output.dataType, output.dims, picked)]
}

const select: Evaluator = ({ input, output }) => {
  const [condition, yes, no] = [0, 1, 2].map((index) => broadcastCells(input(index), output.dims))
  const cells = (condition ?? []).map((cell, index) => (Number(cell) === 0 ? no?.[index] : yes?.[index]) ?? 0)
  return [tensorOf(output.dataType, output.dims, cells)]
}

const shape: Evaluator = ({ context, output }) => {
  const { start, end } = resolveShapeRange(context)
  return [tensorOf('int64', output.dims, context.dims(0).slice(start, end))]
}

const constantOfShape: Evaluator = ({ context, output }) => {
  const value = context.attribute('value')
  const cell = value?.type === 'tensor' ? (cellsOf(value.value)[0] ?? 0) : 0
  return [
    tensorOf(
      output.dataType,
      output.dims,
      Array.from({ length: countDims(output.dims) }, () => cell),
    ),
  ]
}

const range: Evaluator = ({ input, output }) => {
  if (isOpaque(output)) return undefined
  const [start = 0, , delta = 1] = [0, 1, 2].map((index) => readNumbers(input(index))[0])
  const cells = Array.from({ length: at(output.dims, 0) }, (_, index) => start + index * delta)
  return [tensorOf(output.dataType, output.dims, cells)]
}

const nonZero: Evaluator = ({ input, output }) => {
  const { dims } = input(0)
  const strides = stridesOf(dims)
  const found = readNumbers(input(0)).flatMap((value, index) => (value === 0 ? [] : [index]))
  const cells = dims.flatMap((extent, axis) => found.map((index) => Math.floor(index / at(strides, axis)) % extent))
  return [tensorOf('int64', output.dims, cells)]
}

/** Reduces a tensor whose every axis is reduced, as shape subgraphs do; other reductions are left alone. */
function reduceAll(onNumbers: (a: number, b: number) => number, onWhole: (a: bigint, b: bigint) => bigint): Evaluator {
  return ({ input, output }) => {
    const [first, ...rest] = cellsOf(input(0))
    if (isOpaque(output) || first === undefined || countDims(output.dims) !== 1) return undefined
    const result = rest.reduce<Cell>(
      (sum, cell) =>
        typeof sum === 'bigint' && typeof cell === 'bigint' ? onWhole(sum, cell) : onNumbers(Number(sum), Number(cell)),
      first,
    )
    return [tensorOf(output.dataType, output.dims, [result])]
  }
}

const evaluators: ReadonlyMap<string, Evaluator> = new Map<string, Evaluator>([
  ['Constant', ({ context }) => [constantTensor(context.node) ?? context.fail('it holds no value')]],
  ['ConstantOfShape', constantOfShape],
  ['Shape', shape],
  ['Size', ({ context }) => [tensorOf('int64', [], [countDims(context.dims(0))])]],
  ['Range', range],
  ['NonZero', nonZero],
  ['Identity', relabel],
  ['Reshape', relabel],
  ['Flatten', relabel],
  ['Squeeze', relabel],
  ['Unsqueeze', relabel],
  ['Transpose', transpose],
  ['Slice', slice],
  ['Expand', expand],
  ['Concat', concat],
  ['Split', split],
  ['Gather', gather],
  ['Tile', tile],
  ['Where', select],
  ['Cast', cast],
  [
    'Add',
    combine(
      (a, b) => a + b,
      (a, b) => a + b,
    ),
  ],
  [
    'Sub',
    combine(
      (a, b) => a - b,
      (a, b) => a - b,
    ),
  ],
  [
    'Mul',
    combine(
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  ],
  [
    'Div',
    combine(
      (a, b, isWhole) => (isWhole ? (b === 0 ? undefined : Math.trunc(a / b)) : a / b),
      (a, b) => (b === 0n ? undefined : a / b),
    ),
  ],
  ['Mod', modulo],
  [
    'Max',
    combine(
      (a, b) => Math.max(a, b),
      (a, b) => (a > b ? a : b),
    ),
  ],
  [
    'Min',
    combine(
      (a, b) => Math.min(a, b),
      (a, b) => (a < b ? a : b),
    ),
  ],
  ['Equal', compare((a, b) => a === b)],
  ['Greater', compare((a, b) => a > b)],
  ['GreaterOrEqual', compare((a, b) => a >= b)],
  ['Less', compare((a, b) => a < b)],
  ['LessOrEqual', compare((a, b) => a <= b)],
  ['And', compare((a, b) => Number(a) !== 0 && Number(b) !== 0)],
  ['Or', compare((a, b) => Number(a) !== 0 || Number(b) !== 0)],
  ['Not', unary((value) => Number(value === 0))],
  [
    'Neg',
    unary(
      (value) => -value,
      (value) => -value,
    ),
  ],
  ['Abs', unary(Math.abs, (value) => (value < 0n ? -value : value))],
  ['Sign', unary(Math.sign, (value) => (value > 0n ? 1n : value < 0n ? -1n : 0n))],
  ['Floor', unary(Math.floor)],
  ['Ceil', unary(Math.ceil)],
  ['Sqrt', unary(Math.sqrt)],
  [
    'ReduceProd',
    reduceAll(
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  ],
  [
    'ReduceSum',
    reduceAll(
      (a, b) => a + b,
      (a, b) => a + b,
    ),
  ],
  [
    'ReduceMax',
    reduceAll(
      (a, b) => Math.max(a, b),
      (a, b) => (a > b ? a : b),
    ),
  ],
  [
    'ReduceMin',
    reduceAll(
      (a, b) => Math.min(a, b),
      (a, b) => (a < b ? a : b),
    ),
  ],
])
