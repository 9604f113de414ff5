// Rewrites a training graph so that its products are computed in float16 between float32 sums; not the loss scaling (training/lossScaling.ts).
import type { GraphBuilder } from '../onnx/builder'
import type { OnnxNode } from '../onnx/model'
import { rewriteGraph } from '../onnx/rewriteGraph'

/** The operators that take nearly all the time of a step, each a sum of products. */
const products = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'FusedMatMul'])
/** Operators that only move values about: a cast before them gives the same as one behind them, on fewer values. */
const movements = new Set(['Reshape', 'Transpose', 'Slice', 'Concat', 'Split', 'Pad'])

/**
 * Copies a static graph with the convolutions and matrix products of float32 values computed in float16, those of the
 * gradient too. Inputs are cast once for all their readers, before operators that move values only for such products; a
 * product that only products read stays in float16. All other operators, inputs and outputs of the graph stay float32.
 * @see Micikevicius et al., Mixed Precision Training, 2018
 */
export function toMixedPrecision(source: GraphBuilder): GraphBuilder {
  const halves = findHalves(source)
  const readInFull = findReadInFull(source, halves)
  return rewriteGraph(source, (target) => {
    const halfNames = new Map<string, string>()
    const toHalf = (value: string): string => {
      if (value === '' || source.typeOf(value).dataType !== 'float32') return value
      const known = halfNames.get(value) ?? target.add('Cast', [value], { to: float16 }, { name: `${value}/half` })
      halfNames.set(value, known)
      return known
    }
    return (node) => {
      if (!halves.has(node)) return false
      const outputs = node.outputs.map((output) => {
        if (output === '') return ''
        const half = target.unique(`${output}/half`)
        halfNames.set(output, half)
        return half
      })
      target.append({ ...node, name: outputs[0] ?? node.name, inputs: node.inputs.map(toHalf), outputs })
      node.outputs.forEach((output, index) => {
        if (readInFull.has(output))
          target.add('Cast', [outputs[index] ?? ''], { to: float32 }, { outputs: [output], name: output })
      })
      return true
    }
  })
}

/** Numbers of the element types. @see onnx.proto, TensorProto.DataType */
const float16 = 10
const float32 = 1

/** The nodes to compute in float16: products, and movements whose every reader is one of these. */
function findHalves(source: GraphBuilder): ReadonlySet<OnnxNode> {
  const halves = new Set<OnnxNode>()
  const readInFull = new Set(source.outputs.map(({ name }) => name))
  for (const node of source.nodes.toReversed()) {
    const isWanted = products.has(node.opType) || (movements.has(node.opType) && !hasPadValue(node))
    const isFloat = node.outputs.every((output) => output !== '' && source.typeOf(output).dataType === 'float32')
    const isRead = products.has(node.opType) || node.outputs.every((output) => !readInFull.has(output))
    if (isWanted && isFloat && isRead) halves.add(node)
    else for (const input of node.inputs) readInFull.add(input)
  }
  return halves
}

/** Values that something reads in float32, or that leave the graph. */
function findReadInFull(source: GraphBuilder, halves: ReadonlySet<OnnxNode>): ReadonlySet<string> {
  const others = source.nodes.filter((node) => !halves.has(node))
  return new Set([...source.outputs.map(({ name }) => name), ...others.flatMap((node) => node.inputs)])
}

/** A Pad with a value of its own may pad with numbers that float16 does not hold, -Infinity's stand-in for one. */
function hasPadValue(node: OnnxNode): boolean {
  return node.opType === 'Pad' && node.inputs.length > 2
}
