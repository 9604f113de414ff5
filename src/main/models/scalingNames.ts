// How pixels become inputs, by the names people use for it; whether a scaling fits a network is network/checkScaling.ts.
import { namedScalings } from '../../shared/datasets/namedScalings'
import type { InputScaling } from '../../shared/graph/document'

export { namedScalings }

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
