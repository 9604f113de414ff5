// Evaluating while other things happen: late answers, another model, another network opened meanwhile, cancelled, failed.
import { beforeEach, expect, it, vi } from 'vitest'
import { settle } from '../../../../../tests/fixtures/heldStream'
import { HandCall, HandStream } from '../../../../../tests/fixtures/playedCore'
import { lenet5 } from '../../../../shared/lectures/architectures/lenet5'
import { hashStructure } from '../../../../shared/network/hashStructure'
import type { RunSummary } from '../../../../shared/contract/runCalls'
import type { EvaluationResult } from '../../../../shared/contract/modelCalls'

type Event =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'evaluation'; readonly evaluation: EvaluationResult }

const evaluate = new HandStream<{ readonly model: string; readonly split: string }, Event>()
const stage = new HandCall<{ readonly document: string }, { readonly model: string }>()

vi.mock('../../../kernel/core/client', async (original) => ({
  ...(await original<object>()),
  client: {
    runs: { list: () => Promise.resolve([]) },
    models: {
      evaluate: (...given: Parameters<typeof evaluate.call>) => evaluate.call(...given),
      stage: (...given: Parameters<typeof stage.call>) => stage.call(...given),
    },
  },
}))

const { closeSession, openSession, presentSession, showSession } =
  await import('../../../session/document/documentStore')
const { noteDataset } = await import('../../../session/dataset/datasetStore')
const { uiStore } = await import('../../../kernel/ui/uiStore')
const {
  canEvaluate,
  chooseModel,
  evaluateNow,
  evaluating,
  evaluationStore,
  modelOfRun,
  presentModel,
  proposeModel,
  usableRuns,
} = await import('./evaluationStore')
const { findExport } = await import('./exportPresent')

const run = (name: string) => ({ path: `/runs/${name}`, name, isRun: true })
const state = () => evaluationStore.getState()
const activity = () => uiStore.getState().activities.get('evaluation')
const found = (top1: number) => ({ kind: 'evaluation', evaluation: { top1 } as EvaluationResult }) as const // only passed on

/** A network with weights and a dataset, on the screen. */
function openTrained(name: string) {
  const session = openSession({ ...lenet5.build(), name, weights: `${name}.safetensors` })
  noteDataset({ reference: 'builtin:digits', options: {} }, [])
  return session
}

beforeEach(() => {
  evaluating.putAway()
  evaluationStore.setState(evaluationStore.getInitialState())
  uiStore.getState().setActiveRun(null)
  openSession(lenet5.build())
  evaluate.asked.splice(0)
  stage.asked.splice(0)
})

it('tells how far it is, here and in the status bar, and keeps what came out', async () => {
  chooseModel(run('a'))
  void evaluateNow()
  await settle()
  await evaluate.last.send({ kind: 'progress', done: 5, total: 20 })
  expect(evaluating.getState()).toMatchObject({ isRunning: true, told: { progress: { done: 5, total: 20 } } })
  expect(activity()).toMatchObject({ label: 'Evaluating a', fraction: 0.25 })
  await evaluate.last.send(found(0.9))
  await evaluate.last.end()
  expect(state().result).toMatchObject({ model: { name: 'a' }, split: 'test', evaluation: { top1: 0.9 } })
  expect([evaluating.getState().isRunning, activity()]).toEqual([false, undefined])
})

it('drops the answer for a model that was left', async () => {
  chooseModel(run('a'))
  void evaluateNow()
  await settle()
  const { last: first } = evaluate
  chooseModel(run('b'))
  expect([first.isAborted, evaluating.getState().isRunning, activity()]).toEqual([true, false, undefined])
  void evaluateNow()
  await settle()
  await evaluate.last.send(found(0.2))
  await evaluate.last.end()
  await first.send(found(0.9))
  await first.end()
  expect(state().result).toMatchObject({ model: { name: 'b' }, evaluation: { top1: 0.2 } })
})

it('keeps the former result while the same model is evaluated again, and after that is cancelled', async () => {
  chooseModel(run('a'))
  void evaluateNow()
  await settle()
  await evaluate.last.send(found(0.9))
  await evaluate.last.end()
  void evaluateNow()
  await settle()
  evaluating.cancel()
  await settle()
  expect(state().result).toMatchObject({ evaluation: { top1: 0.9 } })
  expect(evaluating.getState()).toMatchObject({ isRunning: false, error: null })
})

it('has the failure until another try', async () => {
  chooseModel(run('a'))
  void evaluateNow()
  await settle()
  const reason = new Error('no images')
  await evaluate.last.fail(reason)
  expect(evaluating.getState()).toMatchObject({ isRunning: false, error: reason })
  void evaluateNow()
  expect(evaluating.getState()).toMatchObject({ isRunning: true, error: null })
})

it('ends the evaluation of a network that is closed, whether it is handed over or measured', async () => {
  for (const isHandedOver of [false, true]) {
    const one = openTrained('one')
    chooseModel(presentModel()!)
    void evaluateNow()
    await settle()
    if (isHandedOver) stage.last.answer({ model: 'kept:one' })
    await settle()
    openTrained('two')
    closeSession(one)
    expect(state()).toMatchObject({ model: null, result: null })
    if (!isHandedOver) stage.last.answer({ model: 'kept:one' })
    await settle()
    expect([evaluate.asked.length, evaluate.asked[0]?.isAborted]).toEqual(isHandedOver ? [1, true] : [0, undefined])
    expect([evaluating.getState().isRunning, activity()]).toEqual([false, undefined])
    // The new network is another model, and not what was known of the first.
    chooseModel(presentModel()!)
    void evaluateNow()
    await settle()
    expect(JSON.parse(stage.last.input.document)).toMatchObject({ name: 'two' })
  }
})

it('gives what it finds to the network that it was begun for, whichever is shown meanwhile', async () => {
  const first = presentSession()
  chooseModel(run('a'))
  void evaluateNow()
  await settle()
  const two = openTrained('two')
  await evaluate.last.send(found(0.7))
  await evaluate.last.end()
  expect([presentSession(), state().result, evaluating.getState().told]).toEqual([two, null, null])
  showSession(first)
  expect(state().result).toMatchObject({ model: { name: 'a' }, evaluation: { top1: 0.7 } })
})

it('may begin with a model and images only', () => {
  expect(canEvaluate()).toBe(false)
  chooseModel({ path: '/models/a.onnx', name: 'a', isRun: false })
  expect(canEvaluate()).toBe(false)
  noteDataset({ reference: 'builtin:digits', options: {} }, [])
  expect(canEvaluate()).toBe(true)
  openSession(lenet5.build())
  chooseModel(run('a'))
  expect(canEvaluate()).toBe(true)
})

it('proposes this network, else its newest run, and a run that became active since', () => {
  const lenet = {
    architecture: 'lenet5',
    structure: hashStructure(lenet5.build()),
    documentPath: null,
    session: null,
    hasOrigin: true,
    experiment: null,
  }
  const runs = [1, 2, 3].map((n) => ({
    id: `/runs/${n}`,
    name: `${n}`,
    createdMs: n,
    epochs: n - 1,
    state: 'stopped',
    ...lenet,
  }))
  const usable = usableRuns(runs as RunSummary[]) // the fields that are read
  expect(usable.map(({ name }) => name)).toEqual(['3', '2'])
  const foreign = { ...usable[0], id: '/runs/4', name: '4', documentPath: '/networks/vgg.netloom' } as RunSummary
  proposeModel([foreign])
  expect(state().model).toBeNull()
  proposeModel([foreign, ...usable])
  expect(state().model?.name).toBe('3')
  openSession({ ...lenet5.build(), name: 'another' })
  expect(state().model).toBeNull()
  openSession(lenet5.build())
  proposeModel([foreign, ...usable])
  uiStore.getState().setActiveRun('/runs/2')
  proposeModel(usable)
  expect(state().model?.name).toBe('2')
  chooseModel(run('b'))
  proposeModel(usable)
  expect(state().model?.name).toBe('b')
  // The run of another network is left with it.
  uiStore.getState().setActiveRun(null)
  openTrained('one')
  proposeModel(usable)
  expect(state().model?.name).toBe('one')
})

it('exports what is meant: the chosen model on Evaluate, else the run that is shown, this network, its newest run', () => {
  const own = { architecture: 'lenet5', documentPath: null, session: null, hasOrigin: true, experiment: null }
  const made = { structure: hashStructure(lenet5.build()), epochs: 1, state: 'stopped', val: null }
  const runs = [1, 2].map((n) => ({ id: `/runs/${n}`, name: `${n}`, createdMs: n, ...own, ...made })) as RunSummary[] // the fields that are read
  const foreign = {
    ...runs[0],
    id: '/runs/3',
    name: '3',
    createdMs: 3,
    documentPath: '/networks/vgg.netloom',
  } as RunSummary
  uiStore.getState().setScreen('design')
  expect([findExport([]), findExport([foreign])]).toEqual([null, null])
  expect(findExport([foreign, ...runs])?.name).toBe('2')
  uiStore.getState().setActiveRun('/runs/1')
  expect(findExport([foreign, ...runs])?.name).toBe('1')
  chooseModel(modelOfRun(foreign))
  expect(findExport([foreign, ...runs])?.name).toBe('1')
  uiStore.getState().setScreen('evaluate')
  expect(findExport([foreign, ...runs])?.name).toBe('3')
  // An ONNX file is exported already.
  chooseModel({ path: '/models/a.onnx', name: 'a', isRun: false })
  expect(findExport(runs)?.name).toBe('1')
  openTrained('trained')
  expect(findExport(runs)?.name).toBe('trained')
})

it('begins with the validation images of a run that has some, and with the test images of another', () => {
  chooseModel(modelOfRun({ id: '/runs/a', name: 'a', val: { loss: 1, accuracy: 0.5 } }))
  expect(state().split).toBe('val')
  chooseModel(modelOfRun({ id: '/runs/b', name: 'b', val: null }))
  expect(state().split).toBe('test')
})
