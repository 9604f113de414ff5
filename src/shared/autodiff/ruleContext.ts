// Makes the view of one forward node that a gradient rule works with; not the rules and not the order of the walk.
import { NetloomError } from '../graph/errors'
import type { GraphBuilder } from '../onnx/builder'
import type { OnnxNode, OnnxTensor } from '../onnx/model'
import type { RuleContext } from './rule'

/** Numbers of a constant tensor, or undefined for text. */
function numbersOf(tensor: OnnxTensor | undefined): number[] | undefined {
  if (tensor === undefined || tensor.dataType === 'string') return undefined
  return Array.from<bigint | number | string, number>(tensor.data, Number)
}

/**
 * @param outputGradients one per output of the node, undefined where none arrives
 * @param needed the values whose gradient the walk follows
 */
export function createRuleContext(
  builder: GraphBuilder,
  node: OnnxNode,
  outputGradients: readonly (string | undefined)[],
  needed: ReadonlySet<string>,
): RuleContext {
  const attribute = (name: string) => node.attributes[name]
  const number = (name: string, fallback: number): number => {
    const found = attribute(name)
    return found?.type === 'int' || found?.type === 'float' ? found.value : fallback
  }
  const constant = (index: number): number[] | undefined => {
    const value = node.inputs[index]
    return value === undefined || value === '' ? undefined : numbersOf(builder.constantOf(value))
  }
  return {
    node,
    builder,
    inputs: node.inputs,
    outputs: node.outputs,
    outputGradients,
    needs: (index) => needed.has(node.inputs[index] ?? ''),
    shapeOf: (value) => builder.shapeOf(value),
    int: number,
    float: number,
    string: (name, fallback) => {
      const found = attribute(name)
      return found?.type === 'string' ? found.value : fallback
    },
    ints: (name) => {
      const found = attribute(name)
      return found?.type === 'ints' ? found.value : undefined
    },
    attribute,
    constantInts: constant,
    constantFloats: constant,
    fixedInts: (index, what) => {
      const values = constant(index)
      if (values) return values
      throw new NetloomError(
        'autodiff.noGradient',
        `${node.opType} "${node.name}" has a gradient only where its ${what} are fixed; they are computed while the graph runs.`,
        { nodeId: node.name, hint: `Make input ${index} a constant.` },
      )
    },
  }
}
