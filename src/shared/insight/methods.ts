// The methods that explain a score, their settings and what they need; not computing them.
import { NetloomError } from '../graph/errors'

export const explanationMethods = [
  'grad-cam',
  'hirescam',
  'gradient',
  'smoothgrad',
  'integrated-gradients',
  'occlusion',
] as const
export type ExplanationMethod = (typeof explanationMethods)[number]

/** Whether a map is made at a layer's resolution. */
export function hasLayer(method: ExplanationMethod): boolean {
  return method === 'grad-cam' || method === 'hirescam'
}

/** Whether many images go through the network for one map. */
export function isIterative(method: ExplanationMethod): boolean {
  return method === 'smoothgrad' || method === 'integrated-gradients' || method === 'occlusion'
}

/** What a person may choose of a method. */
export interface ExplanationSettings {
  readonly method: ExplanationMethod
  /** Name of the layer of a class activation map; left out: the last one with maps. */
  readonly layer?: string
  /** Gradients along the path of integrated gradients, or noisy images of SmoothGrad. */
  readonly steps?: number
  /** Height and width of the window of occlusion, in pixels. */
  readonly window?: number
  readonly stride?: number
}

/** A method with all its settings. */
export interface ExplanationRequest extends ExplanationSettings {
  readonly steps: number
  readonly window: number
  readonly stride: number
  /** Deviation of SmoothGrad's noise as a share of the image's range. */
  readonly noise: number
  /** Of SmoothGrad's noise. */
  readonly seed: number
}

/** As in the reference: 64 midpoints; 50 noisy images are SmoothGrad's usual number. */
const usualSteps = { 'integrated-gradients': 64, smoothgrad: 50 } as const

/**
 * Settings that are left out put in: a window of a quarter of the image that moves by its half.
 * @throws NetloomError `layer.window` for a window larger than the image
 */
export function completeSettings(
  settings: ExplanationSettings,
  [, height, width]: readonly [number, number, number],
): ExplanationRequest {
  const { method } = settings
  const smallest = Math.min(height, width)
  const window = settings.window ?? Math.max(1, Math.round(smallest / 4))
  if (window > smallest)
    throw new NetloomError(
      'layer.window',
      `An occlusion window of ${window}x${window} is larger than the image, ${height}x${width}.`,
      { expected: smallest, received: window, hint: 'Choose a smaller one.' },
    )
  const stride = settings.stride ?? Math.max(1, Math.floor(window / 2))
  const steps = settings.steps ?? (method === 'smoothgrad' ? usualSteps.smoothgrad : usualSteps['integrated-gradients'])
  return { ...settings, steps, window, stride, noise: 0.15, seed: 1 }
}
