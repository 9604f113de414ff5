// What Teachable Machine writes beside a model (metadata.json): class names and the pixels that it was trained on; not the model.
import { z } from 'zod'

const metadataSchema = z.object({ labels: z.array(z.string()).min(1), packageName: z.string().optional() })

/** What such a file says, in the words of the metadata in model.json. */
export interface MachineMetadata {
  readonly classes: readonly string[]
  readonly scaling?: { readonly mean: readonly number[]; readonly deviation: readonly number[] }
}

/** Reads a metadata.json; undefined where it has another form. */
export function parseMachineMetadata(text: string): MachineMetadata | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  const parsed = metadataSchema.safeParse(json)
  if (!parsed.success) return undefined
  const { labels, packageName } = parsed.data
  // Its image models are fed pixel / 127.5 - 1, which is (pixel / 255 - 0.5) / 0.5.
  const isImage = packageName === '@teachablemachine/image'
  return { classes: labels, ...(isImage ? { scaling: { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] } } : {}) }
}
