// What one layer is in PyTorch: its modules, how its value is computed, where its weights lie; which layer is what stands in layerRules.ts.
import type { InferredLayer } from '../../network/inferNode'
import type { HelperName } from './helperClasses'

/** One argument of a module's constructor. */
export interface Argument {
  /** The constructor's own name for it; a class with several uses calls its parameter so. */
  readonly name: string
  /** As Python reads it. */
  readonly value: string
  /** Written as `name=value`. */
  readonly isNamed: boolean
  /** The value with which it is left out. */
  readonly usual?: string
}

/** `callee(arguments)`. */
export interface ModuleCall {
  readonly callee: string
  readonly args: readonly Argument[]
}

/** Where PyTorch keeps one of our weights. */
export interface WeightPlace {
  /** Name of the parameter or buffer of the layer's last module: `running_mean`. */
  readonly name: string
  /** Its extents, where they are not ours; the values are in the same order. */
  readonly dims?: readonly number[]
}

export interface LayerCode {
  /** Each behind the one before it; the last one has the layer's name, others a suffix. */
  readonly modules: readonly { readonly suffix: string; readonly call: ModuleCall }[]
  /** What is computed from the inputs' variables before the modules; left out: the first input itself. */
  readonly before?: (values: readonly string[]) => string
  /** What is done with the value of the last module. */
  readonly after?: (value: string) => string
  /** By the name of our weight. */
  readonly weights: Readonly<Record<string, WeightPlace>>
  /** Classes of our own that the code uses. */
  readonly helpers: readonly HelperName[]
}

/** A layer with its parameters typed. */
export interface TypedLayer<P> extends Pick<InferredLayer, 'inputs' | 'inputNames' | 'outputs' | 'weights'> {
  readonly nodeId: string
  readonly params: P
}

/** An argument by position, which is always written. */
export function given(name: string, value: string): Argument {
  return { name, value, isNamed: false }
}

/** An argument by name, left out where it has its usual value. */
export function named(name: string, value: string, usual?: string): Argument {
  return { name, value, isNamed: true, usual }
}

/** A layer that is one module, or some modules in front of it. */
export function moduleCode(
  callee: string,
  args: readonly Argument[] = [],
  rest: Partial<Omit<LayerCode, 'modules'>> & { readonly front?: LayerCode['modules'] } = {},
): LayerCode {
  const { front = [], ...own } = rest
  return { modules: [...front, { suffix: '', call: { callee, args } }], weights: {}, helpers: [], ...own }
}

/** A layer without a module: an expression of its inputs. */
export function expressionCode(before: NonNullable<LayerCode['before']>): LayerCode {
  return { modules: [], before, weights: {}, helpers: [] }
}
