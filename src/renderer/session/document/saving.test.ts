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
      open: async ({ path }: { path: string }) => {
        await disk.gate
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

const { openLoose, openPath, leaveDocument, saveDocument, saveDocumentAs } = await import('./documentFlows')
const { documentStore, openSession, openText, presentSession } = await import('./documentStore')
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
  it('drops a file that arrives after another network was opened', async () => {
    disk.files.set('/slow.netloom.json', {
      text: serializeDocument({ ...lenet5.build(), name: 'slow' }),
      modifiedMs: 1,
    })
    const open = closeGate()
    const opened = openPath('/slow.netloom.json')
    await settle()
    await openLoose({ ...lenet5.build(), name: 'quick' })
    open()
    expect(await opened).toBe(false)
    expect(state().document.name).toBe('quick')
  })

  it('asks again about what was changed while the file was read', async () => {
    disk.files.set('/slow.netloom.json', { text: serializeDocument(lenet5.build()), modifiedMs: 1 })
    const open = closeGate()
    const opened = openPath('/slow.netloom.json')
    await settle()
    addLayer('typed-meanwhile')
    open()
    expect(await opened).toBe(false)
    expect(disk.questions).toHaveLength(1)
    expect(state().document.nodes.some(({ id }) => id === 'typed-meanwhile')).toBe(true)
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
    openSession()
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
