// GroupNormalization of opset 18 and 21 in operators of opset 17: the instance norm of groups, then a factor and a summand.
import type { OnnxAttribute } from '../../onnx/model'
import { Composer, type Form } from './modernForm'

/**
 * x: [N, C, ...] as [N, groups, C / groups * ...]. Scale and bias hold one value per group in opset 18, which an instance
 * norm takes as they are, and one per channel from 21 on.
 * @see ONNX GroupNormalization-18 and 21; Wu and He, 2018, arXiv:1803.08494
 */
export const groupNormalization: Form = (node, context) => {
  const [x = '', scale = '', bias = ''] = node.inputs
  const composer = new Composer(node, context)
  const dims = context.typeOf(x)?.dims ?? []
  const [, channels = 1, ...spatial] = dims
  const { num_groups: given, epsilon } = node.attributes
  const groups = given?.type === 'int' ? given.value : 1
  const attributes: Record<string, OnnxAttribute> = epsilon ? { epsilon } : {}
  const apart = composer.add('Reshape', [x, composer.ints('groups', [0, groups, -1])])
  const whole = composer.ints('whole', [0, channels, ...spatial])
  const isPerGroup = context.opset < 21 && context.typeOf(scale)?.dims[0] === groups
  if (isPerGroup) {
    const normal = composer.add('InstanceNormalization', [apart, scale, bias], attributes)
    return composer.finish('Reshape', [normal, whole])
  }
  const ones = composer.floats('ones', [groups], new Float32Array(groups).fill(1))
  const zeros = composer.floats('zeros', [groups], new Float32Array(groups))
  const normal = composer.add('InstanceNormalization', [apart, ones, zeros], attributes)
  const perChannel = [channels, ...spatial.map(() => 1)]
  const [factor, summand] = [composer.reshape('scale', scale, perChannel), composer.reshape('bias', bias, perChannel)]
  const scaled = composer.add('Mul', [composer.add('Reshape', [normal, whole]), factor])
  return composer.finish('Add', [scaled, summand])
}
