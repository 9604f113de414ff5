// Constants that only a runtime computes: which node asks for them, and those that it has computed; not the runtime.
import { NetloomError } from '../../graph/errors'
import type { OnnxNode, OnnxTensor } from '../../onnx/model'
import { describeNode } from './describeNode'

/** A node with the constants behind its inputs, undefined where one is left out. */
export interface ConstantQuestion {
  readonly node: OnnxNode
  readonly inputs: readonly (OnnxTensor | undefined)[]
}

/** A node of constants that nothing here computes. */
export class UnknownConstant extends NetloomError {
  constructor(readonly question: ConstantQuestion) {
    const { node } = question
    super('onnx.unsupported', `${describeNode(node)} computes a constant, which nothing here can.`, {
      nodeId: node.name,
      received: node.opType,
      hint: 'Simplify the file first (onnxsim, or the constant folding of the program that wrote it).',
    })
  }
}

/** What a runtime has computed so far. */
export class ComputedConstants {
  private readonly answers = new Map<
    string,
    { readonly question: ConstantQuestion; readonly outputs: readonly OnnxTensor[] }[]
  >()

  /** The outputs of a node on these inputs, where they are known. */
  find({ node, inputs }: ConstantQuestion): readonly OnnxTensor[] | undefined {
    const known = this.answers.get(keyOf(node)) ?? []
    return known.find(({ question }) => inputs.every((tensor, index) => isSame(tensor, question.inputs[index])))
      ?.outputs
  }

  remember(question: ConstantQuestion, outputs: readonly OnnxTensor[]): void {
    const key = keyOf(question.node)
    this.answers.set(key, [...(this.answers.get(key) ?? []), { question, outputs }])
  }
}

function keyOf({ outputs }: OnnxNode): string {
  return outputs.join(' ')
}

function isSame(a: OnnxTensor | undefined, b: OnnxTensor | undefined): boolean {
  if (a === b) return true
  if (a?.dataType !== b?.dataType || a?.dims.join() !== b?.dims.join()) return false
  const [left, right] = [a?.data ?? [], b?.data ?? []]
  return left.length === right.length && left.every((value, index) => Object.is(value, right[index]))
}

/** Operators whose result is not the same each time. */
const random: ReadonlySet<string> = new Set([
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'Bernoulli',
  'Multinomial',
])

/** Whether a node gives the same whenever its inputs do. */
export function isPure({ opType, attributes }: OnnxNode): boolean {
  const hasGraph = Object.values(attributes).some(({ type }) => type === 'graph' || type === 'graphs')
  return !random.has(opType) && !hasGraph
}
