// ONNX files on disk with their data files: sizes, places, links, full disks.
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession, Tensor } from '../../src/main/engines/ort/silencedRuntime'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FileWriter } from '../../src/main/files/durableFile'
import { readOnnxModel, writeOnnxModel } from '../../src/main/models/onnxFiles'
import { readBytes } from '../../src/main/runs/runFolder'
import { GraphBuilder } from '../../src/shared/onnx/builder'
import { encodeModel } from '../../src/shared/onnx/bytes'
import type { OnnxModel } from '../../src/shared/onnx/model'
import { checkFile, hasChecker } from './modelFiles'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-onnx-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** y = x * w, with w: [64, 64] = 16,384 bytes, all of them `value`; and a bias that stays inside. */
function linearModel(value: number): OnnxModel {
  const builder = new GraphBuilder(false)
  const x = builder.input('x', 'float32', ['N', 64])
  const w = builder.initializer('dense/weight', {
    dataType: 'float32',
    dims: [64, 64],
    data: new Float32Array(4096).fill(value),
  })
  const bias = builder.initializer('dense/bias', { dataType: 'float32', dims: [64], data: new Float32Array(64) })
  const second = builder.initializer('second/weight', {
    dataType: 'float32',
    dims: [64, 17],
    data: new Float32Array(64 * 17).fill(1),
  })
  const y = builder.add('MatMul', [builder.add('Gemm', [x, w, bias]), second], {}, { name: 'y' })
  builder.output(y, 'float32', ['N', 17])
  const graph = builder.build('linear')
  return { irVersion: 8, opsets: { '': 17 }, producerName: 'netloom', producerVersion: '', metadata: {}, graph }
}

/** The linear model as a file whose weights are said to lie at `location`. */
async function writeWithLocation(location: string): Promise<string> {
  const path = join(folder, 'model.onnx')
  const write = (): number => 0
  await writeFile(path, encodeModel(linearModel(1), { externalise: { location, minimumBytes: 16_384, write } }))
  return path
}

describe('writeOnnxModel', () => {
  it('writes one file where the weights fit', async () => {
    const path = join(folder, 'model.onnx')
    expect(await writeOnnxModel(path, linearModel(1))).toEqual([path])
    expect(await readdir(folder)).toEqual(['model.onnx'])
    expect(await readOnnxModel(path)).toEqual(linearModel(1))
  })

  it('moves large weights into a data file that ONNX Runtime reads', async () => {
    const path = join(folder, 'model.onnx')
    expect(await writeOnnxModel(path, linearModel(0.5), 1000)).toEqual([path, `${path}.data`])
    // 16,384 bytes, then 64 * 17 * 4 = 4,352 from the next multiple of 4,096.
    expect(await readFile(`${path}.data`)).toHaveLength(16_384 + 4352)
    expect(await readOnnxModel(path)).toEqual(linearModel(0.5))
    const session = await InferenceSession.create(path)
    const { y } = await session.run({ x: new Tensor('float32', new Float32Array(64).fill(1), [1, 64]) })
    await session.release()
    // 64 inputs of 1 times 0.5 give 32; 64 of these give 2,048.
    expect(y?.data).toEqual(new Float32Array(17).fill(2048))
    if (hasChecker) checkFile(path)
  })

  it('leaves the earlier files whole where the disk is full, at any byte', async () => {
    const path = join(folder, 'model.onnx')
    await writeOnnxModel(path, linearModel(1), 1000)
    for (const room of [0, 5000, 20_736, 20_800]) {
      let left = room
      const fullDisk = async (file: FileHandle, bytes: Uint8Array): Promise<void> => {
        const part = bytes.subarray(0, left)
        left -= part.length
        if (part.length > 0) await file.write(part)
        if (part.length < bytes.length) throw Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC' })
      }
      await expect(writeOnnxModel(path, linearModel(2), 1000, new FileWriter(fullDisk))).rejects.toMatchObject({
        code: 'file.write',
        message: `"${path}" could not be written: the disk is full (ENOSPC). Free some space and try again.`,
      })
      expect(await readdir(folder)).toEqual(['model.onnx', 'model.onnx.data'])
      expect(await readOnnxModel(path)).toEqual(linearModel(1))
    }
  })
})

describe('readOnnxModel', () => {
  it('names a file that is not there', async () => {
    const path = join(folder, 'nothing.onnx')
    await expect(readOnnxModel(path)).rejects.toMatchObject({ code: 'file.read', path })
  })

  it('names a file that is no model', async () => {
    const path = join(folder, 'text.onnx')
    await writeFile(path, 'not a model')
    await expect(readOnnxModel(path)).rejects.toMatchObject({ code: 'onnx.malformed', path })
  })

  it('refuses a data file that is missing or too short', async () => {
    const path = await writeWithLocation('weights.bin')
    await expect(readOnnxModel(path)).rejects.toThrow('The data file "weights.bin" is not beside the model.')
    await writeFile(join(folder, 'weights.bin'), new Uint8Array(16_384))
    await truncate(join(folder, 'weights.bin'), 16_383)
    await expect(readOnnxModel(path)).rejects.toThrow(
      'The data file "weights.bin" has 16383 bytes; the model wants bytes 0 to 16384.',
    )
  })

  it.skipIf(process.platform === 'win32')('refuses at once a file that is longer than ONNX files are', async () => {
    const path = join(folder, 'long.onnx')
    await writeFile(path, encodeModel(linearModel(1)))
    await truncate(path, 40 * 2 ** 30)
    await expect(readOnnxModel(path)).rejects.toThrow('an ONNX file has at most 2147483647')
  })

  it.skipIf(process.platform === 'win32')('refuses weights that no memory holds', async () => {
    const path = join(folder, 'weights.safetensors')
    await writeFile(path, '')
    await truncate(path, 2 ** 43)
    await expect(readBytes(path)).rejects.toThrow('8 TiB would be read at once, and this machine has')
  })

  it('reads a part that several tensors name once, and refuses parts that are more than their file', async () => {
    const path = join(folder, 'shared.onnx')
    const bytes = new Uint8Array(4096)
    const withParts = async (offsets: readonly number[]) => {
      const builder = new GraphBuilder(false)
      const x = builder.input('x', 'float32', ['N', 1000])
      const sum = offsets.reduce((before, _, index) => {
        const weight = builder.initializer(`w${index}`, {
          dataType: 'float32',
          dims: [1000],
          data: new Float32Array(1000),
        })
        return builder.add('Add', [before, weight])
      }, x)
      builder.output(sum, 'float32')
      const places = [...offsets]
      const externalise = { location: 'shared.bin', minimumBytes: 1, write: () => places.shift() ?? 0 }
      await writeFile(join(folder, 'shared.bin'), bytes)
      await writeFile(path, encodeModel({ ...linearModel(1), graph: builder.build('shared') }, { externalise }))
      return readOnnxModel(path)
    }
    const { graph } = await withParts([0, 0, 0])
    const memoryOf = (name: string) => {
      const data = graph.initializers.get(name)?.data
      return data && 'buffer' in data ? data.buffer : undefined
    }
    expect(memoryOf('w0')).toBeInstanceOf(ArrayBuffer)
    expect(memoryOf('w0')).toBe(memoryOf('w2'))
    await expect(withParts([0, 8, 16])).rejects.toThrow('has 4096 bytes; the tensors of the model want 8000')
  })

  it('reads data files in folders below', async () => {
    const path = await writeWithLocation('parts/weights.bin')
    await mkdir(join(folder, 'parts'))
    await writeFile(join(folder, 'parts/weights.bin'), new Uint8Array(16_384))
    expect((await readOnnxModel(path)).graph.initializers.get('dense/weight')?.data).toEqual(new Float32Array(4096))
  })

  it.each(['../secret.bin', '/etc/passwd', 'parts/../../secret.bin', '.', ''])(
    'refuses the location "%s"',
    async (location) => {
      const path = await writeWithLocation(location)
      await expect(readOnnxModel(path)).rejects.toMatchObject({ code: 'onnx.externalData' })
    },
  )

  it('refuses a link that leads out of the folder, and a folder', async () => {
    const inner = join(folder, 'inner')
    await mkdir(inner)
    await writeFile(join(folder, 'secret.bin'), new Uint8Array(16_384))
    await symlink(join(folder, 'secret.bin'), join(inner, 'weights.bin'))
    const path = join(inner, 'model.onnx')
    await writeFile(path, await readFile(await writeWithLocation('weights.bin')))
    await expect(readOnnxModel(path)).rejects.toThrow('lies outside the folder of the model')
    await rm(join(inner, 'weights.bin'))
    await mkdir(join(inner, 'weights.bin'))
    await expect(readOnnxModel(path)).rejects.toThrow('The data file "weights.bin" is a folder.')
  })
})
