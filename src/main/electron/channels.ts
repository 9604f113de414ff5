// The messages between a window and the main process beside the contract, and the door through which they come in.
import { z } from 'zod'
import { desktopOrigin, textEdits, themeNames, zoomSteps } from '../../shared/contract/desktopBridge'
import type { DesktopCommand, DesktopDocument } from '../../shared/contract/desktopBridge'

const longestPath = 4096
const text = z.string().max(500)

/** What a page says of its document. */
export const documentSchema: z.ZodType<DesktopDocument> = z.object({
  name: text,
  path: z.string().max(longestPath).nullable(),
  isDirty: z.boolean(),
})

/** What a page says of its commands. */
export const commandsSchema: z.ZodType<DesktopCommand[]> = z
  .array(z.object({ id: text, title: text, group: text, shortcut: text.optional(), isEnabled: z.boolean() }))
  .max(1000)

export const closeAnswerSchema = z.boolean()
/** A message that says only that something has happened. */
export const nothingSchema = z.undefined()
export const textEditSchema = z.enum(textEdits)
export const themeSchema = z.enum(themeNames)
export const pathSchema = z.string().max(longestPath)
export const zoomStepSchema = z.enum(zoomSteps)

/** The part of a message's sender that says where it stands. */
interface Frame {
  readonly url: string
  readonly parent: unknown
}

/** Whether a message comes from the page of the program itself, not from a frame inside it or a page that took its place. */
export function isOwnFrame(frame: Frame | null | undefined): boolean {
  return !!frame && frame.parent === null && frame.url.startsWith(`${desktopOrigin}/`)
}
