// What is said of a quantised file: which of its whole numbers are floats here, and which stay; not the converting.
import { quantisedRules } from '../../onnx/shapeRules/quantisedShapes'
import type { OnnxNode } from '../../onnx/model'

/** Whether an operator computes with whole numbers in place of floats. */
export function isQuantised({ opType }: OnnxNode): boolean {
  return Object.hasOwn(quantisedRules, opType) || /^QLinear|^QGemm|MatMulInteger|MatMulNBits/.test(opType)
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
