// What the whole app knows of a training: its commands, what trains anywhere; not its screen.
import { isResumable } from '../../../shared/training/runStates'
import { connectionStore } from '../../kernel/core/client'
import { answerRequests } from '../../kernel/commands/requests'
import { registerCommands, type Command } from '../../kernel/commands/commands'
import { documentStore } from '../../session/document/documentStore'
import { uiStore } from '../../kernel/ui/uiStore'
import { findPresentBlockers } from './follow/presentBlockers'
import { followLine } from './follow/trainingLine'
import { watchTrainings } from './follow/watchTrainings'
import {
  canPause,
  checkFirst,
  continueTraining,
  findRunAgain,
  followSessions,
  isPaused,
  isTrainingNow,
  pauseTraining,
  resumeTraining,
  runFollower,
  showRun,
  startTraining,
  stopTraining,
} from './follow/trainingStore'

const hasLayers = () => documentStore.getState().document.nodes.length > 0
const showScreen = () => uiStore.getState().setScreen('train')

function canResume(): boolean {
  const { run, progress } = runFollower.store.getState()
  return run !== null && isResumable(progress.phase)
}

/** What can be done with a training from everywhere. */
export const trainingCommands: readonly Command[] = [
  {
    id: 'training.start',
    title: 'Train',
    group: 'Train',
    shortcut: 'Ctrl+Enter',
    isOnce: true,
    evenWhileTyping: true,
    isEnabled: hasLayers,
    async run() {
      showScreen()
      if (!isTrainingNow() && findPresentBlockers().length === 0) await startTraining()
    },
  },
  {
    id: 'training.preflight',
    title: 'Pre-flight',
    group: 'Train',
    isEnabled: () => hasLayers() && !isTrainingNow(),
    async run() {
      showScreen()
      if (findPresentBlockers().length === 0) await checkFirst()
    },
  },
  { id: 'training.pause', title: 'Pause training', group: 'Train', isEnabled: canPause, run: pauseTraining },
  {
    id: 'training.continue',
    title: 'Continue training',
    group: 'Train',
    isEnabled: () => isPaused(),
    run: continueTraining,
  },
  { id: 'training.stop', title: 'Stop training', group: 'Train', isEnabled: isTrainingNow, run: stopTraining },
  {
    id: 'training.resume',
    title: 'Resume training',
    group: 'Train',
    isEnabled: canResume,
    async run() {
      const { run } = runFollower.store.getState()
      showScreen()
      if (run !== null) await resumeTraining(run)
    },
  },
]

/** Follows trainings while the app runs, also one that was started before a reload. @returns ends it */
export function followTraining(): () => void {
  const ends = [
    registerCommands(trainingCommands),
    answerRequests({ 'training.showRun': showRun, 'training.resumeRun': (run) => void resumeTraining(run) }),
    followSessions(),
    watchTrainings(),
    followLine(),
    connectionStore.subscribe((state, before) => {
      if (state.connections !== before.connections) void findRunAgain()
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}
