// Class names and input scaling from a model's metadata, in Netloom's keys and those of other programs; not guessing them.
import { z } from 'zod'
import type { InputScaling } from '../../graph/document'
import type { OnnxModel } from '../../onnx/model'
import { metadataKeys } from '../../lower/networkModel'

/** What a file says of its input and outputs. */
export interface ModelMetadata {
  readonly classes?: readonly string[]
  readonly scaling?: InputScaling
}

const scalingSchema = z.object({
  mean: z.array(z.number()).min(1),
  deviation: z.array(z.number().positive()).min(1),
})
const namesSchema = z.array(z.string().min(1)).min(1)
const numbersSchema = z.array(z.number()).min(1)

/** Reads what is there in a form that is known; anything else under these keys is left alone. */
export function readMetadata({ metadata }: OnnxModel): ModelMetadata {
  const inside = metadata[metadataKeys.scalingInside] === 'true'
  const scaling = inside
    ? unscaled
    : (parseJson(metadata[metadataKeys.scaling], scalingSchema) ?? readMeanAndStd(metadata))
  const classes = [metadataKeys.classes, 'classes', 'class_names', 'labels', 'names']
    .map((key) => readNames(metadata[key]))
    .find((names) => names !== undefined)
  return { ...(classes ? { classes } : {}), ...(scaling ? { scaling } : {}) }
}

/** (pixel / 255 - 0) / (1 / 255): the model takes pixels as they are. */
const unscaled: InputScaling = { mean: [0], deviation: [1 / 255] }

function parseJson<T>(text: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (text === undefined) return undefined
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** `["cat", "dog"]`, `{0: 'cat', 1: 'dog'}` (Ultralytics), or one name per line. */
function readNames(text: string | undefined): readonly string[] | undefined {
  const list = parseJson(text, namesSchema)
  if (list || text === undefined) return list
  const entries = [...text.matchAll(/['"]?(\d+)['"]?\s*:\s*(?:'([^']*)'|"([^"]*)")/g)]
  if (text.trim().startsWith('{')) {
    const inOrder = entries.every(([, key], index) => Number(key) === index)
    return entries.length > 1 && inOrder ? entries.map(([, , one, two]) => one ?? two ?? '') : undefined
  }
  const lines = text.split(/\r?\n|,/).map((line) => line.trim())
  return lines.length > 1 && lines.every((line) => line !== '') ? lines : undefined
}

/** `mean` and `std` as timm writes them, for pixels 0 ... 1. */
function readMeanAndStd(metadata: OnnxModel['metadata']): InputScaling | undefined {
  const [mean, deviation] = ['mean', 'std'].map((key) => parseJson(metadata[key], numbersSchema))
  if (!mean || !deviation || mean.length !== deviation.length) return undefined
  const isUnit =
    [...mean, ...deviation].every((value) => value >= 0 && value <= 1) && deviation.every((value) => value > 0)
  return isUnit ? { mean, deviation } : undefined
}
