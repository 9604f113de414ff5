// Every call and stream between a screen and the core, by area; not what they do (main/api) nor how they travel.
import { appCalls } from './appCalls'
import { fileCalls } from './fileCalls'
import { projectCalls } from './projectCalls'
import { datasetCalls } from './datasetCalls'
import { collectionCalls } from './collectionCalls'
import { problemCalls } from './problemCalls'
import { trainingCalls } from './trainingCalls'
import { runCalls } from './runCalls'
import { importCalls } from './importCalls'
import { blockCalls } from './blockCalls'
import { modelCalls } from './modelCalls'
import { experimentCalls } from './experimentCalls'
import { deviceCalls } from './deviceCalls'
import { arithmeticCalls } from './arithmeticCalls'
import { insightCalls } from './insightCalls'
import { uploadCalls } from './uploadCalls'

export const contract = {
  app: appCalls,
  files: fileCalls,
  projects: projectCalls,
  datasets: datasetCalls,
  collections: collectionCalls,
  problems: problemCalls,
  training: trainingCalls,
  runs: runCalls,
  uploads: uploadCalls,
  imports: importCalls,
  blocks: blockCalls,
  models: modelCalls,
  experiments: experimentCalls,
  devices: deviceCalls,
  arithmetic: arithmeticCalls,
  insight: insightCalls,
}

export type Contract = typeof contract
