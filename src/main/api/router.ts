// Every call of the contract, implemented over one core; transports (host, Electron, in-process) serve this router.
import type { Core } from './core'
import { os } from './implementer'
import { implementArithmetic } from './arithmeticApi'
import { implementBlocks } from './blocksApi'
import { implementCollections } from './collectionsApi'
import { implementDatasets } from './datasetsApi'
import { implementExperiments } from './experimentsApi'
import { implementApp, implementFiles } from './filesApi'
import { implementImports } from './importsApi'
import { implementDevices } from './devicesApi'
import { implementInsight } from './insightApi'
import { implementModels } from './modelsApi'
import { implementProblems } from './problemsApi'
import { implementProjects } from './projectsApi'
import { implementRuns } from './runsApi'
import { implementTraining } from './trainingApi'
import { implementUploads } from './uploadsApi'

export type Router = ReturnType<typeof createRouter>

/** Implements the contract; one router serves any number of screens. */
export function createRouter(core: Core) {
  return os.router({
    app: implementApp(core),
    files: implementFiles(core),
    projects: implementProjects(core),
    datasets: implementDatasets(core),
    collections: implementCollections(core),
    problems: implementProblems(core),
    training: implementTraining(core),
    experiments: implementExperiments(core),
    runs: implementRuns(core),
    models: implementModels(core),
    uploads: implementUploads(core),
    imports: implementImports(core),
    devices: implementDevices(core),
    arithmetic: implementArithmetic(core),
    insight: implementInsight(core),
    blocks: implementBlocks(core),
  })
}
