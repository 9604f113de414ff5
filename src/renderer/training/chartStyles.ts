// The looks of the training curves by the theme's chart colours (Okabe-Ito); not the drawing.
import type { CurveStyle } from './LineChart'

/** Training raw and smoothed, then validation. */
export const trainingCurves: readonly CurveStyle[] = [
  { title: 'Training, every step', color: 1, look: 'ghost' },
  { title: 'Training', color: 1, look: 'solid' },
  { title: 'Validation', color: 2, look: 'dashed', hasPoints: true },
]

export const learningRateCurves: readonly CurveStyle[] = [{ title: 'Learning rate', color: 3, look: 'solid' }]
