// The calls `files`: folders that may be looked into, and the dialogs of the desktop.
import { z } from 'zod'
import { call, count } from './call'

export const fileEntrySchema = z.object({
  name: z.string(),
  /** Absolute. */
  path: z.string(),
  kind: z.enum(['folder', 'document', 'onnx', 'image', 'file']),
  sizeBytes: count,
  modifiedMs: z.number(),
})
export type FileEntry = z.output<typeof fileEntrySchema>

/** A path that a person chose. */
export const chosenPathSchema = z.object({
  path: z.string(),
  /** Whether the person was asked, and agreed, that what lies there is replaced. */
  mayReplace: z.boolean(),
})
export type ChosenPath = z.output<typeof chosenPathSchema>

export const fileCalls = {
  /** Folders that may be looked into. */
  roots: call.output(z.array(z.string())),
  list: call
    .input(z.object({ path: z.string() }))
    .output(z.object({ path: z.string(), parent: z.string().nullable(), entries: z.array(fileEntrySchema) })),
  /** Makes an empty folder. @throws NetloomError file.outside, file.write */
  makeFolder: call.input(z.object({ parent: z.string(), name: z.string() })).output(z.object({ path: z.string() })),
  /** Native dialogs; null where the person cancelled. Only where `app.info` says `native`. */
  choose: call
    .input(
      z.object({
        kind: z.enum(['openDocument', 'saveDocument', 'openFolder', 'openCsv', 'saveOnnx', 'saveTfjs', 'savePytorch']),
        suggested: z.string().optional(),
      }),
    )
    .output(chosenPathSchema.nullable()),
} as const
