// Classes of single image files by an opened model; not whole datasets (evaluation.ts).
import { NetloomError } from '../../shared/graph/errors'
import { describeNotFinite } from '../../shared/training/finiteNumbers'
import { largestClasses, softmax } from '../../shared/training/metrics'
import { decodeImage } from '../datasets/decodeImage'
import { printCount } from '../../shared/graph/printNumbers'
import type { OpenedModel } from './openModel'

export interface ClassProbability {
  readonly class: string
  /** In [0, 1]. */
  readonly probability: number
}

/** What a model says of one file. */
export type FilePrediction =
  | {
      readonly file: string
      /** The most probable class. */
      readonly class: string
      readonly probability: number
      /** All classes, most probable first. */
      readonly probabilities: readonly ClassProbability[]
    }
  | { readonly file: string; readonly error: string }

/** The name of a class, or its number from 0 where the model does not name its classes. */
export function classNameOf(model: Pick<OpenedModel, 'classes'>, index: number): string {
  return model.classes?.[index] ?? String(index)
}

/** Class probabilities of all classes from one image's outputs: [classes], most probable first. @throws NetloomError model.notFinite */
export function rankClasses(
  model: Pick<OpenedModel, 'name' | 'classes' | 'outputs' | 'broken'>,
  row: Float32Array,
): ClassProbability[] {
  requireFinite(model, row)
  const probabilities = model.outputs === 'probabilities' ? row : softmax(row, row.length)
  return largestClasses(probabilities, row.length).map((index) => ({
    class: classNameOf(model, index),
    probability: probabilities[index] ?? 0,
  }))
}

/** @throws NetloomError model.notFinite where outputs are no numbers, which are no answer */
export function requireFinite({ name, broken }: Pick<OpenedModel, 'name' | 'broken'>, row: Float32Array): void {
  const found = describeNotFinite(row)
  if (found === undefined) return
  throw new NetloomError(
    'model.notFinite',
    `${name} gives no answer: of its ${printCount(row.length)} outputs ${found}.${broken === undefined ? '' : ` ${broken}`}`,
    {
      expected: 'finite numbers',
      received: found,
      hint: broken === undefined ? 'Look at the scaling of the pixels, and at its weights.' : undefined,
    },
  )
}

/** Predicts files one after another; a file that cannot be decoded gives an error in its place, other failures throw. */
export async function* predictFiles(model: OpenedModel, files: readonly string[]): AsyncGenerator<FilePrediction> {
  const [channels, height, width] = model.inputShape
  const format = { channels: imageChannels(model.name, channels), height, width, resize: model.resize }
  for (const file of files) {
    let pixels: Uint8Array
    try {
      pixels = await decodeImage(file, format)
    } catch (error) {
      if (!(error instanceof NetloomError)) throw error
      yield { file, error: error.message }
      continue
    }
    const ranked = rankOrSay(model, await model.predict(pixels, 1))
    if (typeof ranked === 'string') {
      yield { file, error: `${file}: ${ranked}` }
      continue
    }
    const probabilities = ranked
    const [first] = probabilities
    yield { file, class: first?.class ?? '', probability: first?.probability ?? 0, probabilities }
  }
}

/** The classes, or why there is no answer. */
function rankOrSay(model: OpenedModel, row: Float32Array): ClassProbability[] | string {
  try {
    return rankClasses(model, row)
  } catch (error) {
    if (error instanceof NetloomError) return error.message
    throw error
  }
}

/** @throws NetloomError graph.inputs where a network takes neither grey nor colour images */
export function imageChannels(name: string, channels: number): 1 | 3 {
  if (channels === 1 || channels === 3) return channels
  throw new NetloomError(
    'graph.inputs',
    `${name} takes ${channels} channels, and images have 1 (grey) or 3 (colour).`,
    {
      expected: [1, 3],
      received: channels,
    },
  )
}
