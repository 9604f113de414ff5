// Importing while other things happen: another file, a cancelled dialog, a file that is still handed over.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { heldStream, settle, type HeldStream } from '../../../../../tests/fixtures/heldStream'
import type { ImportEvent } from '../../../../shared/contract/importCalls'
import { serializeDocument } from '../../../../shared/graph/schema'
import { lenet5 } from '../../../../shared/lectures/architectures/lenet5'

const core = vi.hoisted(() => ({
  streams: [] as unknown[],
  opened: [] as { readonly path: string; readonly flat: boolean; readonly output?: string }[],
  discarded: [] as string[],
  forgotten: [] as string[],
  /** What the handing over of a file waits for. */
  gate: Promise.resolve(),
}))

vi.mock('../../../kernel/core/client', async (original) => ({
  ...(await original<object>()),
  client: {
    imports: {
      open: (
        request: { readonly path: string; readonly flat: boolean; readonly output?: string },
        { signal }: { signal: AbortSignal },
      ) => {
        core.opened.push(request)
        return (core.streams.shift() as HeldStream<ImportEvent>).open(signal)
      },
      discard: ({ id }: { readonly id: string }) => {
        core.discarded.push(id)
        return Promise.resolve()
      },
    },
    uploads: {
      begin: async () => {
        await core.gate
        return { upload: 'upload-1' }
      },
      append: () => Promise.resolve(),
      discard: ({ upload }: { readonly upload: string }) => {
        core.forgotten.push(upload)
        return Promise.resolve()
      },
    },
    datasets: { images: () => Promise.resolve({ total: 0, images: [] }) },
  },
}))

const { beginImport, cancelImport, importStore, setFlat, setOutput } = await import('./importStore')

const present = () => importStore.getState().present

function network(id: string, name: string): ImportEvent {
  const facts = {
    opset: 17,
    operators: { total: 1, folded: 0, kept: 1, unsupported: {}, unused: 0 },
    widened: {},
    trainingNodes: 0,
    input: { name: 'x', layout: 'nchw', shape: [1, 28, 28] },
    output: { name: 'y', shape: [10], choices: ['y', 'age'] },
    notes: [],
    nodes: 1,
    blocks: {},
    parameters: 0,
    macs: 0,
  }
  return { kind: 'network', id, document: serializeDocument({ ...lenet5.build(), name }), facts }
}

function nextStream(staysDeaf = false): HeldStream<ImportEvent> {
  const stream = heldStream<ImportEvent>(staysDeaf)
  core.streams.push(stream)
  return stream
}

beforeEach(() => {
  cancelImport()
  core.gate = Promise.resolve()
  for (const list of [core.streams, core.opened, core.discarded, core.forgotten]) list.splice(0)
})

describe('an import', () => {
  it('gives way to another file; what still comes of it is dropped and thrown away', async () => {
    const [late, stream] = [nextStream(true), nextStream()]
    beginImport({ name: 'a.onnx', path: '/a.onnx' })
    await settle()
    beginImport({ name: 'b.onnx', path: '/b.onnx' })
    await settle()
    late.send(network('import-a', 'a'))
    stream.send(network('import-b', 'b'))
    await settle()
    expect([present()?.network?.document.name, present()?.error]).toEqual(['b', null])
    expect(core.discarded).toEqual(['import-a'])
  })

  it('whose dialog is closed throws away what it finds, also late, and says nothing of a late failure', async () => {
    const late = nextStream(true)
    beginImport({ name: 'a.onnx', path: '/a.onnx' })
    await settle()
    cancelImport()
    late.send(network('import-a', 'a'))
    await settle()
    expect([present(), core.discarded, late.isAborted]).toEqual([null, ['import-a'], true])
    const failing = nextStream(true)
    beginImport({ name: 'b.onnx', path: '/b.onnx' })
    await settle()
    cancelImport()
    failing.fail(new Error('too late'))
    await settle()
    expect(present()).toBeNull()
  })

  it('in another form replaces the network that was found', async () => {
    const [grouped, flat] = [nextStream(), nextStream()]
    beginImport({ name: 'a.onnx', path: '/a.onnx' })
    await settle()
    grouped.send(network('import-1', 'grouped'))
    await settle()
    setFlat(true)
    await settle()
    expect([core.discarded, present()?.network]).toEqual([['import-1'], null])
    flat.send(network('import-2', 'flat'))
    await settle()
    expect([present()?.network?.document.name, core.opened.map((each) => each.flat)]).toEqual(['flat', [false, true]])
  })

  it('takes another output of the file where one is chosen', async () => {
    const [first, second] = [nextStream(), nextStream()]
    beginImport({ name: 'a.onnx', path: '/a.onnx' })
    await settle()
    first.send(network('import-1', 'first'))
    await settle()
    setOutput('age')
    await settle()
    second.send(network('import-2', 'second'))
    await settle()
    expect([core.discarded, present()?.network?.document.name]).toEqual([['import-1'], 'second'])
    expect(core.opened.map(({ output }) => output)).toEqual([undefined, 'age'])
  })

  it('forgets a file that was handed over for it, also one that arrives after the dialog was closed', async () => {
    let open = (): void => undefined
    core.gate = new Promise((resolve) => (open = resolve))
    beginImport({ name: 'a.onnx', file: new File([new Uint8Array(10)], 'a.onnx') })
    await settle()
    cancelImport()
    open()
    await settle()
    expect([core.forgotten, core.opened]).toEqual([['upload-1'], []])
  })

  it('stands with its failure', async () => {
    const stream = nextStream()
    beginImport({ name: 'a.onnx', path: '/a.onnx' })
    await settle()
    stream.fail(new Error('It is cut short.'))
    await settle()
    expect(present()?.error).toBe('It is cut short.')
  })
})
