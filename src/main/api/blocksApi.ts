// The calls `blocks`: the personal library of blocks; not its file (blockLibrary.ts).
import type { Core } from './core'
import { os } from './implementer'

/** Implements `blocks.*`. */
export function implementBlocks(core: Core) {
  return {
    list: os.blocks.list.handler(async () => {
      const { blocks, problem } = await core.blocks.list()
      return { blocks: [...blocks], problem }
    }),
    save: os.blocks.save.handler(({ input }) => core.blocks.save(input.type, input.text, Date.now())),
    remove: os.blocks.remove.handler(({ input }) => core.blocks.remove(input.type)),
  }
}
