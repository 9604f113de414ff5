// What layers that work value by value share: the shape stays, no position sees another; each states its operator.
import { z } from 'zod'
import { countElements } from '../../graph/shape'
import type { LayerDefinition, LayerExample, LayerLowering, Started, TfjsLowering } from '../define'
import type { IconName } from './iconNames'
import { inputShape, oneInput, oneOutput } from './located'
import { explainRule } from './rules'
import type { SymbolicTensor } from './tfjsTarget'

/** What an activation states itself. */
export interface Activation<S extends z.ZodObject, T extends string> {
  readonly type: T
  readonly title: string
  readonly icon: IconName
  readonly keywords: readonly string[]
  readonly doc: string
  readonly source: string
  readonly params: S
  /** The function with its numbers put in, in the signs of print: `f(x) = max(0, x)`. */
  formula(params: z.output<S>): string
  /** Its numbers for a node's second line. */
  summary?(params: z.output<S>): string
  /** Writes the nodes and returns the value name of the output. */
  lower(lowering: LayerLowering<z.output<S>>): string
  /** Puts the TensorFlow.js layers behind a value. */
  lowerTfjs(lowering: TfjsLowering<z.output<S>>, value: SymbolicTensor): SymbolicTensor
  readonly examples?: readonly LayerExample[]
}

const ownExamples: readonly LayerExample[] = [
  { name: 'a feature map keeps its shape', params: {}, inputs: [[16, 5, 7]], output: [16, 5, 7], parameters: 0 },
  { name: 'a vector keeps its shape', params: {}, inputs: [[84]], output: [84], parameters: 0 },
  { name: 'an unknown parameter', params: { colour: 1 }, inputs: [[84]], error: 'layer.parameter' },
]

/** An activation without weights. */
export function defineActivation<const T extends string, S extends z.ZodObject>(
  own: Activation<S, T> & Started<S>,
): LayerDefinition<S, T> {
  const { type, title, icon, keywords, doc, source, params } = own
  const definition: LayerDefinition<S, T> = {
    type,
    version: 1,
    title,
    category: 'activation',
    icon,
    keywords,
    doc,
    source,
    inputs: oneInput,
    outputPorts: oneOutput,
    params,
    infer: (context) => ({ outputs: [inputShape(context)] }),
    explain(context) {
      return [explainRule(own.formula(context.params), countElements(inputShape(context)))]
    },
    summary: (params) => own.summary?.(params) ?? '',
    toOnnx: (lowering) => [own.lower(lowering)],
    toTfjs: (lowering) => lowering.values.slice(0, 1).map((value) => own.lowerTfjs(lowering, value)),
    examples: [...ownExamples, ...(own.examples ?? [])],
  }
  return definition
}

/** Lowers to one ONNX operator without attributes. */
export function lowerTo(operator: string): (lowering: LayerLowering<unknown>) => string {
  return ({ builder, values, nodeId }) => builder.add(operator, values, {}, { name: nodeId })
}

/** An activation that TensorFlow.js knows by name. */
export function lowerToTfjs(
  activation: 'relu' | 'sigmoid' | 'softplus' | 'swish' | 'tanh' | 'elu' | 'selu',
): (lowering: TfjsLowering<unknown>, value: SymbolicTensor) => SymbolicTensor {
  return ({ tf, apply, layerName }, value) => apply(tf.layers.activation({ name: layerName(), activation }), value)
}
