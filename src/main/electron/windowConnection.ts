// The line between a page and the core: the contract over Electron's message ports, and what the main process itself asks.
import { createRouterClient } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import type { MessagePortMain } from 'electron'
import { openCore } from '../api/core'
import type { ChooseRequest, CoreOptions } from '../api/core'
import { createRouter } from '../api/router'

/** The core as the main process knows it. */
export interface DesktopCore {
  /** Answers the contract over a port until it is closed. */
  serve(port: MessagePortMain): void
  /** Runs that are training now. */
  activeTrainings(): Promise<readonly { readonly run: string; readonly name: string }[]>
  /** Names of runs that other programs train: the command line, or an app before this one. */
  trainingsElsewhere(): Promise<readonly string[]>
  /** Lets a run finish its step and keep everything. */
  stopTraining(run: string): Promise<void>
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
    activeTrainings: () => client.training.active(),
    async trainingsElsewhere() {
      const own = new Set((await client.training.active()).map(({ run }) => run))
      const runs = await client.runs.list()
      return runs.filter(({ id, state }) => state === 'running' && !own.has(id)).map(({ name }) => name)
    },
    stopTraining: (run) => client.training.stop({ run }),
    recentFiles: () => client.projects.recent(),
    close: () => core.close(),
  }
}
