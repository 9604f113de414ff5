// Layers models of TensorFlow.js imported as documents: its own models in its own layouts, ours there and back, and what is refused.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBackend, tf } from '../../src/main/engines/tfjs/backend'
import { encodeTfjsModel } from '../../src/main/engines/tfjs/modelFormat'
import { importTfjsNetwork } from '../../src/main/exchange/importTfjsFile'
import { findArchitecture } from '../../src/shared/lectures/architectures/index'
import { initialiseWeights } from '../../src/shared/network/initialise'

const folder = mkdtempSync(join(tmpdir(), 'netloom-tfjs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeAll(async () => {
  await openBackend('cpu')
})

/** Writes a model as TensorFlow.js saves it, its weights drawn anew, variances made positive. @returns its model.json */
async function save(model: LayersModel, name: string): Promise<string> {
  model.weights.forEach((weight, index) => {
    const random = tf.randomUniform(
      [...weight.shape].map((extent) => extent ?? 1),
      0.05,
      0.6,
      'float32',
      index + 1,
    )
    weight.write(random)
  })
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs = [], weightData }) => {
      const manifest = [{ paths: [`${name}.bin`], weights: weightSpecs }]
      writeFileSync(join(folder, `${name}.bin`), Buffer.from(tf.io.CompositeArrayBuffer.join(weightData)))
      writeFileSync(join(folder, `${name}.json`), JSON.stringify({ modelTopology, weightsManifest: manifest }))
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
    }),
  )
  return join(folder, `${name}.json`)
}

/** An image classifier as tutorials write it; the map is flattened channels last. */
function sequential(): LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [9, 7, 3], filters: 4, kernelSize: 3, activation: 'relu', name: 'conv' }),
      tf.layers.maxPooling2d({ poolSize: 2, strides: 2, padding: 'same' }),
      tf.layers.flatten(),
      tf.layers.batchNormalization({}),
      tf.layers.dropout({ rate: 0.25 }),
      tf.layers.dense({ units: 6, activation: 'elu', name: 'hidden' }),
      tf.layers.dense({ units: 3, activation: 'softmax', useBias: false }),
    ],
  })
}

function functional(): LayersModel {
  const input = tf.input({ shape: [8, 8, 3] })
  const separable = tf.layers
    .separableConv2d({ filters: 4, kernelSize: 3, padding: 'same' })
    .apply(input) as SymbolicTensor
  const norm = tf.layers.batchNormalization({ scale: false }).apply(separable) as SymbolicTensor
  const strided = tf.layers
    .conv2d({ filters: 4, kernelSize: 2, strides: 2, padding: 'same', activation: 'swish' })
    .apply(norm) as SymbolicTensor
  const grown = tf.layers
    .conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' })
    .apply(strided) as SymbolicTensor
  const sum = tf.layers.add().apply([norm, grown]) as SymbolicTensor
  const depthwise = tf.layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2 }).apply(sum) as SymbolicTensor
  const padded = tf.layers
    .zeroPadding2d({
      padding: [
        [1, 0],
        [0, 1],
      ],
    })
    .apply(depthwise) as SymbolicTensor
  const wide = tf.layers.upSampling2d({ size: [2, 1] }).apply(padded) as SymbolicTensor
  const average = tf.layers.averagePooling2d({ poolSize: [2, 1], padding: 'same' }).apply(wide) as SymbolicTensor
  const pixelwise = tf.layers.dense({ units: 5 }).apply(average) as SymbolicTensor
  const prelu = tf.layers.prelu({ sharedAxes: [1, 2] }).apply(pixelwise) as SymbolicTensor
  const joined = tf.layers.concatenate().apply([prelu, average]) as SymbolicTensor
  const pooled = tf.layers.globalAveragePooling2d({}).apply(joined) as SymbolicTensor
  const reshaped = tf.layers.reshape({ targetShape: [1, 1, 13] }).apply(pooled) as SymbolicTensor
  const flat = tf.layers.flatten().apply(reshaped) as SymbolicTensor
  return tf.model({ inputs: input, outputs: tf.layers.dense({ units: 3 }).apply(flat) as SymbolicTensor })
}

/** Inverted residual blocks with their norms, as Keras writes MobileNetV2: narrow, on small images. */
function mobileNet(): LayersModel {
  const apply = (layer: { apply: (x: SymbolicTensor) => unknown }, x: SymbolicTensor): SymbolicTensor =>
    layer.apply(x) as SymbolicTensor
  const norm = (x: SymbolicTensor): SymbolicTensor => apply(tf.layers.batchNormalization({ epsilon: 1e-3 }), x)
  const pointwise = (x: SymbolicTensor, filters: number): SymbolicTensor =>
    norm(apply(tf.layers.conv2d({ filters, kernelSize: 1, useBias: false }), x))
  const limited = (x: SymbolicTensor): SymbolicTensor => apply(tf.layers.reLU({ maxValue: 6 }), x)
  const input = tf.input({ shape: [32, 32, 3] })
  const stem = tf.layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: 'same', useBias: false })
  let last = limited(norm(apply(stem, input)))
  for (const [filters, repeats, strides] of [
    [8, 2, 1],
    [12, 3, 2],
    [16, 4, 2],
    [20, 3, 1],
  ] as const) {
    for (let index = 0; index < repeats; index++) {
      const wide = limited(pointwise(last, (last.shape[3] ?? 1) * 3))
      const depthwise = tf.layers.depthwiseConv2d({
        kernelSize: 3,
        strides: index === 0 ? strides : 1,
        padding: 'same',
        useBias: false,
      })
      const narrow = pointwise(limited(norm(apply(depthwise, wide))), filters)
      last = last.shape[3] === filters && index > 0 ? (tf.layers.add().apply([last, narrow]) as SymbolicTensor) : narrow
    }
  }
  const pooled = apply(tf.layers.globalAveragePooling2d({}), limited(pointwise(last, 32)))
  return tf.model({ inputs: input, outputs: apply(tf.layers.dense({ units: 4, activation: 'softmax' }), pooled) })
}

/** Models inside of models, as Teachable Machine saves them: a cut MobileNet, and the head that was trained. */
function nested(labels: number): LayersModel {
  const input = tf.input({ shape: [12, 12, 3] })
  const conv = tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, name: 'Conv1' }).apply(input) as SymbolicTensor
  const limited = tf.layers.reLU({ maxValue: 0.5, name: 'Conv1_relu' }).apply(conv) as SymbolicTensor
  const each = tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }).apply(limited) as SymbolicTensor
  const sum = tf.layers.add().apply([limited, each]) as SymbolicTensor
  const body = tf.sequential({
    layers: [tf.model({ inputs: input, outputs: sum }), tf.layers.globalAveragePooling2d({})],
  })
  const head = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [4], units: 6, activation: 'relu', name: 'head_1' }),
      tf.layers.dense({ units: labels, useBias: false, activation: 'softmax', name: 'head_2' }),
    ],
  })
  return tf.sequential({ layers: [body, head] })
}

describe('importing a layers model of TensorFlow.js', () => {
  it('opens models inside of models, and takes class names and scaling from what Teachable Machine wrote beside', async () => {
    const path = await save(nested(2), 'nested')
    const machine = join(folder, 'metadata.json')
    const written = { packageName: '@teachablemachine/image', labels: ['Zebra', 'Apple'], imageSize: 12 }
    writeFileSync(machine, JSON.stringify(written))
    const { document, receipt, report } = await importTfjsNetwork(path)
    expect(receipt.maxRel).toBeLessThan(1e-5)
    expect(document.classes).toEqual(['Zebra', 'Apple'])
    expect(document.scaling).toEqual({ mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] })
    expect(document.nodes.map(({ id }) => id)).toContain('Conv1')
    expect(report.notes.join(' ')).toContain('metadata.json beside the model: Zebra, Apple.')
    const named = await importTfjsNetwork(path, { classes: ['a', 'b'] })
    expect(named.document.classes).toEqual(['a', 'b'])
    writeFileSync(machine, JSON.stringify({ ...written, labels: ['one', 'two', 'three'] }))
    const other = await importTfjsNetwork(path)
    expect(other.document.classes).toBeUndefined()
    expect(other.report.notes.join(' ')).toContain('names 3 classes')
    writeFileSync(machine, '{')
    expect((await importTfjsNetwork(path)).document.classes).toBeUndefined()
    rmSync(machine)
  })

  it.each([
    ['sequential', sequential],
    ['functional', functional],
  ])('gives the outputs of the original: %s', async (name, build) => {
    const model = build()
    const { document, receipt, parameters } = await importTfjsNetwork(await save(model, name))
    expect(document.name).toBe(name)
    expect(receipt.maxRel).toBeLessThan(1e-4)
    const trainable = model.trainableWeights.reduce(
      (sum, { shape }) => sum + shape.reduce<number>((a, b) => a * (b ?? 1), 1),
      0,
    )
    // Where a norm has no scale, ours has one of 1 for each channel.
    expect(parameters - trainable).toBe(name === 'functional' ? 4 : 0)
  })

  it('brings a network back that was exported', async () => {
    const document = findArchitecture('resnet20-cifar')?.build()
    if (!document) throw new Error('there is no ResNet-20')
    const weights = initialiseWeights(document, 4)
    const scaling = { mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.25, 0.3] }
    const classes = Array.from({ length: 10 }, (_, index) => `class ${index}`)
    const files = await encodeTfjsModel(document, { weights, scaling, scalingInside: false, classes, version: 'test' })
    for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes)
    const imported = await importTfjsNetwork(join(folder, 'model.json'), { name: 'back' })
    expect(imported.receipt.maxRel).toBeLessThan(1e-4)
    expect(imported.document).toMatchObject({ name: 'back', scaling, classes })
    expect(imported.parameters).toBe(269_722)
    // Seven of nine residual blocks in stages; the two with strides keep their padding as a layer before the convolution.
    expect(imported.blocks['residualBasic']).toBe(3)
    expect(imported.nodes).toBeLessThan(24)
    const flat = await importTfjsNetwork(join(folder, 'model.json'), { flat: true })
    expect(flat.nodes).toBeGreaterThan(60)
    expect(flat.blocks).toEqual({})
    expect(flat.receipt.maxRel).toBeLessThan(1e-4)
  })

  it('gathers a MobileNetV2 of 100 layers into blocks, its weights and those of its parts in their places', async () => {
    const { document, nodes, blocks, receipt, weights } = await importTfjsNetwork(await save(mobileNet(), 'mobile'))
    expect(nodes).toBeLessThanOrEqual(40)
    expect(Object.values(blocks).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(5)
    expect(receipt.maxRel).toBeLessThan(1e-4)
    expect(document.nodes.some(({ type }) => type.startsWith('user/'))).toBe(true)
    expect([...weights.keys()].some((path) => path.split('/').length > 2)).toBe(true)
  })

  it('names the layer that has none of ours', async () => {
    const layers = [
      tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 2, kernelSize: 3 }),
      tf.layers.cropping2D({ cropping: 1, name: 'cut' }),
    ]
    const path = await save(tf.sequential({ layers: [...layers, tf.layers.flatten()] }), 'cropped')
    await expect(importTfjsNetwork(path)).rejects.toMatchObject({
      code: 'tfjs.unsupported',
      message: expect.stringContaining('"cut"'),
    })
  })

  it('reads no shard outside the folder, and says what is no layers model', async () => {
    const path = join(folder, 'bad.json')
    const topology = {
      class_name: 'Sequential',
      config: { layers: [{ class_name: 'InputLayer', name: 'a', config: {} }] },
    }
    writeFileSync(
      path,
      JSON.stringify({ modelTopology: topology, weightsManifest: [{ paths: ['../x.bin'], weights: [] }] }),
    )
    await expect(importTfjsNetwork(path)).rejects.toMatchObject({ code: 'file.outside' })
    writeFileSync(path, JSON.stringify({ modelTopology: { node: [] }, weightsManifest: [] }))
    await expect(importTfjsNetwork(path)).rejects.toMatchObject({ code: 'tfjs.malformed' })
    writeFileSync(path, '{')
    await expect(importTfjsNetwork(path)).rejects.toMatchObject({ code: 'tfjs.malformed' })
  })
})
