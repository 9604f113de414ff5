// Operators that belong together as one `onnxOperators` layer; which they are, groups.ts says.
import type { Tensor } from '../../onnx/tensor'
import { readNumbers } from '../../onnx/dataTypes'
import { hasShapeRule } from '../../onnx/inferShapes'
import type { OnnxNode, OnnxTensor } from '../../onnx/model'
import { listBarriers } from '../../network/gradientBarriers'
import type { InnerOperand, OperatorStep } from '../../layers/onnxOperators'
import type { OperatorGroup } from './groups'
import { keepAttributes, keepConstant, refuse, type OperatorSurroundings } from './keepOperator'
import type { LayerMatch, MatchContext } from './match'

/** What a group may ask of the network around it. */
export interface GroupSurroundings extends OperatorSurroundings {
  /** Whether the file states its batch, so that nothing tells which extents hold it. */
  readonly hasFixedBatch: boolean
  /** Whether something outside of the group takes a value. */
  isTaken(value: string): boolean
}

/**
 * Keeps a group as it is.
 * @param at the view of a node
 * @throws NetloomError `onnx.unsupported` where what goes in or out has no batch axis in front, or a constant depends on the
 * batch in a way that is no list of extents
 */
export function keepGroup(
  group: OperatorGroup,
  at: (node: OnnxNode) => MatchContext,
  around: GroupSurroundings,
): LayerMatch & { readonly outputs: readonly string[] } {
  const keeper = new GroupKeeper(group, at, around)
  return keeper.keep()
}

class GroupKeeper {
  private readonly inputs: string[] = []
  private readonly weights: Record<string, Tensor> = {}
  private readonly weightNames: string[] = []
  /** Weights that several operators take are one. */
  private readonly operands = new Map<string, InnerOperand>()
  private readonly places = new Map<string, InnerOperand>()

  constructor(
    private readonly group: OperatorGroup,
    private readonly at: (node: OnnxNode) => MatchContext,
    private readonly around: GroupSurroundings,
  ) {
    group.forEach(({ outputs }, step) => {
      outputs.forEach((value, output) => {
        if (value !== '') this.places.set(value, { kind: 'value', step, output })
      })
    })
  }

  keep(): LayerMatch & { readonly outputs: readonly string[] } {
    const [first] = this.group
    if (first && this.around.hasFixedBatch)
      throw refuse(
        first,
        'moves the batch to another axis or folds it with others, and the file fixes the batch, so that nothing tells which extents hold it',
      )
    const steps = this.group.map((node, step) => this.keepStep(node, step))
    const outputs = this.group.flatMap(({ outputs }) => outputs.filter((value) => this.around.isTaken(value)))
    const results = outputs.flatMap((value) => {
      const place = this.places.get(value)
      const node = this.group.find((each) => each.outputs.includes(value))
      if (node && !this.at(node).shape(value)) throw refuse(node, `gives "${value}", whose first axis is not the batch`)
      return place?.kind === 'value' ? [{ step: place.step, output: place.output }] : []
    })
    if (first && this.inputs.length === 0) throw refuse(first, 'depends on no image')
    if (first && results.length === 0) throw refuse(first, 'gives nothing that the network takes further')
    const use = listBarriers(steps)?.length === 0 ? 'trained and exported' : 'exported'
    return {
      type: 'onnxOperators',
      params: { steps, inputs: this.inputs.length, results },
      inputs: this.inputs,
      weights: this.weights,
      weightNames: this.weightNames,
      outputs,
      note: `${this.group.length} operators stay together as one layer, which is ${use} as a whole: inside it the batch does not stand in front`,
    }
  }

  private keepStep(node: OnnxNode, step: number): OperatorStep {
    const operands = node.inputs.map((value, index): InnerOperand => {
      if (value === '') return { kind: 'absent' }
      return this.places.get(value) ?? this.keepOperand(node, step, index)
    })
    const { attributes = {} } = keepAttributes(node)
    const stated = hasShapeRule(node) ? undefined : this.statedShapes(node)
    return {
      opType: node.opType,
      domain: node.domain,
      attributes,
      operands,
      outputs: node.outputs.length,
      ...(stated ? { stated } : {}),
    }
  }

  /** Shapes of outputs that no rule here gives, as the file has them. */
  private statedShapes(node: OnnxNode): number[][] {
    return node.outputs.map((value) => {
      const shape = value === '' ? [1] : this.at(node).shape(value)
      if (!shape) throw refuse(node, `gives "${value}", whose first axis is not the batch`)
      return [...shape]
    })
  }

  private keepOperand(node: OnnxNode, step: number, index: number): InnerOperand {
    const value = node.inputs[index] ?? ''
    const context = this.at(node)
    const constant = context.constant(value)
    if (!constant) return this.takeInput(node, value)
    const known = this.operands.get(`${value} ${index}`)
    if (known) return known
    const operand = this.around.dependsOnBatch(value)
      ? this.keepExtents(node, index, constant)
      : this.keepValue(node, step, index, constant)
    this.operands.set(`${value} ${index}`, operand)
    return operand
  }

  private takeInput(node: OnnxNode, value: string): InnerOperand {
    if (!this.at(node).shape(value)) throw refuse(node, `takes "${value}", whose first axis is not the batch`)
    const place = this.inputs.indexOf(value)
    return { kind: 'input', index: place < 0 ? this.inputs.push(value) - 1 : place }
  }

  /** Extents that name the batch; a reshape leaves the one that does open where it can. */
  private keepExtents(node: OnnxNode, index: number, constant: OnnxTensor): InnerOperand {
    const extents = this.around.extentsOf(node.inputs[index] ?? '')
    if (!extents)
      throw refuse(
        node,
        `takes "${node.inputs[index]}", a constant that depends on the batch size and is no list of extents`,
      )
    const open = extents.perImage.indexOf(true)
    const isReshape = node.domain === '' && node.opType === 'Reshape' && index === 1
    if (!isReshape || extents.perImage.lastIndexOf(true) !== open || readNumbers(constant).includes(-1)) return extents
    const values = extents.values.map((extent, place) => (place === open ? -1 : extent))
    return { kind: 'constant', tensor: { dataType: 'int64', dims: [values.length], values } }
  }

  private keepValue(node: OnnxNode, step: number, index: number, constant: OnnxTensor): InnerOperand {
    const weights: Record<string, Tensor> = {}
    const operand = keepConstant(node, index, constant, this.around, weights)
    if (operand.kind !== 'weight') return operand.kind === 'constant' ? operand : { kind: 'absent' }
    const [tensor] = Object.values(weights)
    const name = `${operand.name}${step}`
    if (tensor) this.weights[name] = tensor
    this.weightNames.push(node.inputs[index] ?? '')
    return { ...operand, name }
  }
}
