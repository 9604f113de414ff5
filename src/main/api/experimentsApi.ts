// The calls `experiments`: starting, following and listing the experiments of the lectures; not running them (experiments.ts).
import { ownDataset } from './ownDataset'
import type { Core } from './core'
import { os, withTypedErrors } from './implementer'

/** Implements `experiments.*`. */
export function implementExperiments(core: Core) {
  return {
    start: os.experiments.start.handler(async ({ input }) => {
      const { data } = input
      const own = data === undefined ? undefined : await ownDataset(core, { reference: data, options: {} })
      await core.roots.require(core.runsFolder)
      return { id: await core.experiments.start({ ...input, data: own?.reference }) }
    }),
    stop: os.experiments.stop.handler(({ input }) => core.experiments.stop(input.id)),
    list: os.experiments.list.handler(async () => [...(await core.experiments.list())]),
    follow: os.experiments.follow.handler(({ input, signal }) =>
      withTypedErrors(core.experiments.follow(input.id, signal)),
    ),
  }
}
