// What a gradient rule is and what it may use; not the rules (rules/) and not the walker (backward.ts).
import type { GraphBuilder } from '../onnx/builder'
import type { OnnxAttribute, OnnxNode } from '../onnx/model'

/** The operators that Netloom emits or imports for training and that carry a gradient. */
export const differentiableOperators = [
  'Conv',
  'ConvTranspose',
  'Gemm',
  'MatMul',
  'Einsum',
  'MaxPool',
  'AveragePool',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'MaxUnpool',
  'LpPool',
  'GlobalLpPool',
  'LpNormalization',
  'BatchNormalization',
  'LRN',
  'LayerNormalization',
  'InstanceNormalization',
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Pow',
  'Max',
  'Min',
  'Sum',
  'Mean',
  'Where',
  'Relu',
  'LeakyRelu',
  'PRelu',
  'Elu',
  'Selu',
  'Celu',
  'ThresholdedRelu',
  'Shrink',
  'Sigmoid',
  'Tanh',
  'HardSigmoid',
  'HardSwish',
  'Softplus',
  'Softsign',
  'Clip',
  'Neg',
  'Exp',
  'Log',
  'Sqrt',
  'Abs',
  'Reciprocal',
  'Erf',
  'Sin',
  'Cos',
  'Tan',
  'Sinh',
  'Cosh',
  'Asin',
  'Acos',
  'Atan',
  'Asinh',
  'Acosh',
  'Atanh',
  'Softmax',
  'LogSoftmax',
  'Concat',
  'Slice',
  'Pad',
  'Reshape',
  'Flatten',
  'Transpose',
  'Squeeze',
  'Unsqueeze',
  'Expand',
  'Split',
  'Gather',
  'GatherElements',
  'GatherND',
  'ScatterElements',
  'ScatterND',
  'TopK',
  'DepthToSpace',
  'SpaceToDepth',
  'Tile',
  'Trilu',
  'Identity',
  'Cast',
  'Dropout',
  'Resize',
  'ReduceMean',
  'ReduceSum',
  'ReduceMax',
  'ReduceMin',
  'ReduceL2',
  'ReduceSumSquare',
  'ReduceL1',
  'ReduceLogSum',
  'ReduceLogSumExp',
  'ReduceProd',
  'CumSum',
] as const
export type DifferentiableOperator = (typeof differentiableOperators)[number]

/** Operators through which no gradient flows: their derivative is zero almost everywhere, or they compute indices and shapes. */
export const operatorsWithoutGradient = [
  'Sign',
  'Floor',
  'Ceil',
  'Round',
  'Not',
  'And',
  'Or',
  'Equal',
  'Greater',
  'Less',
  'GreaterOrEqual',
  'LessOrEqual',
  'ArgMax',
  'ArgMin',
  'Shape',
  'Constant',
  'ConstantOfShape',
  'OneHot',
  'Range',
  'Size',
  'NonZero',
  'EyeLike',
] as const
export type OperatorWithoutGradient = (typeof operatorsWithoutGradient)[number]

/** What a rule sees: one forward node of fixed shapes, and the gradients that arrive at its outputs. */
export interface RuleContext {
  readonly node: OnnxNode
  /** The static builder that already holds the forward nodes; rules add theirs to it. */
  readonly builder: GraphBuilder
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Gradient of the loss by each output, undefined where none arrives. The first is always there if there is one output. */
  readonly outputGradients: readonly (string | undefined)[]
  /** Whether the gradient of input `index` is wanted; rules skip work for the others. */
  needs(index: number): boolean
  shapeOf(value: string): readonly number[]
  /** An attribute's value, or the default. */
  int(name: string, fallback: number): number
  float(name: string, fallback: number): number
  string(name: string, fallback: string): string
  ints(name: string): readonly number[] | undefined
  attribute(name: string): OnnxAttribute | undefined
  /** Whole numbers behind a constant input (axes, pads, starts), or undefined where it is computed or left out. */
  constantInts(index: number): readonly number[] | undefined
  constantFloats(index: number): readonly number[] | undefined
  /**
   * The same where the rule cannot do without them.
   * @param what what the input holds, in the plural: `axes`
   * @throws NetloomError autodiff.noGradient where they are computed while the graph runs
   */
  fixedInts(index: number, what: string): readonly number[]
}

/** Stands in the place of an input that has no gradient: it holds axes, shapes or indices, or nothing depends on it. */
export const none: unique symbol = Symbol('no gradient')
export type InputGradient = string | typeof none | undefined

/**
 * Adds the backward nodes of one forward node.
 * @returns one entry for each input: its gradient, `none` where it has none, undefined only where it is not wanted; the
 * walker checks that none is forgotten. A gradient may still have the broadcast shape of the output: the walker sums it
 * down to the input's shape.
 */
export type GradientRule = (context: RuleContext) => readonly InputGradient[]

/** One rule per operator; the type makes the table total. */
export type GradientTable<Operator extends string = DifferentiableOperator> = {
  readonly [Name in Operator]: GradientRule
}
