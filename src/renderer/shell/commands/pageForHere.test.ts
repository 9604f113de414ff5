import { expect, it } from 'vitest'
import { lenet5 } from '../../../shared/lectures/architectures/lenet5'
import { findPage } from '../../features/help/manual'
import { screenNames, uiStore } from '../../kernel/ui/uiStore'
import { documentStore, openSession } from '../../session/document/documentStore'
import { pageForHere } from './pageForHere'

it('is the page of the screen, on Design that of the one selected layer', () => {
  openSession(lenet5.build())
  for (const screen of ['welcome', 'experiments', ...screenNames] as const) {
    uiStore.getState().setScreen(screen)
    expect(findPage(pageForHere()), screen).toBeDefined()
  }
  uiStore.getState().setScreen('design')
  documentStore.getState().select(['conv1'])
  expect(pageForHere()).toBe('layer:conv2d')
  documentStore.getState().select(['conv1', 'relu1'])
  expect(pageForHere()).toBe('manual:the-app')
  uiStore.getState().setScreen('data')
  documentStore.getState().select(['conv1'])
  expect(pageForHere()).toBe('manual:datasets')
})
