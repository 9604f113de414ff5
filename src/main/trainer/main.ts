// The training process, started by services/training.ts: what it does is runTrainerProcess.ts.
import { runTrainerProcess } from './runTrainerProcess'

runTrainerProcess()
