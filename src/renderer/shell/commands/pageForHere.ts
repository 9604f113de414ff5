// Which page of the manual belongs to where a person is; not the manual itself (features/help).
import { findDefinition } from '../../../shared/layers/index'
import type { HelpTopic } from '../../kernel/dialogs/help'
import { uiStore, type ScreenName } from '../../kernel/ui/uiStore'
import { documentStore } from '../../session/document/documentStore'

const screenPages: Readonly<Record<ScreenName, HelpTopic>> = {
  welcome: 'manual:the-app',
  experiments: 'manual:the-lectures-experiments',
  design: 'manual:the-app',
  data: 'manual:datasets',
  train: 'manual:how-far-results-can-be-believed',
  evaluate: 'manual:how-far-results-can-be-believed',
  runs: 'manual:runs-and-what-they-are-of',
}

/** On Design the page of the one selected layer; else that of the screen. */
export function pageForHere(): HelpTopic {
  const { screen } = uiStore.getState()
  const { selection, document } = documentStore.getState()
  const [id] = selection
  const type = selection.size === 1 ? document.nodes.find((node) => node.id === id)?.type : undefined
  // Blocks that a person made are explained by that person.
  if (screen === 'design' && type !== undefined && findDefinition(type)) return `layer:${type}`
  return screenPages[screen]
}
