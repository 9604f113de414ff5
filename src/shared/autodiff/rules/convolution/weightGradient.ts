// The gradient of a convolution by its weights, in the form chosen for its shapes.
import type { GraphBuilder } from '../../../onnx/builder'
import { chooseWeightGradientForm, type WeightGradientForm } from './chooseForm'
import { addColumnsForm } from './columnsForm'
import type { ConvolutionShapes } from './convolutionGeometry'
import { addPointwiseForm } from './pointwiseForm'
import { addRowsForm } from './rowsForm'
import { addSwappedAxesForm } from './swappedAxesForm'
import { addTapsForm } from './tapsForm'

const forms = {
  pointwise: addPointwiseForm,
  taps: addTapsForm,
  rows: addRowsForm,
  columns: addColumnsForm,
  swappedAxes: addSwappedAxesForm,
} as const satisfies Record<
  WeightGradientForm,
  (builder: GraphBuilder, x: string, dy: string, shapes: ConvolutionShapes) => string
>

/**
 * Adds dL/dw of a convolution.
 * @param x [N, Ci, ...input]
 * @param dy [N, Co, ...output]
 * @param form left out: the form chosen for the shapes on a CPU
 * @returns [Co, Ci / groups, ...kernel]
 */
export function addWeightGradient(
  builder: GraphBuilder,
  x: string,
  dy: string,
  shapes: ConvolutionShapes,
  form: WeightGradientForm = chooseWeightGradientForm(shapes),
): string {
  return forms[form](builder, x, dy, shapes)
}
