// The dataset of the network on the screen: stated in the document alone, described late, chosen while another network is opened, undone.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { lenet5 } from '../../../shared/lectures/architectures/lenet5'
import { NetloomError } from '../../../shared/graph/errors'
import { serializeDocument } from '../../../shared/graph/schema'
import type { Description } from './descriptions'

type DescribeEvent =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'description'; readonly description: Description; readonly quick: boolean }

/** A core that tells of a dataset what and when the test wants. */
const core = vi.hoisted(() => ({
  asked: [] as string[],
  tell: new Map<string, (event: DescribeEvent | 'end' | Error) => void>(),
  aborted: [] as string[],
}))

vi.mock('../../kernel/core/client', async (original) => ({
  ...(await original<object>()),
  client: {
    datasets: {
      images: () => Promise.resolve({ total: 0, images: [] }),
      describe: ({ reference }: { reference: string }, { signal }: { signal: AbortSignal }) => {
        core.asked.push(reference)
        const waiting: (DescribeEvent | 'end' | Error)[] = []
        let wake: () => void = () => {}
        core.tell.set(reference, (event) => {
          waiting.push(event)
          wake()
        })
        signal.addEventListener('abort', () => {
          core.aborted.push(reference)
          waiting.push(new DOMException('aborted', 'AbortError'))
          wake()
        })
        const events = async function* (): AsyncGenerator<DescribeEvent> {
          for (;;) {
            const event = waiting.shift()
            if (event === 'end') return
            if (event instanceof Error) throw event
            if (event) yield event
            else await new Promise<void>((resolve) => (wake = resolve))
          }
        }
        return Promise.resolve(events())
      },
    },
  },
}))

const { queryClient } = await import('../../kernel/queries/queryClient')
const { documentStore, openSession, openText, presentSession, showSession } = await import('../document/documentStore')
const {
  cancelDescribing,
  chooseDataset,
  datasetStore,
  describeChosenAgain,
  describeNoted,
  forgetDataset,
  renameClass,
  setResize,
} = await import('./datasetStore')

const state = () => datasetStore.getState()
const document = () => documentStore.getState().document
const settle = () => new Promise((resolve) => setTimeout(resolve, 5))

function describing(reference: string, ...classes: readonly string[]): DescribeEvent {
  const description: Description = {
    reference,
    kind: 'folder',
    recognisedBecause: '',
    classes: [...classes],
    channels: 1,
    splits: { train: { count: 10, perClass: [] } },
    splitRule: '',
    sizes: [],
    unreadable: [],
    contradictions: [],
    duplicatesAcrossSplits: [],
    fingerprint: '',
  }
  return { kind: 'description', description, quick: true }
}

async function tell(reference: string, ...events: readonly (DescribeEvent | 'end' | Error)[]): Promise<void> {
  for (const event of events) core.tell.get(reference)?.(event)
  await settle()
}

/** Chooses a dataset and answers at once. */
async function choose(reference: string, ...classes: readonly string[]): Promise<void> {
  const chosen = chooseDataset({ reference, options: {} })
  await settle()
  await tell(reference, describing(reference, ...classes), 'end')
  await chosen
}

beforeEach(() => {
  queryClient.clear()
  core.asked.splice(0)
  core.aborted.splice(0)
  core.tell.clear()
  openSession(lenet5.build())
})

describe('a network', () => {
  it('starts without a dataset, also after another one had some', async () => {
    await choose('folder:pets', 'cat', 'dog')
    expect(state()).toMatchObject({ noted: { reference: 'folder:pets' }, classes: ['cat', 'dog'] })
    const text = serializeDocument(document())
    openSession(lenet5.build())
    expect(state()).toMatchObject({ noted: null, chosen: null, classes: null, description: null, error: null })
    // A recovered one has its own, and what was known of it is known still.
    openText(text, { isDirty: true })
    expect(state()).toMatchObject({ noted: { reference: 'folder:pets' }, classes: ['cat', 'dog'] })
  })

  it('has the dataset before again after undo, on every screen', async () => {
    await choose('folder:pets', 'cat', 'dog')
    await choose('folder:cars', 'car', 'bus', 'van')
    expect(state().classes).toEqual(['car', 'bus', 'van'])
    documentStore.getState().undo()
    expect(state()).toMatchObject({ chosen: { reference: 'folder:pets' }, classes: ['cat', 'dog'] })
    documentStore.getState().undo()
    expect(state()).toMatchObject({ chosen: null, classes: null })
    documentStore.getState().redo()
    expect(state().classes).toEqual(['cat', 'dog'])
    expect(core.asked).toEqual(['folder:pets', 'folder:cars'])
  })

  it('says what is wrong with what its document says of a dataset', () => {
    openSession({ ...lenet5.build(), dataset: { source: 'folder:pets', options: { limit: 'many' } } })
    expect(state()).toMatchObject({ noted: null, chosen: null })
    expect(state().error).toContain('options of dataset "folder:pets", limit')
  })
})

describe('choosing a dataset', () => {
  it('notes it in the document with the first description, while its images are still read', async () => {
    const chosen = chooseDataset({ reference: 'folder:pets', options: { limit: 20 } })
    await settle()
    expect(state()).toMatchObject({ noted: null, chosen: { reference: 'folder:pets' }, isDescribing: true })
    await tell('folder:pets', { kind: 'progress', done: 3, total: 10 })
    expect(state().progress).toEqual({ done: 3, total: 10 })
    await tell('folder:pets', describing('folder:pets', 'cat', 'dog'))
    await chosen
    expect(document()).toMatchObject({
      dataset: { source: 'folder:pets', options: { limit: 20 } },
      classes: ['cat', 'dog'],
    })
    expect(state()).toMatchObject({ isDescribing: true, isQuick: true })
    await tell('folder:pets', { ...describing('folder:pets', 'cat', 'dog'), quick: false } as DescribeEvent, 'end')
    expect(state()).toMatchObject({ isDescribing: false, isQuick: false, progress: null })
  })

  it('looks at the same dataset all the time, in the same words', async () => {
    const seen = new Set<string>()
    const chosen = chooseDataset({ reference: 'folder:pets', options: { limit: 20 } })
    const end = datasetStore.subscribe((now) => seen.add(JSON.stringify(now.chosen)))
    await settle()
    await tell('folder:pets', describing('folder:pets', 'cat', 'dog'), 'end')
    await chosen
    end()
    expect([...seen]).toEqual(['{"reference":"folder:pets","options":{"limit":20}}'])
  })

  it('is of the network for which it was made, whichever is on the screen when it is read', async () => {
    const first = presentSession()
    const chosen = chooseDataset({ reference: 'folder:pets', options: {} })
    await settle()
    const { document: other } = openSession({ ...lenet5.build(), name: 'other' }).state
    expect(state()).toMatchObject({ chosen: null, isDescribing: false })
    await tell('folder:pets', describing('folder:pets', 'cat', 'dog'), 'end')
    await chosen
    expect(document()).toBe(other)
    expect(state().noted).toBeNull()
    showSession(first)
    expect([document().dataset, document().classes]).toEqual([{ source: 'folder:pets' }, ['cat', 'dog']])
    expect(state()).toMatchObject({ noted: { reference: 'folder:pets' } })
  })

  it('takes the last of two wishes', async () => {
    const first = chooseDataset({ reference: 'folder:slow', options: {} })
    await settle()
    const second = chooseDataset({ reference: 'folder:quick', options: {} })
    await settle()
    await tell('folder:quick', describing('folder:quick', 'a', 'b'), 'end')
    await tell('folder:slow', describing('folder:slow', 'c', 'd'), 'end')
    await Promise.all([first, second])
    expect(document().dataset).toEqual({ source: 'folder:quick' })
    expect(core.aborted).toEqual(['folder:slow'])
  })

  it('that fails leaves the document as it was, and can be tried again', async () => {
    await choose('folder:pets', 'cat', 'dog')
    const failing = chooseDataset({ reference: 'folder:none', options: {} })
    await settle()
    await tell('folder:none', new NetloomError('dataset.missing', 'There is no such folder.'))
    await failing
    expect(document().dataset).toEqual({ source: 'folder:pets' })
    expect(state()).toMatchObject({ chosen: { reference: 'folder:none' }, error: 'There is no such folder.' })
    await choose('folder:none', 'x', 'y')
    expect(state()).toMatchObject({ noted: { reference: 'folder:none' }, error: null })
  })

  it('can be cancelled: before anything is known nothing stays, afterwards what is known', async () => {
    const chosen = chooseDataset({ reference: 'folder:pets', options: {} })
    await settle()
    cancelDescribing()
    await chosen
    expect(state()).toMatchObject({ chosen: null, error: null, isDescribing: false })
    const again = chooseDataset({ reference: 'folder:pets', options: {} })
    await settle()
    await tell('folder:pets', describing('folder:pets', 'cat', 'dog'))
    await again
    cancelDescribing()
    await settle()
    expect(state()).toMatchObject({ classes: ['cat', 'dog'], isDescribing: false, error: null })
  })
})

describe('the dataset of a document', () => {
  it('is read once where it is noted, and again when asked', async () => {
    openSession({ ...lenet5.build(), dataset: { source: 'folder:pets' } })
    describeNoted()
    describeNoted()
    await settle()
    await tell('folder:pets', describing('folder:pets', 'cat', 'dog'), 'end')
    describeNoted()
    expect(core.asked).toEqual(['folder:pets'])
    describeChosenAgain()
    await settle()
    expect(core.asked).toEqual(['folder:pets', 'folder:pets'])
    expect(state()).toMatchObject({ isDescribing: true, description: null })
    // Reading it is no change of the document.
    expect(documentStore.getState().isDirty).toBe(false)
  })

  it('can be put away, and its classes and the fitting of its images changed, undoably', async () => {
    await choose('folder:pets', 'cat', 'dog')
    setResize('crop')
    expect(document().dataset).toEqual({ source: 'folder:pets', options: { resize: 'crop' } })
    renameClass('cat', 'kitten')
    await settle()
    await tell('folder:pets', describing('folder:pets', 'kitten', 'dog'), 'end')
    expect(document()).toMatchObject({
      dataset: { options: { classNames: [['cat', 'kitten']], resize: 'crop' } },
      classes: ['kitten', 'dog'],
    })
    forgetDataset()
    expect(document().dataset).toBeUndefined()
    expect(state()).toMatchObject({ chosen: null, resize: 'stretch' })
    documentStore.getState().undo()
    expect(state()).toMatchObject({ classes: ['kitten', 'dog'], resize: 'crop' })
  })
})
