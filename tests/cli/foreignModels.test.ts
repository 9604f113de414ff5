// ONNX models as other programs write them: a fixed batch size, probabilities at the end, class names of their own.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { metadataKeys } from '../../src/shared/lower/networkModel'
import { GraphBuilder } from '../../src/shared/onnx/builder'
import { encodeModel } from '../../src/shared/onnx/bytes'
import { isOneMessage, makeFolder, parseJson, runCli } from './runCli'

const folder = makeFolder()
const classes = ['red', 'green', 'blue']

/** The mean of each channel as its class, with softmax at the end where wanted: a classifier of plain colours. */
function writeModel(name: string, batch: number | string, softmax: boolean, names?: readonly string[]): void {
  const builder = new GraphBuilder(false)
  const input = builder.input('images', 'float32', [batch, 3, 4, 4])
  const means = builder.add('GlobalAveragePool', [input])
  const flat = builder.add('Flatten', [means])
  const scores = builder.add('Mul', [flat, builder.scalar(5)])
  builder.output(softmax ? builder.add('Softmax', [scores], { axis: 1 }) : scores, 'float32', [batch, 3])
  const metadata: Record<string, string> = names ? { [metadataKeys.classes]: JSON.stringify(names) } : {}
  const model = {
    irVersion: 8,
    opsets: { '': 17 },
    producerName: 'other',
    producerVersion: '1',
    metadata,
    graph: builder.build('colours'),
  }
  writeFileSync(join(folder, name), encodeModel(model))
}

beforeAll(async () => {
  for (const [index, name] of classes.entries()) {
    mkdirSync(join(folder, 'colours', 'test', name), { recursive: true })
    for (let i = 0; i < 3; i++) {
      const background = { r: 40, g: 40, b: 40, [['r', 'g', 'b'][index] ?? 'r']: 200 + i }
      const image = sharp({ create: { width: 8, height: 8, channels: 3, background } })
      await image.png().toFile(join(folder, 'colours', 'test', name, `${i}.png`))
    }
  }
})

describe('ONNX models of other programs', () => {
  it('matches classes by name, whatever their order in the folder', async () => {
    writeModel('named.onnx', 'N', false, classes)
    const result = await runCli(
      folder,
      'eval',
      'named.onnx',
      '--data',
      'folder:colours',
      '--normalize',
      'unit',
      '--json',
    )
    expect(result.code, result.stderr).toBe(0)
    // Folders are in the order blue, green, red.
    expect(parseJson(result)).toMatchObject({
      images: 9,
      top1: 1,
      classes: ['blue', 'green', 'red'],
      classesMatchedBy: 'name',
      confusion: [
        [3, 0, 0],
        [0, 3, 0],
        [0, 0, 3],
      ],
      predictions: { 'red/0.png': 'red', 'blue/2.png': 'blue' },
    })
  })

  it('measures the classes that both know by name, and says what it leaves out', async () => {
    writeModel('some.onnx', 'N', false, classes)
    for (const [from, to] of [
      ['blue', 'blue'],
      ['red', 'red'],
      ['green', 'amber'],
    ] as const)
      cpSync(join(folder, 'colours', 'test', from), join(folder, 'others', 'test', to), { recursive: true })
    const options = ['--data', 'folder:others', '--normalize', 'unit', '--json']
    const result = await runCli(folder, 'eval', 'some.onnx', ...options)
    expect(result.code, result.stderr).toBe(0)
    expect(parseJson(result)).toMatchObject({
      images: 6,
      top1: 1,
      classes: ['blue', 'red', 'green'],
      classesMatchedBy: 'name',
      leftOut: [{ name: 'amber', images: 3 }],
      predictions: { 'red/0.png': 'red', 'blue/2.png': 'blue' },
    })
    expect(result.stderr).toContain('left out: 3 images of classes that the model does not know: amber (3)')
  })

  it('feeds a model of a fixed batch size, whatever the number of images', async () => {
    // 9 images are two whole batches of 4 and one image.
    writeModel('fours.onnx', 4, false, classes)
    const options = ['--data', 'folder:colours', '--normalize', 'unit', '--json']
    const result = await runCli(folder, 'eval', 'fours.onnx', ...options)
    expect(result.code, result.stderr).toBe(0)
    expect(parseJson(result)).toMatchObject({ images: 9, top1: 1 })
    const one = await runCli(
      folder,
      'predict',
      'fours.onnx',
      'colours/test/green/1.png',
      '--normalize',
      'unit',
      '--json',
    )
    expect(parseJson(one)).toMatchObject({ predictions: [{ class: 'green' }] })
  })

  it('takes the outputs of a softmax as probabilities', async () => {
    writeModel('soft.onnx', 'N', true, classes)
    writeModel('hard.onnx', 'N', false, classes)
    const image = ['colours/test/red/0.png', '--normalize', 'unit', '--json']
    const soft = parseJson(await runCli(folder, 'predict', 'soft.onnx', ...image))
    const hard = parseJson(await runCli(folder, 'predict', 'hard.onnx', ...image))
    // Red 200 against 40 and 40: exp(5 * 160/255) = 23.04 times as probable as each of the others.
    const expected = 1 / (1 + 2 * Math.exp((-5 * 160) / 255))
    for (const result of [soft, hard] as { predictions: { class: string; probability: number }[] }[]) {
      expect(result.predictions[0]?.class).toBe('red')
      expect(result.predictions[0]?.probability).toBeCloseTo(expected, 5)
    }
  })

  it('numbers the classes of a model that does not name them', async () => {
    writeModel('plain.onnx', 'N', false)
    const result = await runCli(
      folder,
      'predict',
      'plain.onnx',
      'colours/test/blue/0.png',
      '--normalize',
      'unit',
      '--json',
    )
    expect(parseJson(result)).toMatchObject({ predictions: [{ class: '2' }] })
  })

  it('refuses a dataset with another number of classes, and a model of no images', async () => {
    const digits = await runCli(folder, 'eval', 'named.onnx', '--data', 'builtin:digits', '--normalize', 'unit')
    expect([digits.code, isOneMessage(digits)]).toEqual([1, true])
    expect(digits.stderr).toContain('3 outputs')
    const builder = new GraphBuilder(false)
    builder.output(builder.add('Relu', [builder.input('x', 'float32', ['N', 7])]), 'float32', ['N', 7])
    const graph = builder.build('vector')
    const model = { irVersion: 8, opsets: { '': 17 }, producerName: '', producerVersion: '', metadata: {}, graph }
    writeFileSync(join(folder, 'vector.onnx'), encodeModel(model))
    const vector = await runCli(folder, 'predict', 'vector.onnx', 'colours/test/red/0.png', '--normalize', 'unit')
    expect([vector.code, isOneMessage(vector)]).toEqual([1, true])
    expect(vector.stderr).toContain('"x" (float32 [N, 7])')
  })
})
