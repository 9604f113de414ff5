// The gradient that the perceptron rule gives to steps by definition; by calculus a step has none.
import type { GraphBuilder } from '../../onnx/builder'
import type { NodeRules } from '../backward'
import { arriving } from '../emit'

/**
 * A rule for every Sign of the graph, by node name: what arrives passes through, as if the derivative of the step were 1.
 * @see Rosenblatt, "The perceptron", 1958; Bengio et al. 2013, arXiv:1308.3432, "straight-through"
 */
export function stepRules(builder: GraphBuilder): NodeRules {
  const steps = builder.nodes.filter(({ domain, opType }) => domain === '' && opType === 'Sign')
  return new Map(steps.map(({ name }) => [name, (context) => [arriving(context)]]))
}
