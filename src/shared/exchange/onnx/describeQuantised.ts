// What is said of a quantised file: which of its whole numbers are floats here, and which stay; not the converting.
import { describeNode } from './describeNode'
import { quantisedRules } from '../../onnx/shapeRules/quantisedShapes'
import { NetloomError } from '../../graph/errors'
import type { OnnxGraph, OnnxNode } from '../../onnx/model'

/** Whether an operator computes with whole numbers in place of floats. */
export function isQuantised({ opType }: OnnxNode): boolean {
  return Object.hasOwn(quantisedRules, opType) || /^QLinear|^QGemm|MatMulInteger|MatMulNBits/.test(opType)
}

/** Operators that find the scale of their numbers while they run. @see ONNX DynamicQuantizeLinear-11; ONNX Runtime, com.microsoft */
function isDynamic({ opType }: OnnxNode): boolean {
  return opType.startsWith('DynamicQuantize')
}

/**
 * Files that are quantised while they run take one scale for a whole batch, so that no image is computed alone.
 * @throws NetloomError `onnx.unsupported` with the first such operator
 */
export function refuseDynamic({ nodes, initializers }: OnnxGraph): void {
  const dynamic = nodes.filter((node) => isDynamic(node) && !initializers.has(node.inputs[0] ?? ''))
  const [first] = dynamic
  if (!first) return
  const others = dynamic.length === 1 ? '' : ` and ${dynamic.length - 1} more`
  throw new NetloomError(
    'onnx.unsupported',
    `The file is quantised dynamically: ${describeNode(first)}${others} finds the scale of its whole numbers while it runs, over all images of a batch, so that what an image gives depends on those beside it, and no gradient passes. Import the float32 file that it was made from.`,
    {
      nodeId: first.name,
      received: first.opType,
    },
  )
}

/** @param all of the file @param kept those that are left to compute */
export function describeQuantised(all: readonly OnnxNode[], kept: readonly OnnxNode[]): readonly string[] {
  const [before, left] = [all, kept].map((nodes) => nodes.filter(isQuantised).length)
  if (before === undefined || before === 0 || left === undefined) return []
  const exact = 'weights that are stored as whole numbers are float32 here, which is exact'
  if (left === 0) return [`The file is quantised: its ${exact}.`]
  const count =
    left === 1 ? '1 operator that rounds to whole numbers stays' : `${left} operators that round to whole numbers stay`
  const floats = before > left ? `; ${exact}` : ''
  return [
    `The file is quantised: ${count} as it is, so that the network gives what the file gives, and no gradient passes it: it is for predictions and for looking at${floats}.`,
  ]
}
