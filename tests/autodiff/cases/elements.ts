// Elementwise operators with every kind of broadcasting, activations, functions, softmax and reductions.
import { between, node, type NodeOptions, type OperatorNumericCase } from './node'

const shape = [3, 5, 2] as const
const unary = (op: string, options: NodeOptions = {}, title = ''): OperatorNumericCase =>
  node(op, title || 'of both signs', [shape], options)

/** The second input is moved by a third of a step of the first's grid, so that no two values meet. */
const apart: OperatorNumericCase['values'] = (index, count) =>
  between(-2 + 0.03 * index, 2 + 0.03 * index)(index, count)

const broadcasts: readonly (readonly [string, readonly number[], readonly number[]])[] = [
  ['of one shape', [2, 3, 2], [2, 3, 2]],
  ['per channel', [2, 3, 2, 2], [3, 1, 1]],
  ['with a scalar', [2, 3], []],
  ['both ways', [2, 1, 4], [3, 1]],
  ['of a longer second input', [3, 1], [2, 1, 4]],
]

const binary = (op: string, options: NodeOptions = {}): OperatorNumericCase[] =>
  broadcasts.map(([title, a, b]) => node(op, title, [a, b], options))

const reduction = (op: string, axes: readonly number[] | undefined, keepdims: number): OperatorNumericCase => {
  const title = axes ? `over ${axes.join(' and ')}, keepdims ${keepdims}` : 'over everything'
  if (op === 'ReduceSum')
    return node(op, title, [[2, 3, 4]], {
      attributes: { keepdims },
      constants: (builder) => (axes ? [builder.ints(axes)] : []),
    })
  return node(op, title, [[2, 3, 4]], { attributes: axes ? { axes, keepdims } : { keepdims } })
}

const einsums: readonly (readonly [equation: string, ...inputs: readonly (readonly number[])[]])[] = [
  ['ij,jk->ik', [3, 4], [4, 2]],
  ['bij,bjk->bik', [2, 3, 4], [2, 4, 2]],
  ['bhwc,hkc->bhwk', [2, 2, 3, 4], [2, 3, 4]],
  ['...ij,jk', [2, 2, 3, 4], [4, 2]],
  ['...i,...i->...', [2, 3, 4], [2, 3, 4]],
  ['a...b,b->...a', [2, 3, 3, 4], [4]],
  ['ij->ji', [2, 3]],
  ['ij->ij', [2, 3]],
  ['ijk->j', [2, 3, 4]],
  ['ij->', [2, 3]],
  ['ii->i', [4, 4]],
  ['bii', [2, 3, 3]],
  ['ii,i->', [3, 3], [3]],
  ['iij,ij->j', [3, 3, 2], [3, 2]],
  ['i,j->ij', [3], [4]],
  ['i,i->', [4], [4]],
  ['ab,bc,cd->ad', [2, 3], [3, 2], [2, 4]],
  ['ab,ac,ad->a', [2, 3], [2, 2], [2, 4]],
  ['ij,ik->j', [2, 3], [2, 4]],
  ['ba,ab', [2, 3], [3, 2]],
  ['b n d , m d -> b n m', [2, 3, 4], [2, 4]],
  ['bij,bjk->bik', [1, 3, 4], [2, 4, 2]],
  ['Ab,bA->A', [2, 3], [3, 2]],
]

export const elementCases: readonly OperatorNumericCase[] = [
  ...['Add', 'Sub', 'Mul'].flatMap((op) => binary(op)),
  ...binary('Div', { values: (index, count) => between(index === 0 ? -2 : 0.6, 2)(index, count) }),
  ...binary('Pow', { values: (index, count) => between(index === 0 ? 0.3 : -1.5, 2)(index, count) }),
  ...['Max', 'Min'].flatMap((op) => binary(op, { values: apart })),
  node('Pow', 'squared, of both signs', [[2, 5]], { constants: (builder) => [builder.scalar(2)] }),
  node('Pow', 'cubed, of both signs', [[2, 5]], { constants: (builder) => [builder.scalar(3)] }),
  node('Pow', 'to a whole number', [[2, 5]], { constants: (builder) => [builder.ints([3])] }),
  ...['Mul', 'Add', 'Sub'].map((op): OperatorNumericCase => ({
    op,
    title: `${op} of a value and itself`,
    inputs: [[2, 3]],
    build: (builder, [x = '']) => builder.add(op, [x, x]),
  })),
  node('Max', 'of three', [[2, 3], [3], [2, 1]], { values: apart }),
  node('Max', 'with a constant', [[2, 3]], { constants: (builder) => [builder.scalar(0.1)] }),
  node('Sum', 'of three', [[2, 3], [3], [2, 1]]),
  node('Sum', 'of one', [[2, 3]]),
  node('Mean', 'of three', [[2, 3], [3], [2, 1]]),
  node('Mean', 'of one', [[2, 3]]),
  node('Min', 'of four', [[2, 3], [3], [], [2, 1]], { values: apart }),
  {
    op: 'Where',
    title: 'Where with a broadcast condition',
    inputs: [
      [2, 3],
      [2, 1],
    ],
    build: (builder, [a = '', b = '']) => {
      const condition = builder.constant({ dataType: 'bool', dims: [3], data: Uint8Array.of(1, 0, 1) })
      return builder.add('Where', [condition, a, b])
    },
  },
  ...einsums.map(([equation, ...inputs]) => node('Einsum', equation, inputs, { attributes: { equation } })),
  unary('Relu'),
  unary('LeakyRelu', { attributes: { alpha: { float: 0.2 } } }),
  unary('LeakyRelu', { attributes: { alpha: { float: -0.3 } } }, 'that falls on the left'),
  node('PRelu', 'per channel', [
    [2, 3, 2, 2],
    [3, 1, 1],
  ]),
  node('PRelu', 'per element', [
    [3, 4],
    [3, 4],
  ]),
  unary('Elu', { attributes: { alpha: { float: 0.7 } } }),
  unary('Selu'),
  unary('Selu', { attributes: { alpha: { float: 0.7 }, gamma: { float: 1.4 } } }, 'with numbers of its own'),
  unary('Celu'),
  unary('Celu', { attributes: { alpha: { float: 0.6 } } }, 'with alpha 0.6'),
  unary('ThresholdedRelu', { attributes: { alpha: { float: 0.5 } } }),
  unary('ThresholdedRelu', { attributes: { alpha: { float: -0.7 } } }, 'below 0'),
  unary('Shrink', { attributes: { lambd: { float: 0.9 }, bias: { float: 0.4 } } }),
  unary('Softsign'),
  unary('Sigmoid'),
  unary('Tanh'),
  unary('HardSigmoid', { attributes: { alpha: { float: 0.4 }, beta: { float: 0.45 } } }),
  unary('HardSwish', { values: between(-4.02, 4) }),
  unary('Softplus'),
  unary('Clip', { constants: (builder) => [builder.scalar(-0.5), builder.scalar(0.8)] }),
  unary('Clip', { constants: (builder) => ['', builder.scalar(0.8)] }, 'above only'),
  unary('Clip', { constants: (builder) => [builder.scalar(-0.5)] }, 'below only'),
  unary('Clip', {}, 'nowhere'),
  node('Clip', 'with bounds that learn', [[3, 5], [], []], {
    values: (index, count) => (index === 0 ? between(-2, 2)(0, count) : [index === 1 ? -0.51 : 0.83]),
  }),
  ...['Neg', 'Exp', 'Abs', 'Erf', 'Sin', 'Cos', 'Sinh', 'Cosh', 'Atan', 'Asinh'].map((op) => unary(op)),
  ...['Asin', 'Acos', 'Atanh', 'Tan'].map((op) => unary(op, { values: between(-0.8, 0.8) }, 'near 0')),
  unary('Acosh', { values: between(1.2, 3) }, 'above 1'),
  ...['Log', 'Sqrt', 'Reciprocal'].map((op) => unary(op, { values: between(0.4, 2) }, 'of positive values')),
  ...['Softmax', 'LogSoftmax'].flatMap((op) => [
    unary(op, { attributes: { axis: 1 } }, 'over a middle axis'),
    unary(op, {}, 'over the last axis'),
    unary(op, { attributes: { axis: -3 } }, 'over a negative axis'),
  ]),
  ...['ReduceLogSum', 'ReduceLogSumExp', 'ReduceProd', 'ReduceL1'].flatMap((op) =>
    [reduction(op, [1], 1), reduction(op, [0, 2], 0), reduction(op, undefined, 0)].map((each) => ({
      ...each,
      values: between(op === 'ReduceLogSum' ? 0.5 : 0.7, 1.5),
    })),
  ),
  reduction('ReduceProd', [1], 0),
  node('ReduceProd', 'with one zero and with two', [[3, 3]], {
    attributes: { axes: [1], keepdims: 0 },
    values: () => [0.5, 0, 2, 0, 1.5, 0, 1, 2, 3],
  }),
  ...[0, 1].flatMap((exclusive) =>
    [0, 1].map((reverse) =>
      node('CumSum', `exclusive ${exclusive}, reverse ${reverse}`, [[2, 4, 3]], {
        attributes: { exclusive, reverse },
        constants: (builder) => [builder.constant({ dataType: 'int32', dims: [], data: Int32Array.of(-2) })],
      }),
    ),
  ),
  ...['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceL2', 'ReduceSumSquare'].flatMap((op) => [
    reduction(op, [1], 1),
    reduction(op, [0, 2], 0),
    reduction(op, [-1], 0),
    reduction(op, undefined, 1),
  ]),
]
