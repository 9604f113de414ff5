// Whether a model could not be opened since it does not say how pixels become its inputs.
import { NetloomError } from '../../shared/graph/errors'

/** Then a person can say it. */
export function isScalingUnknown(error: unknown): boolean {
  return error instanceof NetloomError && error.code === 'model.scaling'
}
