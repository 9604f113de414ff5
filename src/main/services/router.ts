// Every call of the contract, implemented over one core; transports (host, Electron, in-process) serve this router.
import type { Core } from './core'
import { os } from './implementer'
import { implementArithmetic } from './screenArithmetic'
import { implementBlocks } from './screenBlocks'
import { implementDatasets } from './screenDatasets'
import { implementExperiments } from './screenExperiments'
import { implementApp, implementFiles } from './screenFiles'
import { implementImports } from './screenImports'
import { implementDevices } from './screenDevices'
import { implementModels } from './screenModels'
import { implementProjects } from './screenProjects'
import { implementRuns } from './screenRuns'
import { implementTraining } from './screenTraining'

export type Router = ReturnType<typeof createRouter>

/** Implements the contract; one router serves any number of screens. */
export function createRouter(core: Core) {
  return os.router({
    app: implementApp(core),
    files: implementFiles(core),
    projects: implementProjects(core),
    datasets: implementDatasets(core),
    training: implementTraining(core),
    experiments: implementExperiments(core),
    runs: implementRuns(core),
    models: implementModels(core),
    imports: implementImports(core),
    devices: implementDevices(core),
    arithmetic: implementArithmetic(core),
    blocks: implementBlocks(core),
  })
}
