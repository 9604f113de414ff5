// `netloom serve --self-test`: whether this installation serves its page and can do its work, without a person; the steps are the core's.
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { openCore } from '../../api/core'
import { createRouter } from '../../api/router'
import { coreSteps, printResult, runSteps, type SelfTestStep } from '../../api/selfTest'
import { startHost } from '../../host/startHost'
import { findRendererFolder } from '../../process/builtEntry'
import { writeResult } from '../output'
import { exitCodes } from '../usage'

/** The page over HTTP, in its policy. */
async function fetchPage(address: string): Promise<string> {
  const answer = await fetch(new URL('/', address))
  const text = await answer.text()
  if (!answer.ok || !text.includes('id="root"')) throw new Error(`The page was answered with ${answer.status}.`)
  if (!answer.headers.get('Content-Security-Policy')) throw new Error('The page came without its policy.')
  return `${text.length} characters`
}

/** Runs the test in a folder of its own, which goes with it. @returns the exit code */
export async function runServeSelfTest(): Promise<number> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'netloom-self-test-')))
  const core = openCore({ roots: [folder], stateFolder: join(folder, 'state') })
  const host = await startHost({ core, port: 0, rendererFolder: findRendererFolder() })
  const page: SelfTestStep = { name: 'page', run: () => fetchPage(host.url) }
  try {
    const steps = [page, ...coreSteps(createRouterClient(createRouter(core)), folder)]
    const isOk = await runSteps(steps, (result) => writeResult(printResult(result)))
    return isOk ? exitCodes.done : exitCodes.failed
  } finally {
    await host.close()
    await core.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}
