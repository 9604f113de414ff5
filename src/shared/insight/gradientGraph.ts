// Graphs that compute an explanation from gradients: the weighted sum of gradients by the image, and class activation maps; not running them.
import { differentiateFrom } from '../autodiff/backward'
import { expandTraining } from '../autodiff/expandTraining'
import { meanOver, product, reshape, sumOver } from '../autodiff/emit'
import { NetloomError } from '../graph/errors'
import { compositeRules } from '../lower/compositeRules'
import type { GraphBuilder } from '../onnx/builder'
import type { OnnxGraph } from '../onnx/model'
import { plainTarget } from '../targets/runtimeTargets'
import type { FixedNetwork } from './fixedNetwork'

/** A graph for the CPU and the names under which it is fed and read. */
export interface ExplanationGraph {
  readonly graph: OnnxGraph
  readonly batch: number
  /** [N, C, H, W] */
  readonly input: string
  /** Which score the gradient is of: [N, classes], 1 at the class and 0 elsewhere. */
  readonly seed: string
  readonly classes: number
  /** What each image of the batch counts: [N, 1, 1, 1]; only for gradients by the image. */
  readonly weights?: string
  /** The result: [N, h, w] of a class activation map, [C, H, W] of a sum of gradients. */
  readonly result: string
}

export type ActivationMapMethod = 'grad-cam' | 'hirescam'

/**
 * A class activation map by the gradient g of the score by a layer's maps a:
 * Grad-CAM relu(sum_c mean_hw(g_c) a_c), HiResCAM relu(sum_c g_c a_c).
 * @param value a value of rank 4
 * @throws NetloomError `autodiff.noGradient` where the gradient does not get there
 * @see Selvaraju et al., "Grad-CAM", ICCV 2017, equations 1 and 2; Draelos and Carin, "Use HiResCAM", 2020
 */
export function buildActivationMap(
  network: FixedNetwork,
  value: string,
  method: ActivationMapMethod,
): ExplanationGraph {
  const { builder, gradient, ...names } = addGradient(network, value)
  const weights = method === 'grad-cam' ? meanOver(builder, gradient, [2, 3], true) : gradient
  const sum = sumOver(builder, builder.add('Mul', [weights, value]), [1], false)
  return finish(network, builder, { ...names, result: builder.add('Relu', [sum]) })
}

/**
 * The sum over the batch of weights times the gradient of the score by the image.
 * @throws NetloomError `autodiff.noGradient`
 */
export function buildImageGradient(network: FixedNetwork): ExplanationGraph {
  const { builder, gradient, ...names } = addGradient(network, network.input)
  const weights = builder.input(builder.unique('weights'), 'float32', [network.batch, 1, 1, 1])
  const sum = sumOver(builder, builder.add('Mul', [gradient, weights]), [0], false)
  return finish(network, builder, { ...names, weights, result: sum })
}

function addGradient({ builder: forward, scores, batch }: FixedNetwork, value: string) {
  requirePath(forward, value, scores)
  const { builder, rules } = expandTraining(forward)
  const dims = builder.shapeOf(scores)
  const classes = product(dims) / batch
  const seed = builder.input(builder.unique('seed'), 'float32', [batch, classes])
  const arriving = new Map([[scores, reshape(builder, seed, dims)]])
  const gradients = differentiateFrom(builder, arriving, [value], new Map([...compositeRules(builder), ...rules]))
  return { builder, seed, classes, gradient: gradients.get(value) ?? '' }
}

function finish(
  { input, batch }: FixedNetwork,
  builder: GraphBuilder,
  names: Omit<ExplanationGraph, 'graph' | 'batch' | 'input'>,
): ExplanationGraph {
  builder.output(names.result, 'float32', builder.shapeOf(names.result))
  return { graph: plainTarget('cpu').rewrite(builder).build('explanation'), batch, input, ...names }
}

const floats: ReadonlySet<string> = new Set(['float32', 'float64', 'float16', 'bfloat16'])

/**
 * A gradient that reaches nothing would be taken for zero.
 * @throws NetloomError `autodiff.noGradient` naming the first operator behind `from` that gives no floats
 */
function requirePath(builder: GraphBuilder, from: string, to: string): void {
  const reached = new Set([from])
  let end: string | undefined
  let received: string | undefined
  for (const node of builder.nodes) {
    if (!node.inputs.some((input) => reached.has(input))) continue
    const given = node.outputs.filter((output) => output !== '' && floats.has(builder.typeOf(output).dataType))
    for (const output of given) reached.add(output)
    if (given.length > 0 || end !== undefined) continue
    end = node.name
    received = node.opType
  }
  if (reached.has(to)) return
  const message = end === undefined ? 'The scores do not depend on it.' : `${received} "${end}" has no gradient.`
  throw new NetloomError('autodiff.noGradient', message, { nodeId: end, received })
}
