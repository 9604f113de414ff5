// The line between a page and the core: the contract over Electron's message ports, and what the main process itself asks.
import { createRouterClient } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import type { MessagePortMain } from 'electron'
import { openCore } from '../api/core'
import type { ChooseRequest, CoreOptions } from '../api/core'
import { createRouter } from '../api/router'

/** A training, or an experiment that trains one network after the other. */
export interface ActiveWork {
  readonly kind: 'training' | 'experiment'
  readonly name: string
  /** Lets it finish its step and keep everything. */
  stop(): Promise<void>
}

/** The core as the main process knows it. */
export interface DesktopCore {
  /** Answers the contract over a port until it is closed. */
  serve(port: MessagePortMain): void
  /** What would be lost or has to be waited for if the program ended now. */
  activeWork(): Promise<readonly ActiveWork[]>
  /** Names of runs that other programs train: the command line, or an app before this one. */
  trainingsElsewhere(): Promise<readonly string[]>
  /** The files that were opened last, newest first. */
  recentFiles(): Promise<readonly { readonly path: string; readonly name: string }[]>
  /** Stops what is left and gives back what is open. */
  close(): Promise<void>
}

/**
 * Makes the core of the desktop program: the person who sits at the machine may reach all of it.
 * @param more where it remembers, if not in the platform's own place
 */
export function openDesktopCore(
  choose: (request: ChooseRequest) => Promise<string | null>,
  more: Pick<CoreOptions, 'stateFolder'> = {},
): DesktopCore {
  const core = openCore({ ...more, roots: null, choose })
  const router = createRouter(core)
  const handler = new RPCHandler(router)
  const client = createRouterClient(router)
  return {
    serve(port) {
      handler.upgrade(port)
      port.start()
    },
    async activeWork() {
      const experiment = core.experiments.active()
      const trainings = await client.training.active()
      // The trainings of an experiment end with it, and it is asked about once.
      const own = trainings.filter(({ run }) => experiment?.runs.includes(run) !== true)
      return [
        ...own.map(({ run, name }) => ({ kind: 'training', name, stop: () => client.training.stop({ run }) }) as const),
        ...(experiment === null
          ? []
          : [{ kind: 'experiment', name: experiment.title, stop: async () => core.experiments.stopActive() } as const]),
      ]
    },
    async trainingsElsewhere() {
      const own = new Set((await client.training.active()).map(({ run }) => run))
      const runs = await client.runs.list()
      return runs.filter(({ id, state }) => state === 'running' && !own.has(id)).map(({ name }) => name)
    },
    recentFiles: () => client.projects.recent(),
    close: () => core.close(),
  }
}
