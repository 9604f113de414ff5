// The colour of a badge for how something stands.
import type { StateTone } from '../../../shared/training/runStates'

export const stateColors: Readonly<Record<StateTone, string>> = {
  plain: 'gray',
  live: 'indigo',
  waiting: 'yellow',
  good: 'green',
  warning: 'yellow',
  error: 'red',
}
