// How a run, or an experiment made of runs, stands, and the one word for it in every place that says so; not what moves it from one to the next.

/** What a run's own record can say. */
export const recordedStates = ['created', 'running', 'finished', 'stopped', 'diverged', 'failed'] as const
export type RecordedState = (typeof recordedStates)[number]

/** What a list of runs can say: a record that says `running` without a process was cut off. */
export const runStates = [...recordedStates, 'interrupted'] as const
export type RunState = (typeof runStates)[number]

/** How a run ended. */
export type EndState = Exclude<RunState, 'created' | 'running'>

/** What is only known while a process works on it, or before anything is known. */
export type PassingState = 'loading' | 'unknown' | 'preparing' | 'pausing' | 'paused' | 'stopping'

export type StateName = RunState | PassingState

/** How serious it is: colours and icons follow it. */
export type StateTone = 'plain' | 'live' | 'waiting' | 'good' | 'warning' | 'error'

export interface StateWord {
  readonly title: string
  readonly tone: StateTone
  /** The same in a sentence. */
  readonly meaning: string
}

const words: Readonly<Record<StateName, StateWord>> = {
  loading: { title: 'Loading', tone: 'plain', meaning: 'Its folder is being read.' },
  unknown: { title: 'Not known', tone: 'warning', meaning: 'Its folder could not be read.' },
  created: { title: 'Not begun', tone: 'plain', meaning: 'It was set up and has not trained a step.' },
  preparing: { title: 'Preparing', tone: 'live', meaning: 'Images and network are being made ready.' },
  running: { title: 'Training', tone: 'live', meaning: 'It trains now.' },
  pausing: { title: 'Pausing', tone: 'plain', meaning: 'It waits after the present step.' },
  paused: { title: 'Paused', tone: 'waiting', meaning: 'It waits, with its device kept, until it is continued.' },
  stopping: { title: 'Stopping', tone: 'plain', meaning: 'It ends after the present step.' },
  finished: { title: 'Finished', tone: 'good', meaning: 'All its epochs are done.' },
  stopped: { title: 'Stopped', tone: 'plain', meaning: 'Somebody ended it before its last epoch; nothing is lost.' },
  interrupted: {
    title: 'Interrupted',
    tone: 'warning',
    meaning: 'Its process ended without a word; it goes on from its last checkpoint.',
  },
  diverged: { title: 'Diverged', tone: 'error', meaning: 'Its loss left the numbers; it needs another recipe.' },
  failed: { title: 'Failed', tone: 'error', meaning: 'An error ended it.' },
}

/** The word for a state. */
export function wordOfState(state: StateName): StateWord {
  return words[state]
}

/** How a run stands by its record and by whether a process works on it. */
export function readRunState(recorded: RecordedState, isTraining: boolean): RunState {
  if (isTraining) return 'running'
  return recorded === 'running' ? 'interrupted' : recorded
}

/** How a run ended that ended with an error of this code. */
export function stateOfFailure(code: string): Exclude<EndState, 'finished' | 'stopped'> {
  if (code === 'training.diverged') return 'diverged'
  // A process that ended without a word: killed, crashed, or its machine switched off.
  return code === 'training.stopped' ? 'interrupted' : 'failed'
}

/** Whether a run can go on from its checkpoint: the same recipe would only diverge again. */
export function isResumable(state: StateName): boolean {
  return ['created', 'stopped', 'interrupted', 'failed'].includes(state)
}

/** Whether a process works on it, also where it waits. */
export function isLive(state: StateName): boolean {
  return ['preparing', 'running', 'pausing', 'paused', 'stopping'].includes(state)
}
