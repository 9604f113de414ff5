// The looks of the training curves by the theme's chart colours (Okabe-Ito); not the drawing.
import type { CurveStyle } from '../../../kernel/charts/LineChart'

/** Training raw and smoothed, then validation. */
export const trainingCurves: readonly CurveStyle[] = [
  { title: 'Each step', color: 1, look: 'ghost' },
  { title: 'Training', color: 1, look: 'solid' },
  { title: 'Validation', color: 2, look: 'dashed', hasPoints: true },
]

/** The same for many epochs, whose dots would cover the line. */
export const trainingCurvesWithoutPoints: readonly CurveStyle[] = trainingCurves.map((curve) => ({
  ...curve,
  hasPoints: false,
}))

export const learningRateCurves: readonly CurveStyle[] = [{ title: 'Learning rate', color: 3, look: 'solid' }]
