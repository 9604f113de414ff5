// @vitest-environment happy-dom
// Which commands may run: menus are told whenever that changes, whatever decides it; a command that would do nothing is off.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { StateCreator, StoreApi } from 'zustand/vanilla'
import { lenet5 } from '../../../shared/lectures/architectures/lenet5'

/** Every store that was made, with whether it is asked and whether somebody listens to it. */
const stores = vi.hoisted(() => ({ asked: new Set<object>(), heard: new Set<object>() }))

vi.mock('zustand/vanilla', async (original) => {
  const { createStore } = await original<typeof import('zustand/vanilla')>()
  const watch = (store: StoreApi<unknown>): StoreApi<unknown> => ({
    ...store,
    getState() {
      stores.asked.add(this)
      return store.getState()
    },
    subscribe(listener) {
      stores.heard.add(this)
      return store.subscribe(listener)
    },
  })
  const make = (creator: StateCreator<unknown>) => watch(createStore(creator))
  return { createStore: (creator?: StateCreator<unknown>) => (creator ? make(creator) : make) }
})

const { commandStore, followEnablement, isCommandEnabled, registerCommands } =
  await import('../../kernel/commands/commands')
const { documentStore, openSession } = await import('../../session/document/documentStore')
const { canvasStore } = await import('../../session/view/canvasStore')
const { listEdgeIds } = await import('../../session/wiring/ports')
const { noteDataset } = await import('../../session/dataset/datasetStore')
const { appCommands, zoomCommands } = await import('./appCommands')
const { otherWords, reasonsOff, whyOff } = await import('./commandWords')
const { arithmeticCommands } = await import('./arithmeticCommands')
const { canvasCommands } = await import('../../features/canvas/commands/canvasCommands')
const { blockCommands, restInside } = await import('../../features/blocks/blockCommands')
const { modelCommands } = await import('../../features/models/diff/diffStore')
const { trainingCommands } = await import('../../features/training/followTraining')
const { collectCommands } = await import('../../features/collect/CollectWindow')
const { dataCommands } = await import('../../features/data/DataScreen')
const { evaluateCommands } = await import('../../features/evaluate/EvaluateScreen')

const { chooseModel } = await import('../../features/evaluate/model/evaluationStore')

const all = [
  ...appCommands,
  ...arithmeticCommands,
  ...canvasCommands.map(restInside),
  ...blockCommands,
  ...modelCommands,
  ...trainingCommands,
  ...collectCommands,
  ...dataCommands,
  ...evaluateCommands,
]

let end = (): void => {}
beforeEach(() => {
  openSession(lenet5.build())
  end = registerCommands(all)
})
afterEach(() => end())

const isEnabled = (id: string): boolean => {
  const command = commandStore.getState().commands.get(id)
  return command !== undefined && isCommandEnabled(command)
}

it('hears of every store that a command asks whether it may run', () => {
  const ask = (): void => {
    stores.asked.clear()
    for (const command of all) isCommandEnabled(command)
    expect(stores.asked.size).toBeGreaterThan(3)
    expect([...stores.asked].filter((store) => !stores.heard.has(store))).toEqual([])
  }
  ask()
  const { document, select } = documentStore.getState()
  select([document.nodes[1]!.id])
  ask()
  select([])
  canvasStore.setState({ selectedEdges: new Set(listEdgeIds(document.edges).slice(0, 1)) })
  ask()
})

it('offers to delete a selected wire as soon as it is selected, and no more once it is gone', () => {
  const heard = vi.fn<() => void>()
  const endHearing = followEnablement(heard)
  expect(isEnabled('edit.delete') || isEnabled('canvas.insertOnWire')).toBe(false)
  const [wire = ''] = listEdgeIds(documentStore.getState().document.edges)
  canvasStore.setState({ selectedEdges: new Set([wire]) })
  expect(heard).toHaveBeenCalledTimes(1)
  expect([isEnabled('edit.delete'), isEnabled('canvas.insertOnWire')]).toEqual([true, true])
  // Undo, or another program, took the wire away.
  canvasStore.setState({ selectedEdges: new Set(['gone:out>away:in']) })
  expect([isEnabled('edit.delete'), isEnabled('canvas.insertOnWire')]).toEqual([false, false])
  canvasStore.setState({ selectedEdges: new Set([wire]) })
  openSession(lenet5.build())
  expect([isEnabled('edit.delete'), isEnabled('canvas.insertOnWire')]).toEqual([false, false])
  endHearing()
})

it('offers to evaluate only with a model and images to measure it on', () => {
  expect(isEnabled('evaluate.run')).toBe(false)
  chooseModel({ path: '/models/a.onnx', name: 'a', isRun: false })
  expect(isEnabled('evaluate.run')).toBe(false)
  const heard = vi.fn<() => void>()
  const endHearing = followEnablement(heard)
  noteDataset({ reference: 'builtin:digits', options: {} }, [])
  expect(heard).toHaveBeenCalled()
  expect(isEnabled('evaluate.run')).toBe(true)
  endHearing()
})

it('can say of every command why it is off, and has words and reasons only for commands that there are', () => {
  const off = all.filter((command) => 'isEnabled' in command && !command.isHidden)
  expect(off.filter(({ id }) => whyOff(id) === undefined).map(({ id }) => id)).toEqual([])
  const ids = [...all, ...zoomCommands({ zoom() {} })].map(({ id }) => id)
  const starts = [...otherWords, ...reasonsOff].map(([start]) => start)
  expect(starts.filter((start) => !ids.some((id) => id.startsWith(start)))).toEqual([])
})
