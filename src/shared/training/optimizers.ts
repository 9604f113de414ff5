// The optimisers as ONNX subgraphs over one vector of weights; not the choice of the learning rate (schedules.ts).
import type { GraphBuilder } from '../onnx/builder'
import type { Optimizer } from './recipe'

/** Names of the slots an optimiser keeps for each weight, all zero at the start. */
export function slotNames(optimizer: Optimizer): readonly string[] {
  switch (optimizer.type) {
    case 'sgd':
      return []
    case 'momentum':
    case 'nesterov':
      return ['momentum']
    case 'rmsprop':
      return ['square']
    case 'adam':
    case 'adamw':
      return ['momentum', 'square']
    default:
      optimizer satisfies never
      return []
  }
}

/** Scalars that change from step to step, computed on the host in double precision. */
export type StepScalar = 'learningRate' | 'momentumCorrection' | 'squareCorrection'

/** The scalars that an optimiser reads. */
export function stepScalars(optimizer: Optimizer): readonly StepScalar[] {
  const isAdam = optimizer.type === 'adam' || optimizer.type === 'adamw'
  return isAdam ? ['learningRate', 'momentumCorrection', 'squareCorrection'] : ['learningRate']
}

/**
 * The scalars of step `step` (counted from 1). The corrections are Adam's `1 - beta^step` (Kingma and Ba, 2015, algorithm 1).
 */
export function computeStepScalars(
  optimizer: Optimizer,
  step: number,
  learningRate: number,
): Record<StepScalar, number> {
  const isAdam = optimizer.type === 'adam' || optimizer.type === 'adamw'
  return {
    learningRate,
    momentumCorrection: isAdam ? 1 - Math.pow(optimizer.beta1, step) : 1,
    squareCorrection: isAdam ? Math.sqrt(1 - Math.pow(optimizer.beta2, step)) : 1,
  }
}

/** Value names of one vector of weights and all that its update needs; every vector is [P] float32. */
export interface UpdateInputs {
  readonly weights: string
  readonly gradient: string
  /** In the order of `slotNames`. */
  readonly slots: readonly string[]
  /** Weight decay: a scalar, or [P] where only some weights decay; undefined for none. */
  readonly decay?: string
  /** Value names, for all of `stepScalars`. */
  readonly scalars: ReadonlyMap<StepScalar, string>
}

export interface UpdateOutputs {
  readonly weights: string
  readonly slots: readonly string[]
}

/**
 * Adds one optimiser step.
 * Momentum and Nesterov keep the learning rate outside the velocity, RMSProp and Adam add epsilon to the root, AdamW decays
 * the weights before the step (Loshchilov and Hutter, 2019); all as PyTorch 1.13 does.
 */
export function addUpdate(builder: GraphBuilder, optimizer: Optimizer, inputs: UpdateInputs): UpdateOutputs {
  const add = (opType: string, ...values: string[]) => builder.add(opType, values)
  const { weights, decay } = inputs
  const scalar = (name: StepScalar) => inputs.scalars.get(name) ?? builder.scalar(1)
  const learningRate = scalar('learningRate')
  const decayed =
    decay === undefined || optimizer.type === 'adamw'
      ? inputs.gradient
      : add('Add', inputs.gradient, add('Mul', weights, decay))
  const [first = '', second = ''] = inputs.slots
  const stepped = (direction: string) => add('Sub', weights, add('Mul', direction, learningRate))
  switch (optimizer.type) {
    case 'sgd':
      return { weights: stepped(decayed), slots: [] }
    case 'momentum':
    case 'nesterov': {
      const factor = builder.scalar(optimizer.momentum)
      const velocity = add('Add', add('Mul', first, factor), decayed)
      const direction = optimizer.type === 'momentum' ? velocity : add('Add', decayed, add('Mul', velocity, factor))
      return { weights: stepped(direction), slots: [velocity] }
    }
    case 'rmsprop': {
      const square = addAverage(builder, first, add('Mul', decayed, decayed), optimizer.decay)
      const root = add('Add', add('Sqrt', square), builder.scalar(optimizer.epsilon))
      return { weights: stepped(add('Div', decayed, root)), slots: [square] }
    }
    case 'adam':
    case 'adamw': {
      const momentum = addAverage(builder, first, decayed, optimizer.beta1)
      const square = addAverage(builder, second, add('Mul', decayed, decayed), optimizer.beta2)
      const root = add('Div', add('Sqrt', square), scalar('squareCorrection'))
      const direction = add('Div', momentum, add('Add', root, builder.scalar(optimizer.epsilon)))
      const rate = add('Div', learningRate, scalar('momentumCorrection'))
      const before =
        optimizer.type === 'adamw' && decay !== undefined
          ? add('Sub', weights, add('Mul', weights, add('Mul', decay, learningRate)))
          : weights
      return { weights: add('Sub', before, add('Mul', direction, rate)), slots: [momentum, square] }
    }
    default:
      optimizer satisfies never
      return { weights, slots: [] }
  }
}

/** factor * old + (1 - factor) * present */
function addAverage(builder: GraphBuilder, old: string, present: string, factor: number): string {
  const kept = builder.add('Mul', [old, builder.scalar(factor)])
  return builder.add('Add', [kept, builder.add('Mul', [present, builder.scalar(1 - factor)])])
}

/**
 * Adds the factor that brings the norm of all gradients together down to `limit`: min(1, limit / (norm + 1e-6)),
 * as `torch.nn.utils.clip_grad_norm_` (Pascanu et al., 2013).
 */
export function addClipFactor(builder: GraphBuilder, gradients: readonly string[], limit: number): string {
  const squares = gradients.map((gradient) =>
    builder.add('ReduceSumSquare', [gradient], { keepdims: 0 }, { name: 'squaredNorm' }),
  )
  const total = squares.length === 1 ? (squares[0] ?? '') : builder.add('Sum', squares)
  const norm = builder.add('Add', [builder.add('Sqrt', [total]), builder.scalar(1e-6)])
  return builder.add('Min', [builder.scalar(1), builder.add('Div', [builder.scalar(limit), norm])])
}
