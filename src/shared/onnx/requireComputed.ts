// Refuses graphs with element types that nothing here computes with; what only counts tensors reads them all the same.
import { computedTypeOfCode, dataTypes } from './dataTypes'
import type { DataType, OnnxAttribute, OnnxGraph, OnnxNode } from './model'

/** Attributes that name the element type of what a node gives. */
const typeAttributes = ['to', 'dtype', 'output_dtype'] as const

/**
 * Looks at inputs, outputs and tensors of a graph and of those inside it.
 * @throws NetloomError `onnx.unsupported` for the first complex, float8 or 4-bit type
 */
export function requireComputed(graph: OnnxGraph): void {
  for (const [name, { dataType }] of graph.initializers) requireType(dataType, `Tensor "${name}"`)
  for (const { name, dataType } of graph.inputs) requireType(dataType, `Input "${name}"`)
  for (const { name, dataType } of graph.outputs) requireType(dataType, `Output "${name}"`)
  for (const node of graph.nodes) {
    for (const attribute of Object.values(node.attributes)) requireComputedAttribute(attribute, nameNode(node))
  }
}

/**
 * Looks at what the nodes of a graph give.
 * @throws NetloomError `onnx.unsupported` for the first complex, float8 or 4-bit type
 */
export function requireComputedValues({ nodes }: OnnxGraph): void {
  for (const node of nodes) {
    for (const key of node.domain === '' ? typeAttributes : []) {
      const type = node.attributes[key]
      // 0 stands for the type that follows from the inputs.
      if (type?.type === 'int' && type.value !== 0) computedTypeOfCode(type.value, nameNode(node))
    }
  }
}

function nameNode({ opType, name, outputs }: OnnxNode): string {
  return `${opType} "${name === '' ? (outputs[0] ?? '') : name}"`
}

function requireComputedAttribute(attribute: OnnxAttribute, who: string): void {
  if (attribute.type === 'tensor') requireType(attribute.value.dataType, who)
  else if (attribute.type === 'tensors') for (const { dataType } of attribute.value) requireType(dataType, who)
  else if (attribute.type === 'graph') requireComputed(attribute.value)
  else if (attribute.type === 'graphs') for (const graph of attribute.value) requireComputed(graph)
}

function requireType(dataType: DataType, who: string): void {
  computedTypeOfCode(dataTypes[dataType].code, who)
}
