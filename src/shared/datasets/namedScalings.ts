// The usual ways from pixels to inputs, by the names people use for them; whether one fits a network is network/checkScaling.ts.
import type { InputScaling } from '../graph/document'

/**
 * The usual scalings, as means and deviations of pixel / 255.
 * `imagenet`, `cifar10` and `mnist` are the statistics of those training sets; `unit` gives [0, 1], `signed` [-1, 1], `none` 0 ... 255.
 * @see https://docs.pytorch.org/vision/0.14/models.html for imagenet
 */
export const namedScalings = {
  imagenet: { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
  cifar10: { mean: [0.4914, 0.4822, 0.4465], deviation: [0.247, 0.2435, 0.2616] },
  mnist: { mean: [0.1307], deviation: [0.3081] },
  unit: { mean: [0], deviation: [1] },
  signed: { mean: [0.5], deviation: [0.5] },
  none: { mean: [0], deviation: [1 / 255] },
} as const satisfies Record<string, InputScaling>

export type ScalingName = keyof typeof namedScalings
