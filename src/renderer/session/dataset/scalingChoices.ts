// How a person says how pixels become inputs: by a known name or in own numbers; not the control (ScalingField.tsx).
import { namedScalings, type ScalingName } from '../../../shared/datasets/namedScalings'
import type { InputScaling } from '../../../shared/graph/document'

export interface ScalingChoice {
  readonly kind: ScalingName | 'own'
  /** What is typed for own numbers: means and deviations, separated by commas. */
  readonly mean: string
  readonly deviation: string
  readonly channels: number
  /** Where the choice comes from: the file says so, it is a guess, or a person chose. */
  readonly from: 'file' | 'guess' | 'person'
}

/** What the choices are called, with what inputs become. */
export const scalingTitles: Readonly<Record<ScalingChoice['kind'], string>> = {
  imagenet: 'ImageNet mean and deviation',
  cifar10: 'CIFAR-10 mean and deviation',
  mnist: 'MNIST mean and deviation',
  unit: '0 to 1',
  signed: '-1 to 1',
  none: '0 to 255, as pixels are',
  own: 'Own numbers',
}

/** The names whose numbers fit a number of channels. */
export function fittingScalings(channels: number): readonly ScalingChoice['kind'][] {
  const names = Object.keys(namedScalings) as ScalingName[] // keys of a constant table
  return [...names.filter((name) => [1, channels].includes(namedScalings[name].mean.length)), 'own']
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  const length = Math.max(a.length, b.length)
  return Array.from({ length }, (_, index) => {
    const [x = 0, y = 0] = [a, b].map((list) => list[list.length === 1 ? 0 : index])
    return Math.abs(x - y) < 1e-6
  }).every(Boolean)
}

/** The choice to begin with: what the file says, else what is most usual for so many channels. */
export function beginScaling(stated: InputScaling | undefined, channels: number): ScalingChoice {
  const numbers = stated ?? { mean: [0.5], deviation: [0.5] }
  const typed = {
    mean: numbers.mean.map(print).join(', '),
    deviation: numbers.deviation.map(print).join(', '),
    channels,
  }
  if (!stated) return { kind: channels === 1 ? 'mnist' : channels === 3 ? 'imagenet' : 'unit', ...typed, from: 'guess' }
  const names = Object.keys(namedScalings) as ScalingName[] // keys of a constant table
  const known = names.find((name) => {
    const { mean, deviation } = namedScalings[name]
    return isSame(mean, stated.mean) && isSame(deviation, stated.deviation)
  })
  return { kind: known ?? 'own', ...typed, from: 'file' }
}

function print(value: number): string {
  return String(Number(value.toPrecision(6)))
}

function parseList(text: string): readonly number[] {
  return text.split(/[\s,;]+/).flatMap((part) => (part === '' ? [] : [Number(part)]))
}

/** What is wrong with own numbers, as a sentence; null where nothing is. */
export function checkScalingChoice({ kind, mean, deviation, channels }: ScalingChoice): string | null {
  if (kind !== 'own') return null
  const [means, deviations] = [parseList(mean), parseList(deviation)]
  if (![...means, ...deviations].every(Number.isFinite)) return 'Enter numbers, separated by commas.'
  for (const [name, list] of [
    ['means', means],
    ['deviations', deviations],
  ] as const)
    if (list.length !== 1 && list.length !== channels)
      return `There are ${list.length} ${name}; give one${channels === 1 ? '' : ` or ${channels}`}.`
  return deviations.every((value) => value > 0) ? null : 'Deviations must be more than 0.'
}

/** The numbers of a choice, one per channel; undefined where own numbers are not whole yet. */
export function scalingOf(choice: ScalingChoice): InputScaling | undefined {
  if (checkScalingChoice(choice) !== null) return undefined
  const { kind, channels } = choice
  const { mean, deviation } =
    kind === 'own' ? { mean: parseList(choice.mean), deviation: parseList(choice.deviation) } : namedScalings[kind]
  const fit = (list: readonly number[]) => Array.from({ length: channels }, (_, index) => list[index] ?? list[0] ?? 0)
  return { mean: fit(mean), deviation: fit(deviation) }
}

export interface InputRange {
  readonly least: number
  readonly most: number
  readonly mean: number
  readonly deviation: number
}

/**
 * What a scaling makes of pixels: their range, mean and standard deviation over all values.
 * @param values planes of equal size, one per channel, 0 ... 255; a grey network sees the mean of the planes
 */
export function measureInputs(values: Float32Array, planes: number, scaling: InputScaling): InputRange {
  const size = values.length / planes
  const channels = scaling.mean.length
  let [least, most, sum, squares] = [Infinity, -Infinity, 0, 0]
  for (let channel = 0; channel < channels; channel++) {
    const [mean = 0, deviation = 1] = [scaling.mean[channel], scaling.deviation[channel]]
    for (let pixel = 0; pixel < size; pixel++) {
      const raw =
        channels === planes ? (values[channel * size + pixel] ?? 0) : meanOfPlanes(values, planes, size, pixel)
      const input = (raw / 255 - mean) / deviation
      least = Math.min(least, input)
      most = Math.max(most, input)
      sum += input
      squares += input * input
    }
  }
  const count = channels * size
  const mean = sum / count
  return { least, most, mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) }
}

function meanOfPlanes(values: Float32Array, planes: number, size: number, pixel: number): number {
  let sum = 0
  for (let plane = 0; plane < planes; plane++) sum += values[plane * size + pixel] ?? 0
  return sum / planes
}
