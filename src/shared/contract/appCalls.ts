// The calls `app`: what the core is.
import { z } from 'zod'
import { call } from './call'

export const appCalls = {
  /** What the core is and may do; `native` says that the screen has dialogs and menus of the desktop. */
  info: call.output(
    z.object({
      version: z.string(),
      /** Of this start of the core alone: another one says that it was started again. */
      instance: z.string(),
      platform: z.string(),
      native: z.boolean(),
      home: z.string(),
      runsFolder: z.string(),
    }),
  ),
} as const
