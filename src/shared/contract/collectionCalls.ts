// The calls `collections`: making an image folder class by class; not opening it as a dataset (datasetCalls.ts).
import { z } from 'zod'
import { base64, call, imageSource } from './call'

const folder = z.string().max(10_000)
const className = z.string().max(1000)
/** Paths inside the folder of a class, with `/`. */
const files = z.array(z.string().max(4000))

export const collectionSchema = z.object({
  /** The folder that holds the class folders, absolute. */
  folder: z.string(),
  /** The last part of it. */
  name: z.string(),
  /** In the order of the classes; images in natural order. */
  classes: z.array(z.object({ name: z.string(), images: z.array(z.string()) })),
  /** Sentences on what lies there and belongs to no class. */
  notes: z.array(z.string()),
})
export type Collection = z.output<typeof collectionSchema>

/** What stands for something that was taken away, until it is put back; kept for `keptDays`. */
const removed = z.string().max(100)

/** Days for which what was taken away can be found in the folder. */
export const keptDays = 30

export const collectionCalls = {
  /** Takes up a folder that is there: its classes, and the images in them. */
  open: call.input(z.object({ folder })).output(collectionSchema),
  addClass: call.input(z.object({ folder, name: className })).output(collectionSchema),
  renameClass: call.input(z.object({ folder, from: className, to: className })).output(collectionSchema),
  /** The order of the classes, which is that of a network's outputs too; those left out follow. */
  orderClasses: call.input(z.object({ folder, order: z.array(className).max(100_000) })).output(collectionSchema),
  /** Takes a class away with everything in its folder. */
  removeClass: call
    .input(z.object({ folder, name: className }))
    .output(z.object({ collection: collectionSchema, removed })),
  /** Keeps an image file as it is, under the next free number; one that cannot be read is `dataset.unreadable`. */
  addImage: call
    .input(z.object({ folder, class: className, name: z.string().max(1000), image: imageSource }))
    .output(z.object({ file: z.string() })),
  removeImages: call
    .input(z.object({ folder, class: className, files: files.min(1).max(100_000) }))
    .output(z.object({ removed })),
  /** Puts back what was taken away; an image whose place is taken gets the next free number. */
  restore: call.input(z.object({ folder, removed })).output(collectionSchema),
  /** Images of a class as small PNGs; null for one that cannot be read. */
  thumbnails: call
    .input(z.object({ folder, class: className, files: files.max(200), size: z.int().min(16).max(256) }))
    .output(z.array(z.object({ file: z.string(), png: base64.nullable() }))),
} as const
