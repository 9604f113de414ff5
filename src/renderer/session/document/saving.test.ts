// Saving, opening and keeping unsaved work while other things happen: late answers, two saves, another network opened meanwhile.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { lenet5 } from '../../../shared/lectures/architectures/lenet5'
import { parseNodeId } from '../../../shared/graph/nodeId'
import { parseDocument, serializeDocument } from '../../../shared/graph/schema'
import { NetloomError } from '../../../shared/graph/errors'

interface SaveRequest {
  readonly path: string
  readonly text: string
  readonly replaces: number | null
  readonly mayReplace?: boolean
  readonly force?: boolean
}

interface KeepRequest {
  readonly id: string
  readonly seenMs: number | null
  readonly text: string
  readonly opened?: string
}

/** A file system of names, texts and times, which answers when it is told to, and refuses as the core does. */
const disk = vi.hoisted(() => ({
  files: new Map<string, { text: string; modifiedMs: number; isReadOnly?: boolean }>(),
  links: new Map<string, string>(),
  saves: [] as string[],
  recoveries: new Map<string, { seenMs: number | null; text: string; opened?: string }>(),
  clock: 100,
  /** What every answer waits for. */
  gate: Promise.resolve(),
  questions: [] as string[],
  answers: [] as (string | null)[],
  places: [] as (string | null)[],
  /** Whether the dialog asked before it gave a name that is taken. */
  mayReplace: false,
}))

vi.mock('../../kernel/core/client', async (original) => ({
  ...(await original<object>()),
  client: {
    projects: {
      save: async ({ path, text, replaces, mayReplace, force }: SaveRequest) => {
        disk.saves.push(path)
        const present = disk.files.get(path)
        if (present && present.modifiedMs !== replaces && !mayReplace && !force)
          throw new NetloomError('file.changed', 'It was changed.')
        if (present?.isReadOnly && !force) throw new NetloomError('file.readOnly', 'It is read-only.')
        const modifiedMs = ++disk.clock
        disk.files.set(path, { text, modifiedMs })
        await disk.gate
        return { path, modifiedMs }
      },
      open: async ({ path: asked }: { path: string }) => {
        await disk.gate
        const path = disk.links.get(asked) ?? asked
        const file = disk.files.get(path)
        if (!file) throw new NetloomError('file.read', 'It is not there.')
        return { path, ...file }
      },
      keepRecovery: async ({ id, seenMs, text, opened }: KeepRequest) => {
        await disk.gate
        disk.recoveries.set(id, { seenMs, text, opened })
      },
      discardRecovery: ({ id }: { id: string }) => {
        disk.recoveries.delete(id)
        return Promise.resolve()
      },
    },
  },
}))
vi.mock('../../kernel/dialogs/questions', () => ({
  ask: ({ title }: { title: string }) => {
    disk.questions.push(title)
    return Promise.resolve(disk.answers.shift() ?? null)
  },
  choosePath: () => Promise.resolve(disk.places.shift() ?? null),
  chooseTarget: () => {
    const path = disk.places.shift() ?? null
    return Promise.resolve(path === null ? null : { path, mayReplace: disk.mayReplace })
  },
}))

const { newDocument, openLoose, openPath, leaveDocument, saveDocument, saveDocumentAs } =
  await import('./documentFlows')
const { closeSession, documentStore, moveSession, openSession, openSessions, openText, presentSession, showSession } =
  await import('./documentStore')
const { canCloseTab, closeTab, showNextTab, showTab } = await import('./tabFlows')
const { uiStore } = await import('../../kernel/ui/uiStore')
const { keep, restoreWork } = await import('./recovery')

const state = () => documentStore.getState()
const nameAt = (path: string): string | undefined => {
  const file = disk.files.get(path)
  return file && parseDocument(file.text).name
}

function addLayer(id: string): void {
  state().apply({ type: 'addNode', node: { id: parseNodeId(id), type: 'relu', params: {} } }, `Add ${id}`)
}

function rename(name: string): void {
  state().apply({ type: 'setName', name }, 'Name the network')
}

/** Holds back every answer of the core until it is called. */
function closeGate(): () => void {
  let open: () => void = () => {}
  disk.gate = new Promise((resolve) => (open = resolve))
  return open
}

/** Lets everything happen that is ready to. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5))

beforeEach(() => {
  disk.files.clear()
  disk.recoveries.clear()
  for (const list of [disk.saves, disk.questions, disk.answers, disk.places]) list.splice(0)
  disk.gate = Promise.resolve()
  disk.mayReplace = false
  openSession(lenet5.build())
})

describe('a save that returns late', () => {
  it('gives its path to its own network, not to the one opened meanwhile', async () => {
    disk.files.set('/b.netloom.json', { text: serializeDocument({ ...lenet5.build(), name: 'b' }), modifiedMs: 1 })
    rename('a')
    disk.places.push('/a.netloom.json')
    const open = closeGate()
    const first = presentSession()
    const saved = saveDocument()
    await settle()
    openText(disk.files.get('/b.netloom.json')?.text ?? '', { path: '/b.netloom.json', modifiedMs: 1 })
    open()
    expect(await saved).toBe(true)
    expect(first.state).toMatchObject({ path: '/a.netloom.json', isDirty: false })
    expect(state()).toMatchObject({ path: '/b.netloom.json', modifiedMs: 1 })
    addLayer('more')
    expect(await saveDocument()).toBe(true)
    expect([nameAt('/a.netloom.json'), nameAt('/b.netloom.json')]).toEqual(['a', 'b'])
    expect(disk.questions).toEqual([])
  })

  it('leaves what was changed meanwhile unsaved', async () => {
    disk.places.push('/a.netloom.json')
    rename('a')
    const open = closeGate()
    const saved = saveDocument()
    await settle()
    addLayer('later')
    open()
    await saved
    expect(state()).toMatchObject({ path: '/a.netloom.json', isDirty: true })
  })
})

describe('many saves at once', () => {
  it('run one after another without a false question, and write no more than they must', async () => {
    disk.places.push('/a.netloom.json')
    rename('a')
    await saveDocument()
    addLayer('relu9')
    const open = closeGate()
    const saves = Array.from({ length: 7 }, () => saveDocument())
    await settle()
    open()
    expect(await Promise.all(saves)).toEqual(saves.map(() => true))
    expect(disk.questions).toEqual([])
    expect(disk.saves).toEqual(['/a.netloom.json', '/a.netloom.json'])
    expect(state()).toMatchObject({ isDirty: false, modifiedMs: disk.files.get('/a.netloom.json')?.modifiedMs })
  })

  it('write again what was changed between them', async () => {
    disk.places.push('/a.netloom.json')
    rename('a')
    const first = saveDocument()
    await settle()
    rename('b')
    await Promise.all([first, saveDocument()])
    expect(nameAt('/a.netloom.json')).toBe('b')
    expect(disk.questions).toEqual([])
  })

  it('include the one of the question before leaving', async () => {
    disk.places.push('/a.netloom.json')
    rename('a')
    const open = closeGate()
    disk.answers.push('save')
    const both = [saveDocument(), leaveDocument()]
    await settle()
    open()
    expect(await Promise.all(both)).toEqual([true, true])
    expect(disk.saves).toEqual(['/a.netloom.json'])
  })
})

describe('a file that is not as it was', () => {
  it('is asked about where another program changed it, where it is read-only, and where it was there before', async () => {
    disk.places.push('/a.netloom.json')
    rename('a')
    await saveDocument()
    disk.files.set('/a.netloom.json', { text: 'other', modifiedMs: 7777 })
    addLayer('one')
    expect(await saveDocument()).toBe(false)
    disk.answers.push('overwrite')
    expect(await saveDocument()).toBe(true)
    const file = disk.files.get('/a.netloom.json')
    if (file) file.isReadOnly = true
    addLayer('two')
    expect(await saveDocument()).toBe(false)
    disk.files.set('/c.netloom.json', { text: 'other', modifiedMs: 1 })
    disk.places.push('/c.netloom.json')
    expect(await saveDocumentAs()).toBe(false)
    expect(disk.questions).toEqual([
      'a.netloom.json was changed elsewhere',
      'a.netloom.json was changed elsewhere',
      'a.netloom.json is read-only',
      'Replace c.netloom.json?',
    ])
    expect(disk.files.get('/c.netloom.json')?.text).toBe('other')
  })

  it('is replaced without a second question where the dialog has asked about just that name', async () => {
    disk.mayReplace = true
    disk.files.set('/c.netloom', { text: 'other', modifiedMs: 1 })
    disk.places.push('/c.netloom')
    expect(await saveDocumentAs()).toBe(true)
    expect([disk.files.get('/c.netloom')?.text === 'other', disk.questions]).toEqual([false, []])
    // The name became another one: about that nobody was asked.
    disk.files.set('/d.netloom', { text: 'other', modifiedMs: 1 })
    disk.places.push('/d')
    expect(await saveDocumentAs()).toBe(false)
    disk.files.set('/e.netloom', { text: 'other', modifiedMs: 1, isReadOnly: true })
    disk.places.push('/e.netloom')
    expect(await saveDocumentAs()).toBe(false)
    expect(disk.questions).toEqual(['Replace d.netloom?', 'e.netloom is read-only'])
  })
})

describe('opening', () => {
  it('gives a file a tab of its own, also where another network was opened or changed while it was read', async () => {
    disk.files.set('/slow.netloom.json', {
      text: serializeDocument({ ...lenet5.build(), name: 'slow' }),
      modifiedMs: 1,
    })
    const open = closeGate()
    const opened = openPath('/slow.netloom.json')
    await settle()
    openLoose({ ...lenet5.build(), name: 'quick' })
    addLayer('typed-meanwhile')
    const quick = presentSession()
    open()
    expect(await opened).toBe(true)
    expect([state().document.name, disk.questions]).toEqual(['slow', []])
    expect(quick.state).toMatchObject({ isDirty: true, document: { name: 'quick' } })
    showSession(quick)
    expect(state().document.nodes.at(-1)?.id).toBe('typed-meanwhile')
  })

  it('shows a document that is open, under whatever name it was asked for, and takes the place of an untouched one', async () => {
    disk.files.set('/a.netloom.json', { text: serializeDocument({ ...lenet5.build(), name: 'a' }), modifiedMs: 1 })
    disk.links.set('/link.netloom.json', '/a.netloom.json')
    newDocument()
    const count = openSessions().length
    await openPath('/a.netloom.json')
    const first = presentSession()
    expect(openSessions()).toHaveLength(count)
    for (const path of ['/a.netloom.json', '/link.netloom.json']) {
      newDocument()
      addLayer('begun')
      expect(await openPath(path)).toBe(true)
      expect(presentSession()).toBe(first)
    }
  })
})

describe('tabs', () => {
  const names = () => openSessions().map(({ state: { document } }) => document.name)
  const open = (...all: readonly string[]) => all.map((name) => openSession({ ...lenet5.build(), name }))

  beforeEach(() => {
    for (const session of openSessions()) closeSession(session)
  })

  it('stand in the order of their opening, can be moved, and the neighbour of a closed one comes to the screen', () => {
    const [a, b, c] = open('a', 'b', 'c')
    showSession(a!)
    open('d')
    expect(names()).toEqual(['a', 'd', 'b', 'c'])
    moveSession(c!, 0)
    moveSession(a!, 99)
    expect(names()).toEqual(['c', 'd', 'b', 'a'])
    showSession(b!)
    closeSession(b!)
    expect(state().document.name).toBe('a')
    closeSession(c!)
    expect([names(), state().document.name]).toEqual([['d', 'a'], 'a'])
    // One that was closed is not shown again, nor moved.
    showSession(b!)
    moveSession(b!, 0)
    expect([names(), state().document.name]).toEqual([['d', 'a'], 'a'])
  })

  it('keep to each its history, selection and screen', () => {
    const [a, b] = open('a', 'b')
    uiStore.getState().setScreen('train')
    addLayer('in-b')
    showTab(a!)
    expect([uiStore.getState().screen, state().past.length, state().selection.size]).toEqual(['design', 0, 0])
    state().undo()
    state().select(['conv1'])
    showNextTab(1)
    expect([presentSession(), uiStore.getState().screen, state().undoLabel]).toEqual([b, 'train', 'Add in-b'])
    showNextTab(1)
    expect([presentSession(), [...state().selection]]).toEqual([a, ['conv1']])
  })

  it('ask before they close with changes, one after the other, and stay where that is cancelled', async () => {
    const [, b] = open('a', 'b')
    addLayer('unsaved')
    open('c')
    expect(await closeTab(b)).toBe(false)
    expect([names(), presentSession()]).toEqual([['a', 'b', 'c'], b])
    disk.answers.push('discard')
    expect(await closeTab(b)).toBe(true)
    expect([names(), disk.questions]).toEqual([['a', 'c'], Array.from({ length: 2 }, () => 'Save changes to b?')])
    while (openSessions().length > 1 || canCloseTab()) await closeTab()
    expect([names(), uiStore.getState().screen]).toEqual([['untitled'], 'welcome'])
  })
})

describe('unsaved work', () => {
  it('is kept with the time at which its file was seen, and does not write over a newer one unasked', async () => {
    openText(serializeDocument(lenet5.build()), { path: '/a.netloom.json', modifiedMs: 5 })
    addLayer('unsaved')
    const { recovery } = presentSession()
    await keep(presentSession())
    expect(disk.recoveries.get(recovery)?.seenMs).toBe(5)
    // The window is gone, and somebody else has written the file since.
    disk.files.set('/a.netloom.json', { text: 'newer', modifiedMs: 9 })
    restoreWork({
      id: recovery,
      path: '/a.netloom.json',
      name: 'x',
      savedMs: 1,
      ...required(disk.recoveries.get(recovery)),
    })
    expect(state()).toMatchObject({ isDirty: true, modifiedMs: 5 })
    expect(presentSession()).toMatchObject({ recovery, isRecoveryKept: true })
    expect(await saveDocument()).toBe(false)
    expect(disk.questions).toEqual(['a.netloom.json was changed elsewhere'])
    expect(disk.files.get('/a.netloom.json')?.text).toBe('newer')
  })

  it('keeps where its changes began, also when it is lost once more', async () => {
    const { opened } = state()
    for (const id of ['first', 'second']) {
      addLayer(id)
      const { recovery } = presentSession()
      await keep(presentSession())
      const copy = required(disk.recoveries.get(recovery))
      openSession()
      restoreWork({ id: recovery, path: null, name: 'x', savedMs: 1, ...copy })
      expect(state().document.nodes.at(-1)?.id).toBe(id)
      expect([serializeDocument(state().opened), state().saved]).toEqual([serializeDocument(opened), null])
    }
  })

  it('is thrown away where its copy arrives after the network was left or saved', async () => {
    addLayer('unsaved')
    const left = presentSession()
    const open = closeGate()
    const kept = keep(left)
    closeSession(left)
    open()
    await kept
    expect(disk.recoveries.size).toBe(0)
    await keep(left)
    expect(disk.recoveries.size).toBe(0)
  })
})

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing was kept')
  return value
}

describe('the store of the network on the screen', () => {
  it('goes over to the next network, and tells nothing of the one before', () => {
    const seen: string[] = []
    const first = presentSession()
    const end = documentStore.subscribe(({ document }, before) =>
      seen.push(`${before.document.name} > ${document.name}`),
    )
    first.state.apply({ type: 'setName', name: 'one' }, 'Name')
    openSession({ ...lenet5.build(), name: 'two' })
    first.state.apply({ type: 'setName', name: 'unseen' }, 'Name')
    rename('three')
    end()
    rename('four')
    expect(seen).toEqual(['lenet5 > one', 'one > two', 'two > three'])
  })
})
