// The calls `projects`: documents as files, recent ones, and copies of unsaved work.
import { z } from 'zod'
import { call } from './call'

export const recentFileSchema = z.object({ path: z.string(), name: z.string(), openedMs: z.number() })

export const recoverySchema = z.object({
  id: z.string(),
  /** Where the document lies, or null for one that was never saved. */
  path: z.string().nullable(),
  name: z.string(),
  savedMs: z.number(),
  /** Modification time of the file as its window last saw it; null where there is no file, or it was not noted. */
  seenMs: z.number().nullable().default(null),
  text: z.string(),
  /** The document as its window opened it, where it is another one: what changed is told from there. */
  opened: z.string().optional(),
  /** The window whose tab it was, its place there, and whether it was the one on the screen. */
  tab: z.object({ window: z.string().max(100), index: z.int(), isActive: z.boolean() }).optional(),
})
export type Recovery = z.output<typeof recoverySchema>

export const projectCalls = {
  recent: call.output(z.array(recentFileSchema)),
  forget: call.input(z.object({ path: z.string() })).output(z.void()),
  open: call
    .input(z.object({ path: z.string() }))
    .output(z.object({ path: z.string(), text: z.string(), modifiedMs: z.number() })),
  /** Writes a document. `replaces`: the modification time that was last seen; another one there refuses. */
  save: call
    .input(
      z.object({
        path: z.string(),
        text: z.string(),
        replaces: z.number().nullable(),
        /** The person was asked already, and agreed, that what lies there is replaced, whatever it is. */
        mayReplace: z.boolean().default(false),
        force: z.boolean().default(false),
        /** Where the document lay before, or null: what the name of its weights is relative to. */
        from: z.string().nullable().default(null),
        /** The opened network that is saved: runs of it from before it had a file belong to the file. */
        session: z.string().optional(),
      }),
    )
    .output(
      z.object({
        path: z.string(),
        modifiedMs: z.number(),
        /** What the saved document calls its weights, where they were copied beside it. */
        weights: z.string().optional(),
      }),
    ),
  recoveries: call.output(z.array(recoverySchema)),
  keepRecovery: call.input(recoverySchema.omit({ savedMs: true })).output(z.void()),
  discardRecovery: call.input(z.object({ id: z.string() })).output(z.void()),
} as const
