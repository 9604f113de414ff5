// Small random graphs of operators with a gradient, the same for a seed; not their comparing.
import { NetloomError } from '../../src/shared/graph/errors'
import type { AttributeInput, GraphBuilder } from '../../src/shared/onnx/builder'
import { RandomStream } from '../../src/shared/training/randomStream'

type Attributes = Record<string, AttributeInput>

/** Grows a graph by random operators on values that it has. */
export class RandomGraph {
  private readonly random: RandomStream
  /** Values that operators may take, and those that none has taken. */
  readonly values: string[] = []
  readonly untaken = new Set<string>()
  readonly inputs: { readonly name: string; readonly dims: readonly number[] }[] = []

  constructor(
    private readonly builder: GraphBuilder,
    seed: number,
  ) {
    this.random = new RandomStream(seed, 'graph')
    this.input(this.random.below(2) === 0 ? this.extents(4) : this.extents(1 + this.random.below(4)))
  }

  /** Adds operators until there are so many. */
  grow(count: number): void {
    for (let tries = 0; this.builder.nodes.length < count && tries < 20 * count; tries++) {
      const [x, dims] = this.pick()
      const known = this.inputs.length
      try {
        this.choose(operators)(this, x, dims)
      } catch (error) {
        // Numbers that do not fit: the operator is no part of the graph, nor what it was to take.
        if (!(error instanceof NetloomError) || error.code !== 'onnx.shape') throw error
        this.builder.nodes.pop()
        for (const { name } of this.inputs.slice(known)) this.values.splice(this.values.indexOf(name), 1)
      }
    }
  }

  /** A new input of the graph. */
  input(dims: readonly number[]): string {
    const name = this.builder.input(`x${this.inputs.length}`, 'float32', dims)
    this.inputs.push({ name, dims })
    this.values.push(name)
    return name
  }

  add(op: string, inputs: readonly string[], attributes: Attributes = {}, outputs = 1): string[] {
    const made = this.builder.addMany(op, outputs, inputs, attributes)
    const [first = ''] = made
    this.values.push(first)
    for (const input of inputs) this.untaken.delete(input)
    this.untaken.add(first)
    return made
  }

  ints(values: readonly number[]): string {
    return this.builder.ints(values)
  }

  floats(values: readonly number[]): string {
    return this.builder.floats(values)
  }

  /** Whole numbers below a bound, as a constant. */
  places(dims: readonly number[], below: number): string {
    const data = BigInt64Array.from({ length: size(dims) }, () => BigInt(this.random.below(below)))
    return this.builder.constant({ dataType: 'int64', dims, data })
  }

  coins(dims: readonly number[]): string {
    const data = Uint8Array.from({ length: size(dims) }, () => this.random.below(2))
    return this.builder.constant({ dataType: 'bool', dims, data })
  }

  below(bound: number): number {
    return this.random.below(Math.max(1, bound))
  }

  choose<T>(list: readonly T[]): T {
    const chosen = list[this.below(list.length)]
    if (chosen === undefined) throw new Error('nothing to choose from')
    return chosen
  }

  extents(rank: number): number[] {
    return Array.from({ length: rank }, () => 1 + this.random.below(rank > 3 ? 4 : 5))
  }

  /** A new input that broadcasts with extents. */
  beside(dims: readonly number[]): string {
    const kept = dims.slice(this.below(dims.length + 1))
    return this.input(kept.map((extent) => (this.below(3) === 0 ? 1 : extent)))
  }

  shapeOf(value: string): readonly number[] {
    return this.builder.shapeOf(value)
  }

  permutation(count: number): number[] {
    return [...this.random.permutation(count)]
  }

  private pick(): readonly [string, readonly number[]] {
    // Long chains rather than many short ones.
    const value = this.below(3) > 0 ? (this.values.at(-1) ?? '') : this.choose(this.values)
    return [value, this.shapeOf(value)]
  }
}

type Operator = (graph: RandomGraph, x: string, dims: readonly number[]) => void

function size(dims: readonly number[]): number {
  return dims.reduce((product, extent) => product * extent, 1)
}

const smooth = [
  'Sin',
  'Cos',
  'Tanh',
  'Sigmoid',
  'Softplus',
  'Softsign',
  'Erf',
  'Atan',
  'Asinh',
  'Celu',
  'Elu',
  'Selu',
  'Neg',
]

/** Operators that need positions behind batch and channels. */
function onImages(operator: Operator): Operator {
  return (graph, x, dims) => {
    if (dims.length >= 3 && dims.length <= 5 && size(dims) <= 400) operator(graph, x, dims)
  }
}

function windowOf(graph: RandomGraph, dims: readonly number[]): Attributes {
  const spatial = dims.slice(2)
  const kernel = spatial.map((extent) => 1 + graph.below(Math.min(3, extent)))
  const pads = [...kernel, ...kernel].map((extent) => graph.below(extent))
  return { kernel_shape: kernel, strides: spatial.map(() => 1 + graph.below(3)), pads }
}

const convolution: Operator = (graph, x, dims) => {
  const [, channels = 1] = dims
  const group = channels % 2 === 0 ? 1 + graph.below(2) : 1
  const window = windowOf(graph, dims)
  const dilations = dims.slice(2).map(() => 1 + graph.below(2))
  const kernel = Array.isArray(window['kernel_shape']) ? window['kernel_shape'].map(Number) : []
  const w = graph.input([group * (1 + graph.below(2)), channels / group, ...kernel])
  graph.add('Conv', [x, w], { ...window, group, dilations })
}

const transposedConvolution: Operator = (graph, x, dims) => {
  const [, channels = 1, ...spatial] = dims
  const kernel = spatial.map(() => 1 + graph.below(3))
  const strides = spatial.map(() => 1 + graph.below(2))
  const group = channels % 2 === 0 ? 1 + graph.below(2) : 1
  const w = graph.input([channels, 1 + graph.below(2), ...kernel])
  graph.add('ConvTranspose', [x, w], { kernel_shape: kernel, strides, group })
}

const pooling: Operator = (graph, x, dims) => {
  const op = graph.choose(['MaxPool', 'AveragePool', 'LpPool', 'AveragePool'])
  const own: Attributes = op === 'LpPool' ? { p: 1 + graph.below(3) } : {}
  if (op === 'AveragePool') own['count_include_pad'] = graph.below(2)
  const window = windowOf(graph, dims)
  // ONNX Runtime counts windows in two ways where one begins behind the image.
  const steps = dims.slice(2).map(() => 1)
  if (op !== 'LpPool' && graph.below(4) === 0) Object.assign(own, { ceil_mode: 1, strides: steps })
  graph.add(op, [x], { ...window, ...own })
}

const resizing: Operator = (graph, x, dims) => {
  if (dims.length !== 4) return
  const mode = graph.choose(['nearest', 'linear', 'cubic'])
  const coordinates = graph.choose(['half_pixel', 'align_corners', 'asymmetric', 'pytorch_half_pixel'])
  const attributes = {
    mode,
    coordinate_transformation_mode: coordinates,
    nearest_mode: graph.choose(['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil']),
    ...(mode === 'cubic' ? { exclude_outside: coordinates === 'half_pixel' ? graph.below(2) : 0 } : {}),
  }
  const sizes = dims.map((extent, axis) => (axis < 2 ? extent : 1 + graph.below(2 * extent + 1)))
  graph.add('Resize', [x, '', '', graph.ints(sizes)], attributes)
}

const padding: Operator = (graph, x, dims) => {
  if (dims.length === 0) return
  const mode = graph.choose(['constant', 'reflect', 'edge'])
  const most = (extent: number): number => (mode === 'reflect' ? extent : 3)
  // Nothing is cut on one side while the other is filled by more than what is left.
  const before = dims.map((extent) => graph.below(Math.max(1, most(extent) - 1)))
  const after = dims.map((extent) => graph.below(most(extent)) - (extent > 2 ? graph.below(2) : 0))
  graph.add('Pad', [x, graph.ints([...before, ...after])], { mode })
}

const slicing: Operator = (graph, x, dims) => {
  const axis = graph.below(dims.length)
  const extent = dims[axis] ?? 1
  const step = graph.choose([1, 2, 3, -1, -2])
  const start = graph.below(extent)
  const end =
    step > 0
      ? start + 1 + graph.below(extent - start)
      : graph.below(2) === 0
        ? -(2 ** 31)
        : start - 1 - graph.below(start)
  // A negative end counts from the other side.
  if (step < 0 && end < 0 && end > -(2 ** 31)) return
  graph.add('Slice', [x, graph.ints([start]), graph.ints([end]), graph.ints([axis - dims.length]), graph.ints([step])])
}

const reducing: Operator = (graph, x, dims) => {
  const op = graph.choose([
    'ReduceSum',
    'ReduceMean',
    'ReduceL2',
    'ReduceL1',
    'ReduceLogSumExp',
    'ReduceProd',
    'ReduceMax',
    'ReduceSumSquare',
  ])
  const axes = dims.map((_, axis) => axis).filter(() => graph.below(2) === 0)
  const keepdims = graph.below(2)
  if (axes.length === 0) return
  if (op === 'ReduceSum') graph.add(op, [x, graph.ints(axes)], { keepdims })
  else graph.add(op, [x], { axes, keepdims })
}

/** Letters for the axes of x, some of them shared with a new operand, and any of them in the result. */
const einsum: Operator = (graph, x, dims) => {
  const letters = 'abcdefgh'.split('')
  const left = dims.map((_, axis) => letters[axis] ?? '')
  const shared = left.filter(() => graph.below(2) === 0)
  const other = [...shared, ...(graph.below(2) === 0 ? ['h'] : [])]
  const extentOf = (letter: string): number => (letter === 'h' ? 2 : (dims[left.indexOf(letter)] ?? 1))
  const order = graph.permutation(other.length).map((index) => other[index] ?? '')
  const all = [...new Set([...left, ...other])]
  const result = all.filter(() => graph.below(3) > 0)
  const right = graph.permutation(result.length).map((index) => result[index] ?? '')
  const y = graph.input(order.map(extentOf))
  graph.add('Einsum', [x, y], { equation: `${left.join('')},${order.join('')}->${right.join('')}` })
}

const operators: readonly Operator[] = [
  (graph, x) => graph.add(graph.choose(smooth), [x]),
  (graph, x) => graph.add(graph.choose(smooth), [x]),
  (graph, x, dims) => graph.add(graph.choose(['Add', 'Sub', 'Mul', 'Max', 'Min', 'Mean']), [x, graph.beside(dims)]),
  (graph, x, dims) => graph.add(graph.choose(['Sum', 'Mean', 'Max']), [graph.beside(dims), x, graph.beside(dims)]),
  (graph, x, dims) => graph.add('Where', [graph.coins(dims.slice(1)), x, graph.beside(dims)]),
  (graph, x) => graph.add('Mul', [x, x]),
  reducing,
  reducing,
  (graph, x, dims) =>
    dims.length > 0 &&
    graph.add(graph.choose(['Softmax', 'LogSoftmax', 'LpNormalization']), [x], { axis: graph.below(dims.length) }),
  (graph, x, dims) =>
    dims.length > 0 &&
    graph.add('CumSum', [x, graph.places([], dims.length)], { exclusive: graph.below(2), reverse: graph.below(2) }),
  (graph, x, dims) => graph.add('Transpose', [x], { perm: graph.permutation(dims.length) }),
  (graph, x, dims) => graph.add('Reshape', [x, graph.ints([...dims.slice(0, 1), -1])]),
  (graph, x, dims) => graph.add('Reshape', [x, graph.ints([1, ...dims.slice(0, 1), ...dims.slice(1)])]),
  (graph, x, dims) => graph.add('Unsqueeze', [x, graph.ints([graph.below(dims.length + 1)])]),
  (graph, x) => graph.add('Squeeze', [x]),
  (graph, x, dims) => graph.add('Expand', [x, graph.ints([2, ...dims])]),
  (graph, x, dims) => graph.add('Tile', [x, graph.ints(dims.map(() => 1 + graph.below(2)))]),
  (graph, x, dims) =>
    dims.length > 0 && graph.add('Concat', [x, graph.input([...dims]), x], { axis: graph.below(dims.length) }),
  padding,
  padding,
  slicing,
  slicing,
  (graph, x, dims) => {
    if (dims.length === 0) return
    const axis = graph.below(dims.length)
    graph.add('Gather', [x, graph.places(graph.extents(graph.below(3)), dims[axis] ?? 1)], { axis })
  },
  (graph, x, dims) => {
    if (dims.length === 0) return
    const axis = graph.below(dims.length)
    graph.add('GatherElements', [x, graph.places(dims, dims[axis] ?? 1)], { axis })
  },
  (graph, x, dims) => {
    if (dims.length === 0) return
    const axis = graph.below(dims.length)
    graph.add('ScatterElements', [x, graph.places(dims, dims[axis] ?? 1), graph.input([...dims])], {
      axis,
      reduction: 'add',
    })
  },
  (graph, x, dims) => dims.length > 1 && graph.add('Trilu', [x], { upper: graph.below(2) }),
  (graph, x, dims) => {
    const axis = graph.below(dims.length)
    if ((dims[axis] ?? 1) < 2) return
    const first = 1 + graph.below((dims[axis] ?? 1) - 1)
    const [a = '', b = ''] = graph.add('Split', [x, graph.ints([first, (dims[axis] ?? 1) - first])], { axis }, 2)
    if (graph.below(2) === 0) graph.add('Concat', [b, a], { axis })
  },
  (graph, x, dims) =>
    dims.length > 1 &&
    graph.add('MatMul', [x, graph.input([...(graph.below(2) === 0 ? [] : dims.slice(0, -2)), dims.at(-1) ?? 1, 3])]),
  (graph, x, dims) => dims.length > 1 && graph.add('MatMul', [graph.input([2, dims.at(-2) ?? 1]), x]),
  (graph, x, dims) =>
    dims.length === 2 && graph.add('Gemm', [x, graph.input([3, dims[1] ?? 1]), graph.input([3])], { transB: 1 }),
  (graph, x, dims) =>
    dims.length > 0 &&
    graph.add('LayerNormalization', [x, graph.input(dims.slice(-1))], { axis: -1, epsilon: { float: 0.1 } }),
  einsum,
  einsum,
  onImages(convolution),
  onImages(convolution),
  onImages(transposedConvolution),
  onImages(pooling),
  onImages(pooling),
  onImages(resizing),
  onImages(resizing),
  onImages((graph, x, [, channels = 1]) =>
    graph.add('InstanceNormalization', [x, graph.input([channels]), graph.input([channels])], {
      epsilon: { float: 0.1 },
    }),
  ),
  onImages((graph, x) => graph.add(graph.choose(['GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool']), [x])),
  onImages(
    (graph, x, dims) =>
      dims.length === 4 && graph.add('LRN', [x], { size: 1 + 2 * graph.below(3), alpha: { float: 0.3 } }),
  ),
  onImages((graph, x, dims) => dims.length === 4 && graph.add('SpaceToDepth', [x], { blocksize: 2 })),
  onImages(
    (graph, x, dims) =>
      dims.length === 4 && graph.add('DepthToSpace', [x], { blocksize: 2, mode: graph.choose(['DCR', 'CRD']) }),
  ),
]
