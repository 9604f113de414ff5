// The training process, started by startTraining.ts: what it does is runTrainerProcess.ts.
import { runTrainerProcess } from './runTrainerProcess'

runTrainerProcess()
