// Pipes, devices and folders where a file is wanted: refused at once and by name, by every reader and writer.
import { execFileSync, spawn } from 'node:child_process'
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decodeImage } from '../../src/main/datasets/decodeImage'
import { openDataset } from '../../src/main/datasets/openDataset'
import { importTfjsNetwork } from '../../src/main/exchange/importTfjsFile'
import { findNetwork, readDocument } from '../../src/main/files/projects'
import { openAppendSync, openRegularSync, readText } from '../../src/main/files/readRegular'
import { readDocumentFile } from '../../src/main/api/projectsApi'
import { ZipPackage } from '../../src/main/devices/cuda/ZipPackage'
import { BlockLibrary } from '../../src/main/files/blockLibrary'
import { readLockText } from '../../src/main/files/lockFile'
import { RecoveryShelf } from '../../src/main/files/recoveryShelf'
import { StateFile } from '../../src/main/files/stateFolder'
import { FileWriter } from '../../src/main/files/durableFile'
import { requireReplaceable } from '../../src/main/files/replacing'
import { readOnnxModel } from '../../src/main/models/onnxFiles'
import { readCheckpoint, readRun } from '../../src/main/runs/runFolder'
import { readMetrics } from '../../src/main/runs/runMetrics'
import { plainPng } from '../datasets/imageFiles'

const folder = mkdtempSync(join(tmpdir(), 'netloom-pipes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function pipe(name: string): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  execFileSync('mkfifo', [path])
  return path
}

/** What a promise fails with, within two seconds. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const late = new Promise<string>((resolve) => setTimeout(() => resolve('waits'), 2000).unref())
  const failed = work.then(
    () => 'was taken',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  return Promise.race([failed, late])
}

const format = { channels: 1, height: 2, width: 2, resize: 'stretch' } as const

const readers: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
  ['net.netloom.json', readDocument],
  ['model.onnx', readOnnxModel],
  ['list.csv', (path) => openDataset(path)],
  ['csv.txt', (path) => openDataset(`csv:${path}`)],
  ['x.png', (path) => decodeImage(path, format)],
  ['names.txt', readText],
  ['tfjs/model.json', (path) => importTfjsNetwork(path, {})],
  ['run/run.json', (path) => readRun(dirname(path))],
  ['run/checkpoints/last.safetensors', (path) => readCheckpoint(dirname(dirname(path)), 'last')],
  ['run/metrics.jsonl', (path) => readMetrics(dirname(path), 0)],
  ['timed/timing.jsonl', (path) => readMetrics(dirname(path), 0)],
  ['opened.netloom', readDocumentFile],
  ['cuda.nupkg', (path) => ZipPackage.open(path)],
  ['library/blocks.json', (path) => new BlockLibrary(dirname(path)).list()],
  ['library/recent.json', (path) => new StateFile(dirname(path), 'recent.json', z.array(z.string()), []).read()],
  ['log/metrics.jsonl', (path) => new FileWriter().openLog(path, 0)],
  ['log/log.txt', async (path) => openAppendSync(path)],
]

describe.skipIf(process.platform === 'win32')('a pipe where a file is wanted', () => {
  it.each(readers)('is refused as %s', async (name, read) => {
    const path = pipe(name)
    expect(await refusal(read(path))).toContain('is a pipe, not a file')
  })

  it('among images is left out of them, and named', async () => {
    for (const name of ['a', 'b']) mkdirSync(join(folder, 'images', name), { recursive: true })
    for (const name of ['a/1.png', 'b/1.png']) writeFileSync(join(folder, 'images', name), await plainPng([1, 2, 3]))
    pipe('images/a/x.png')
    const { description } = await openDataset(join(folder, 'images'))
    expect(description.unreadable).toEqual([{ file: 'a/x.png', reason: 'is a pipe, not a file' }])
  })

  it('on the recovery shelf hides no copy beside it', async () => {
    pipe('state/recoveries/x.recovery.json')
    mkdirSync(join(folder, 'state/recoveries/y.recovery.json'))
    const shelf = new RecoveryShelf(join(folder, 'state'))
    await shelf.keep({ id: 'kept', path: null, name: 'kept', text: '{}', savedMs: 1, seenMs: null })
    expect((await shelf.list()).map(({ id }) => id)).toEqual(['kept'])
  })

  it('in place of a lock is no holder', async () => {
    expect(readLockText(pipe('lock'))).toBe('')
  })

  it('in place of the numbers of a dataset is not waited for', async () => {
    for (const name of ['idx/train-images-idx3-ubyte', 'cifar/test_batch.bin'])
      expect(await refusal(openDataset(dirname(pipe(name))))).toMatch(/holds no images/)
  })

  it('is not replaced by a file, not even by force; nor is a device', async () => {
    expect(await refusal(requireReplaceable([pipe('out.onnx')], { force: true }))).toContain('is a pipe, not a file')
    expect(await refusal(requireReplaceable(['/dev/null'], { force: true }))).toContain('is a device, not a file')
    const written = new FileWriter().writeWhole(pipe('out.json'), [])
    expect(await refusal(written)).toContain('is a pipe, not a file')
    expect(() => openRegularSync('/dev/zero')).toThrow('is a device, not a file')
    expect(await refusal(readDocument('/dev/zero'))).toContain('is a device, not a file')
  })

  it('is read where a shell gives it in place of a text', async () => {
    const path = pipe('given')
    const end = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    spawn('sh', ['-c', `sleep 0.1; printf 'one\\ntwo\\n' > '${path}'`], { stdio: 'ignore' })
    expect(await readText(`/dev/fd/${end}`)).toBe('one\ntwo\n')
    closeSync(end)
    expect(await findNetwork('-')).toEqual({ kind: 'document', path: '-' })
  })
})
