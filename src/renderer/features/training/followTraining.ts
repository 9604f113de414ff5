// What the whole app knows of a training: its commands, its line in the status bar, and word of its end; not its screen.
import { notifications } from '@mantine/notifications'
import { isResumable, wordOfState } from '../../../shared/training/runStates'
import { stateColors } from '../../kernel/print/stateColors'
import { connectionStore } from '../../kernel/core/client'
import { answerRequests } from '../../kernel/commands/requests'
import { registerCommands, type Command } from '../../kernel/commands/commands'
import { documentStore } from '../../session/document/documentStore'
import { uiStore } from '../../kernel/ui/uiStore'
import { findPresentBlockers } from './follow/presentBlockers'
import type { FollowedRun } from './follow/runFollower'
import { hasEnded as isEnd, isAlive } from './follow/runProgress'
import {
  canPause,
  checkFirst,
  continueTraining,
  findRunAgain,
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

const activityId = 'training'

function showActivity({ name, progress }: FollowedRun): void {
  const ui = uiStore.getState()
  if (!isAlive(progress)) {
    if (ui.activities.has(activityId)) ui.setActivity(activityId, null)
    return
  }
  const now = progress.progress
  const doing = progress.phase === 'paused' ? 'Paused' : 'Training'
  const label = now ? `${doing} ${name}, epoch ${now.epoch} of ${now.epochs}` : `Preparing ${name}`
  const fraction = now && now.totalSteps > 0 ? now.step / now.totalSteps : null
  ui.setActivity(activityId, { label, fraction, screen: 'train' })
}

/** Says elsewhere that a run has ended; on the train screen it is seen. */
function tellEnd(state: FollowedRun, before: FollowedRun): void {
  const hasEnded = state.run === before.run && isAlive(before.progress) && !isAlive(state.progress)
  if (!hasEnded || uiStore.getState().screen === 'train') return
  const { phase, outcome } = state.progress
  const test = outcome?.test ? ` Test accuracy ${(100 * outcome.test.top1).toFixed(2)}%.` : ''
  if (!isEnd(phase)) return
  const { title, tone } = wordOfState(phase)
  notifications.show({
    title: state.name,
    message: `Training ${title.toLowerCase()}.${test}`,
    color: stateColors[tone],
    autoClose: 10_000,
    onClick: showScreen,
  })
}

/** Follows trainings while the app runs, also one that was started before a reload. @returns ends it */
export function followTraining(): () => void {
  const ends = [
    registerCommands(trainingCommands),
    answerRequests({ 'training.showRun': showRun, 'training.resumeRun': (run) => void resumeTraining(run) }),
    runFollower.store.subscribe((state, before) => {
      if (state.progress !== before.progress || state.name !== before.name) showActivity(state)
      tellEnd(state, before)
    }),
    connectionStore.subscribe((state, before) => {
      if (state.connections !== before.connections) void findRunAgain()
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}
