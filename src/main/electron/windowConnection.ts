// The line between a page and the core: the contract over Electron's message ports, and what the main process itself asks.
import { basename } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import type { MessagePortMain } from 'electron'
import { openCore } from '../api/core'
import type { CoreOptions } from '../api/core'
import type { CallContext } from '../api/implementer'
import { createRouter } from '../api/router'
import { labelOf } from '../api/runsApi'
import { coreSteps, type SelfTestStep } from '../api/selfTest'
import type { RunningWork, WorkFollower } from '../process/workLedger'

/** A training, or an experiment that trains one network after the other. */
export interface ActiveWork {
  readonly kind: 'training' | 'experiment'
  readonly name: string
  /** In [0, 1]; null where it is not known. */
  readonly fraction: number | null
  /** Lets it finish its step and keep everything. */
  stop(): Promise<void>
}

/** The core as the main process knows it. */
export interface DesktopCore {
  /**
   * Answers the contract over a port until it is closed.
   * @param choose the native dialogs of the window behind it
   */
  serve(port: MessagePortMain, choose: NonNullable<CallContext['choose']>): void
  /** What computes now; the trainings of an experiment stand for themselves nowhere. */
  running(): readonly RunningWork[]
  /** Tells of what `running` gives, until what it returns is called. */
  followWork(follower: WorkFollower): () => void
  /** What people call it. */
  nameOf(work: RunningWork): Promise<string>
  /** What would be lost or has to be waited for if the program ended now. */
  activeWork(): Promise<readonly ActiveWork[]>
  /** Names of runs that other programs train: the command line, or an app before this one. */
  trainingsElsewhere(): Promise<readonly string[]>
  /** The files that were opened last, newest first. */
  recentFiles(): Promise<readonly { readonly path: string; readonly name: string }[]>
  /** What this core has to be able to do, to be tried in a folder of its own. */
  selfTestSteps(folder: string): readonly SelfTestStep[]
  /** Stops what is left, with its checkpoint, and gives back what is open. */
  close(): Promise<void>
}

/**
 * Makes the core of the desktop program: the person who sits at the machine may reach all of it.
 * @param more where it remembers, if not in the platform's own place
 */
export function openDesktopCore(more: Pick<CoreOptions, 'stateFolder' | 'runsFolder'> = {}): DesktopCore {
  const core = openCore({ ...more, roots: null })
  const router = createRouter(core)
  const handler = new RPCHandler(router)
  const client = createRouterClient(router)
  /** The trainings of an experiment end with it, and are asked about with it. */
  const isOwn = ({ kind, subject }: RunningWork): boolean =>
    kind !== 'training' || core.experiments.active()?.runs.includes(subject) !== true
  const nameOf = async ({ kind, subject }: RunningWork): Promise<string> =>
    kind === 'training' ? labelOf(core, subject).catch(() => basename(subject)) : subject
  const stop = async ({ kind, subject }: RunningWork): Promise<void> => {
    if (kind === 'experiment') core.experiments.stopActive()
    else core.trainings.stop(subject)
  }
  return {
    serve(port, choose) {
      handler.upgrade(port, { context: { choose } })
      port.start()
    },
    running: () => core.work.running.filter(isOwn),
    followWork: ({ onChange, onEnd }) =>
      core.work.follow({
        onChange,
        onEnd: (work, outcome) => {
          if (isOwn(work)) onEnd?.(work, outcome)
        },
      }),
    nameOf,
    activeWork() {
      const stoppable = core.work.running.filter(isOwn).flatMap((work) => {
        const { kind } = work
        return kind === 'training' || kind === 'experiment' ? [{ ...work, kind }] : []
      })
      return Promise.all(
        stoppable.map(async (work) => ({
          kind: work.kind,
          name: await nameOf(work),
          fraction: work.fraction,
          stop: () => stop(work),
        })),
      )
    },
    async trainingsElsewhere() {
      const own = new Set((await client.training.active()).map(({ run }) => run))
      const runs = await client.runs.list()
      return runs.filter(({ id, state }) => state === 'running' && !own.has(id)).map(({ name }) => name)
    },
    recentFiles: () => client.projects.recent(),
    selfTestSteps: (folder) => coreSteps(client, folder),
    close: () => core.close(),
  }
}
