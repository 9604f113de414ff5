// How pixels become inputs, by the names people use for it; whether a scaling fits a network is compile/scaling.ts.
import type { InputScaling } from '../../shared/graph/document'

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

function isScalingName(text: string): text is keyof typeof namedScalings {
  return Object.hasOwn(namedScalings, text)
}

function parseList(text: string): readonly number[] {
  return text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)))
}

/**
 * Reads `imagenet|cifar10|mnist|unit|signed|none` or `MEAN,..:STD,..` (of pixel / 255, one value or one per channel).
 * @returns what is wrong, as a sentence, where it is neither
 */
export function parseScaling(text: string): InputScaling | string {
  if (isScalingName(text)) return namedScalings[text]
  const parts = text.split(':')
  if (parts.length !== 2)
    return `It must be ${Object.keys(namedScalings).join(', ')} or MEAN,MEAN,MEAN:STD,STD,STD of pixels in 0 ... 1.`
  const [mean = [], deviation = []] = parts.map(parseList)
  if (![...mean, ...deviation].every(Number.isFinite)) return 'Means and deviations must be numbers, such as 0.5:0.25.'
  if (mean.length !== deviation.length)
    return `It has ${mean.length} means and ${deviation.length} deviations; there must be as many of both.`
  if (deviation.some((value) => value <= 0)) return 'Deviations must be above 0.'
  return { mean, deviation }
}
