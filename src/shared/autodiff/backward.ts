// Walks a forward graph backwards and adds the nodes of its gradient; the derivative of each operator is in rules/.
import { internalError, NetloomError } from '../graph/errors'
import type { GraphBuilder } from '../onnx/builder'
import type { OnnxNode } from '../onnx/model'
import { createRuleContext } from './ruleContext'
import { expand, reshape, sumOver, zeros } from './emit'
import { findGradientRule } from './index'
import type { GradientRule, InputGradient } from './rule'

/** Rules for single nodes, by node name, that go before the table's (expandTraining.ts makes some). */
export type NodeRules = ReadonlyMap<string, GradientRule>

/**
 * Adds the gradient of a scalar loss by each wanted value.
 * @param builder a static builder that holds the forward graph; the backward nodes go to its end
 * @param loss a float value with one element
 * @param wanted float values: parameters, inputs or anything between; the gradient has the shape of the value
 * @returns the gradient's name for each wanted value; zeros where the loss does not depend on it
 * @throws NetloomError `autodiff.noGradient` for an operator without a gradient between a wanted value and the loss
 */
export function differentiate(
  builder: GraphBuilder,
  loss: string,
  wanted: readonly string[],
  nodeRules: NodeRules = new Map(),
): Map<string, string> {
  const dims = builder.shapeOf(loss)
  if (dims.some((extent) => extent !== 1)) {
    throw internalError(`a loss is one number, "${loss}" has the shape [${dims.join(', ')}]`)
  }
  const seed = expand(builder, builder.scalar(1), dims)
  return differentiateFrom(builder, new Map([[loss, seed]]), wanted, nodeRules)
}

/**
 * The same from given gradients: with dL/dy for some values y, adds dL/dv for each wanted v.
 * @param outputGradients name of the gradient for each y, of the shape of y
 */
export function differentiateFrom(
  builder: GraphBuilder,
  outputGradients: ReadonlyMap<string, string>,
  wanted: readonly string[],
  nodeRules: NodeRules = new Map(),
): Map<string, string> {
  const forward = [...builder.nodes]
  const needed = findNeeded(builder, forward, wanted)
  const sums = new GradientSums(builder)
  for (const [value, gradient] of outputGradients) sums.contribute(value, gradient)
  for (const node of forward.toReversed()) {
    if (!node.inputs.some((input) => needed.has(input))) continue
    const arriving = node.outputs.map((output) => (needed.has(output) ? sums.total(output) : undefined))
    if (arriving.every((gradient) => gradient === undefined)) continue
    const rule = nodeRules.get(node.name) ?? requireRule(node)
    const results = rule(createRuleContext(builder, node, arriving, needed))
    checkResults(node, results, needed)
    node.inputs.forEach((input, index) => {
      const gradient = results[index]
      if (typeof gradient === 'string' && needed.has(input)) sums.contribute(input, gradient)
    })
  }
  return new Map(wanted.map((value) => [value, sums.total(value) ?? zeros(builder, builder.shapeOf(value))]))
}

/**
 * Nothing that is wanted may be forgotten: a gradient that is missing without a word would be taken for zero.
 * @throws NetloomError internal where a rule does not give a gradient, `none` or undefined for each input, or leaves out one
 * that is wanted
 */
function checkResults(node: OnnxNode, results: readonly InputGradient[], needed: ReadonlySet<string>): void {
  const rule = `the gradient rule of ${node.opType} "${node.name}"`
  // Optional inputs at the end may be left out of the node, but not get a gradient then.
  const surplus = results.slice(node.inputs.length).some((result) => typeof result === 'string')
  if (results.length < node.inputs.length || surplus)
    throw internalError(`${rule} gives ${results.length} gradients for ${node.inputs.length} inputs`)
  const forgotten = node.inputs.findIndex((input, index) => needed.has(input) && results[index] === undefined)
  if (forgotten >= 0) throw internalError(`${rule} forgets input ${forgotten}, "${node.inputs[forgotten] ?? ''}"`)
}

/** The float values that depend on a wanted value, the wanted ones included. */
function findNeeded(builder: GraphBuilder, forward: readonly OnnxNode[], wanted: readonly string[]): Set<string> {
  const needed = new Set<string>()
  const isFloat = (value: string) =>
    ['float32', 'float64', 'float16', 'bfloat16'].includes(builder.typeOf(value).dataType)
  for (const value of wanted) {
    if (!isFloat(value))
      throw internalError(`"${value}" is ${builder.typeOf(value).dataType}: only floats have a gradient`)
    needed.add(value)
  }
  for (const node of forward) {
    if (!node.inputs.some((input) => needed.has(input))) continue
    for (const output of node.outputs) if (output !== '' && isFloat(output)) needed.add(output)
  }
  return needed
}

function requireRule(node: OnnxNode): GradientRule {
  const rule = findGradientRule(node)
  if (rule) return rule
  const operator = node.domain === '' ? node.opType : `${node.domain}.${node.opType}`
  throw new NetloomError(
    'autodiff.noGradient',
    `${operator} "${node.name}" has no gradient, but training needs one there.`,
    {
      nodeId: node.name,
      received: operator,
      hint: 'Freeze the layers before it, or replace the operator.',
    },
  )
}

/** Sums the gradients that reach a value from its several uses, each first summed down to the value's own shape. */
class GradientSums {
  private readonly sums = new Map<string, string>()
  private readonly waiting = new Map<string, string[]>()

  constructor(private readonly builder: GraphBuilder) {}

  contribute(value: string, gradient: string): void {
    const list = this.waiting.get(value) ?? []
    list.push(sumToShape(this.builder, gradient, this.builder.shapeOf(value)))
    this.waiting.set(value, list)
  }

  total(value: string): string | undefined {
    const parts = this.waiting.get(value)
    this.waiting.delete(value)
    for (const part of parts ?? []) {
      const sum = this.sums.get(value)
      this.sums.set(value, sum === undefined ? part : this.builder.add('Add', [sum, part]))
    }
    return this.sums.get(value)
  }
}

/** Undoes broadcasting: sums a gradient over the axes along which a value of shape `dims` was repeated. */
export function sumToShape(builder: GraphBuilder, gradient: string, dims: readonly number[]): string {
  const wide = builder.shapeOf(gradient)
  const added = wide.length - dims.length
  if (added < 0)
    throw internalError(`the gradient [${wide.join(', ')}] has fewer axes than its value [${dims.join(', ')}]`)
  const repeated = wide.flatMap((extent, axis) =>
    axis < added || (dims[axis - added] === 1 && extent !== 1) ? [axis] : [],
  )
  const kept = wide.slice(added).map((extent, axis) => (repeated.includes(axis + added) ? 1 : extent))
  if (kept.some((extent, axis) => extent !== dims[axis])) {
    throw internalError(`the gradient [${wide.join(', ')}] does not fit its value [${dims.join(', ')}]`)
  }
  const onlyAdded = repeated.every((axis) => axis < added)
  return reshape(builder, sumOver(builder, gradient, repeated, !onlyAdded), dims)
}
