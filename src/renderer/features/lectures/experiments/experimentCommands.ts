// The experiments as commands: the screen, and each experiment by its name; what they do is experimentsStore.ts.
import { experiments } from '../../../../shared/lectures/experiments/index'
import type { Command } from '../../../kernel/commands/commands'
import { uiStore } from '../../../kernel/ui/uiStore'
import { showExperiment } from './experimentsStore'

export const experimentCommands: readonly Command[] = [
  {
    id: 'view.experiments',
    title: "Go to the lectures' experiments",
    group: 'View',
    run: () => uiStore.getState().setScreen('experiments'),
  },
  ...experiments.map(({ id, title }): Command => ({
    id: `experiment.${id}`,
    title: `Experiment: ${title}`,
    group: 'Experiments',
    run: () => showExperiment(id),
  })),
]
