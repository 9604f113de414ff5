// The tables of the lectures, row by row, against the architectures; where a printed figure does not follow, the true one.
import { describe, expect, it } from 'vitest'
import { analyzeDocument, analyzeNodes } from '../../network/analyze'
import { findHints } from '../../network/findHints'
import { inferDocument } from '../../network/inferDocument'
import type { NodeId } from '../../graph/document'
import { countElements } from '../../graph/shape'
import { findArchitecture } from './index'

function survey(id: string) {
  const architecture = findArchitecture(id)
  if (!architecture) throw new Error(`no architecture ${id}`)
  const document = architecture.build()
  const analysis = analyzeDocument(document)
  const { layers } = inferDocument(document)
  return {
    document,
    analysis,
    /** Values of the kernel alone: the lectures do not count biases. */
    kernelOf: (node: string) => {
      const weights = layers.get(node as NodeId)?.weights ?? []
      return countElements(weights.find(({ name }) => name === 'weight')?.shape ?? [0])
    },
  }
}

/** As the lectures print memory: 150,528 becomes 150K, 3,211,264 becomes 3.2M. */
function printTwoDigits(count: number): string {
  const rounded = Number(count.toPrecision(2))
  return rounded >= 1e6 ? `${rounded / 1e6}M` : `${rounded / 1e3}K`
}

describe('VGG-16, the table of lecture 1', () => {
  const rows = [
    ['input', [3, 224, 224], '150K', 0],
    ['stage1/conv1', [64, 224, 224], '3.2M', 1728],
    ['stage1/conv2', [64, 224, 224], '3.2M', 36_864],
    ['stage1/pool', [64, 112, 112], '800K', 0],
    ['stage2/conv1', [128, 112, 112], '1.6M', 73_728],
    ['stage2/conv2', [128, 112, 112], '1.6M', 147_456],
    ['stage2/pool', [128, 56, 56], '400K', 0],
    ['stage3/conv1', [256, 56, 56], '800K', 294_912],
    ['stage3/conv2', [256, 56, 56], '800K', 589_824],
    ['stage3/conv3', [256, 56, 56], '800K', 589_824],
    ['stage3/pool', [256, 28, 28], '200K', 0],
    ['stage4/conv1', [512, 28, 28], '400K', 1_179_648],
    ['stage4/conv2', [512, 28, 28], '400K', 2_359_296],
    ['stage4/conv3', [512, 28, 28], '400K', 2_359_296],
    ['stage4/pool', [512, 14, 14], '100K', 0],
    ['stage5/conv1', [512, 14, 14], '100K', 2_359_296],
    ['stage5/conv2', [512, 14, 14], '100K', 2_359_296],
    ['stage5/conv3', [512, 14, 14], '100K', 2_359_296],
    ['stage5/pool', [512, 7, 7], '25K', 0],
    ['fc6', [4096], '4.1K', 102_760_448],
    ['fc7', [4096], '4.1K', 16_777_216],
    ['fc8', [1000], '1K', 4_096_000],
  ] as const

  it('has these outputs, this memory and these parameters', () => {
    const { analysis, kernelOf } = survey('vgg16')
    const outputs = new Map(analysis.layers.map(({ id, output }) => [id, output]))
    for (const [id, output, memory, parameters] of rows) {
      expect(outputs.get(id), id).toEqual(output)
      expect(printTwoDigits(countElements(output)), id).toBe(memory)
      expect(kernelOf(id), id).toBe(parameters)
    }
  })

  it('holds 15.2M values in these rows, not the printed 24M', () => {
    const values = rows.reduce((sum, [, output]) => sum + countElements(output), 0)
    expect(values).toBe(15_237_608)
    // The rows as printed, added up: 150K + 2*3.2M + 800K + 2*1.6M + ... = 15.2M as well.
    const printed = rows.reduce(
      (sum, [, , memory]) => sum + Number.parseFloat(memory) * (memory.endsWith('M') ? 1e6 : 1e3),
      0,
    )
    expect(Math.round(printed / 1e5)).toBe(152)
  })
})

describe('the columns of VGG, the table of lecture 2', () => {
  it.each([
    { id: 'vgg-a', millions: 133, layers: 11 },
    { id: 'vgg-a-lrn', millions: 133, layers: 11 },
    { id: 'vgg-b', millions: 133, layers: 13 },
    { id: 'vgg-c', millions: 134, layers: 16 },
    { id: 'vgg16', millions: 138, layers: 16 },
    { id: 'vgg19', millions: 144, layers: 19 },
  ])('$id has $millions million parameters in $layers layers with weights', ({ id, millions, layers }) => {
    const { analysis } = survey(id)
    expect(Math.round(analysis.parameters.total / 1e6)).toBe(millions)
    expect(analysis.layers.filter(({ macs }) => macs > 0)).toHaveLength(layers)
  })

  it('C has 1x1 windows at the end of stages 3 to 5, A-LRN one response norm', () => {
    const { kernelOf } = survey('vgg-c')
    expect([3, 4, 5].map((stage) => kernelOf(`stage${stage}/conv3`))).toEqual([65_536, 262_144, 262_144])
    const norms = survey('vgg-a-lrn').analysis.layers.filter(({ type }) => type === 'localResponseNorm')
    expect(norms.map(({ id }) => id)).toEqual(['stage1/norm'])
  })
})

describe('GoogLeNet, the table of lecture 5', () => {
  /** Output, then parameters in K = 1024 and operations in millions as printed; undefined: see the next test. */
  const rows = [
    ['conv1', [64, 112, 112], undefined, undefined],
    ['pool1', [64, 56, 56], 0, 0],
    ['conv2', [192, 56, 56], undefined, undefined],
    ['pool2', [192, 28, 28], 0, 0],
    ['inception3a', [256, 28, 28], 159, 128],
    ['inception3b', [480, 28, 28], 380, 304],
    ['pool3', [480, 14, 14], 0, 0],
    ['inception4a', [512, 14, 14], undefined, 73],
    ['inception4b', [512, 14, 14], undefined, 88],
    ['inception4c', [512, 14, 14], undefined, 100],
    ['inception4d', [528, 14, 14], undefined, 119],
    ['inception4e', [832, 14, 14], undefined, 170],
    ['pool4', [832, 7, 7], 0, 0],
    ['inception5a', [832, 7, 7], undefined, undefined],
    ['inception5b', [1024, 7, 7], undefined, 71],
    ['pool', [1024, 1, 1], 0, 0],
    ['fc', [1000], 1000, 1],
  ] as const
  const { document, analysis } = survey('googlenet')
  const { layers } = inferDocument(document)
  const nodes = new Map(analyzeNodes(document, analysis).map((row) => [row.id, row]))
  const kernels = (prefix: string): number =>
    [...layers.values()]
      .filter(({ node: { id } }) => id === prefix || id.startsWith(`${prefix}/`))
      .flatMap(({ weights }) => weights.filter(({ name }) => name === 'weight'))
      .reduce((sum, { shape }) => sum + countElements(shape), 0)

  it('has these outputs, and the parameters and operations that follow from its columns', () => {
    for (const [id, output, kilo, millions] of rows) {
      expect(nodes.get(id)?.output, id).toEqual(output)
      // The table rounds some of its numbers up and others down, and counts some with their biases: within one unit.
      if (kilo !== undefined) expect(Math.abs(kernels(id) / 1024 - kilo), id).toBeLessThanOrEqual(1)
      if (millions !== undefined) expect(Math.abs((nodes.get(id)?.macs ?? 0) / 1e6 - millions), id).toBeLessThan(1)
    }
    // One row for the 1x1 reduction and the 3x3 convolution: 112K and 360M.
    expect((kernels('conv2-reduce') + kernels('conv2')) / 1024).toBe(112)
    const operations = (nodes.get('conv2-reduce')?.macs ?? 0) + (nodes.get('conv2')?.macs ?? 0)
    expect(Math.round(operations / 1e6)).toBe(360)
  })

  it('has these instead, where the printed figure does not follow from the columns', () => {
    // 7*7*3*64 = 9408 weights at 112*112 positions; printed: 2.7K and 34M.
    expect(kernels('conv1')).toBe(9408)
    expect(nodes.get('conv1')?.macs).toBe(9408 * 112 * 112)
    // #1x1*D + #3x3r*D + #3x3*#3x3r*9 + #5x5r*D + #5x5*#5x5r*25 + pool*D for a depth D in front
    const byColumns = [
      ['inception4a', 192 * 480 + 96 * 480 + 208 * 96 * 9 + 16 * 480 + 48 * 16 * 25 + 64 * 480], // 364K printed
      ['inception4b', 160 * 512 + 112 * 512 + 224 * 112 * 9 + 24 * 512 + 64 * 24 * 25 + 64 * 512], // 437K
      ['inception4c', 128 * 512 + 128 * 512 + 256 * 128 * 9 + 24 * 512 + 64 * 24 * 25 + 64 * 512], // 463K
      ['inception4d', 112 * 512 + 144 * 512 + 288 * 144 * 9 + 32 * 512 + 64 * 32 * 25 + 64 * 512], // 580K
      ['inception4e', 256 * 528 + 160 * 528 + 320 * 160 * 9 + 32 * 528 + 128 * 32 * 25 + 128 * 528], // 840K
      ['inception5a', 256 * 832 + 160 * 832 + 320 * 160 * 9 + 32 * 832 + 128 * 32 * 25 + 128 * 832], // 1072K
      ['inception5b', 384 * 832 + 192 * 832 + 384 * 192 * 9 + 48 * 832 + 128 * 48 * 25 + 128 * 832], // 1388K
    ] as const
    for (const [id, weights] of byColumns) expect(kernels(id), id).toBe(weights)
    // 1,042,432 * 49 = 51.1M; printed: 54M.
    expect(nodes.get('inception5a')?.macs).toBe(1_042_432 * 49)
  })

  it('has seven million parameters, not the five that the lectures say', () => {
    expect(Math.round(analysis.parameters.total / 1e6)).toBe(7)
  })
})

describe('ResNet, the table of lectures 3 and 5', () => {
  it.each([
    { id: 'resnet18', blocks: [2, 2, 2, 2], outputs: [64, 128, 256, 512] },
    { id: 'resnet34', blocks: [3, 4, 6, 3], outputs: [64, 128, 256, 512] },
    { id: 'resnet50', blocks: [3, 4, 6, 3], outputs: [256, 512, 1024, 2048] },
    { id: 'resnet101', blocks: [3, 4, 23, 3], outputs: [256, 512, 1024, 2048] },
    { id: 'resnet152', blocks: [3, 8, 36, 3], outputs: [256, 512, 1024, 2048] },
  ])('$id has blocks $blocks with outputs of $outputs channels', ({ id, blocks, outputs }) => {
    const { document, analysis } = survey(id)
    const nodes = new Map(analyzeNodes(document, analysis).map((row) => [row.id, row]))
    expect(nodes.get('conv1')?.output).toEqual([64, 112, 112])
    blocks.forEach((count, index) => {
      const stage = `stage${index + 1}`
      const extent = [56, 28, 14, 7][index] ?? 0
      expect(nodes.get(stage)?.output).toEqual([outputs[index], extent, extent])
      const sums = analysis.layers.filter(({ id: layer }) => layer.startsWith(`${stage}/`) && layer.endsWith('/add'))
      expect(sums).toHaveLength(count)
    })
    expect(nodes.get('pool')?.output.slice(1)).toEqual([1, 1])
  })

  it.each([
    { id: 'resnet18', printed: 1.8, macs: 1_814_073_344 },
    // 3.6 as printed is what the network has without its projections: plain34.
    { id: 'plain34', printed: 3.6, macs: 3_644_493_824 },
    { id: 'resnet34', printed: 3.7, macs: 3_663_761_408 },
    // Printed: 3.8; the layers add up to 3.86.
    { id: 'resnet50-paper', printed: 3.9, macs: 3_857_973_248 },
    { id: 'resnet101-paper', printed: 7.6, macs: 7_570_194_432 },
    { id: 'resnet152-paper', printed: 11.3, macs: 11_282_415_616 },
  ])('$id multiplies and adds $printed billion times', ({ id, printed, macs }) => {
    const { analysis } = survey(id)
    expect(Math.round(analysis.macs / 1e8) / 10).toBe(printed)
    expect(analysis.macs).toBe(macs)
  })

  it('has as many layers with weights as its name says, projections aside', () => {
    for (const depth of [18, 34, 50, 101, 152]) {
      const { analysis } = survey(`resnet${depth}`)
      const weighted = analysis.layers.filter(({ id, macs }) => macs > 0 && !id.includes('shortcut'))
      expect(weighted).toHaveLength(depth)
    }
  })
})

describe('LeNet-5', () => {
  it.each(['lenet5', 'lenet5-1998', 'lenet5-sigmoid'])('%s has about 61K parameters', (id) => {
    // 156 + 2416 + 48,120 + 10,164 + 850
    expect(survey(id).analysis.parameters.total).toBe(61_706)
  })

  it('is CONV-POOL-CONV-POOL-CONV-FC in all its forms', () => {
    for (const id of ['lenet5', 'lenet5-1998', 'lenet5-sigmoid']) {
      const kinds = survey(id).document.nodes.map(({ type }) => type)
      const kept = kinds
        .filter((type) => /conv|Pool|dense/.test(type))
        .map((type) => type.replace(/^\w*Pool2d/, 'pool'))
      expect(kept).toEqual(['conv2d', 'pool', 'conv2d', 'pool', 'conv2d', 'dense', 'dense'])
    }
  })
})

describe('what could be meant otherwise', () => {
  it('is the first dense layer of VGG-16, and nothing in networks that are built with care', () => {
    const codesOf = (id: string) => findHints(survey(id).document).map(({ code, nodeId }) => `${code} ${nodeId}`)
    expect(codesOf('vgg16')).toEqual(['largeDense fc6'])
    for (const id of ['lenet5', 'googlenet', 'resnet18', 'densenet121', 'mobilenet-v2', 'efficientnet-b0'])
      expect(codesOf(id), id).toEqual([])
  })
})
