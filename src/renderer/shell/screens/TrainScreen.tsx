// The train screen: a training, with the fine-tuning of trained networks among what is chosen.
import { FineTunePanel } from '../../features/models/fineTune/FineTunePanel'
import { TrainView } from '../../features/training/TrainView'

/** The screen on which networks are trained. */
export function TrainScreen() {
  return <TrainView fineTuning={<FineTunePanel />} />
}
