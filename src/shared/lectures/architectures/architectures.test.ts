import { describe, expect, it } from 'vitest'
import { inferDocument } from '../../network/inferDocument'
import { listWeights } from '../../network/weights'
import type { NetworkDocument, NodeId } from '../../graph/document'
import { countParameters } from '../../layers/define'
import type { Architecture, ArchitectureOptions } from './architecture'
import { architectures, findArchitecture } from './index'

function requireArchitecture(id: string): Architecture {
  const architecture = findArchitecture(id)
  if (!architecture) throw new Error(`no architecture ${id}`)
  return architecture
}

function survey(document: NetworkDocument) {
  const { nodes, layers, issues, outputId } = inferDocument(document)
  const inferred = [...layers.values()]
  return {
    issues: issues.map(({ message }) => message),
    output: outputId && nodes.get(outputId)?.outputs[0],
    parameters: inferred.reduce((sum, { weights }) => sum + countParameters(weights), 0),
    macs: inferred.reduce(
      (sum, { node, definition, ...rest }) => sum + (definition.macs?.({ nodeId: node.id, ...rest }) ?? 0),
      0,
    ),
    shapeOf: (id: string) => inferred.find(({ node }) => node.id === (id as NodeId))?.outputs[0],
  }
}

function build(id: string, options?: ArchitectureOptions) {
  return survey(requireArchitecture(id).build(options))
}

describe('the list of architectures', () => {
  it('names each once, oldest first, and finds it by its name', () => {
    const ids = architectures.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining(['lenet5', 'mlp', 'alexnet', 'resnet20-cifar', 'plain110-cifar']))
    const years = architectures.map(({ year }) => year)
    expect(years).toEqual([...years].sort((a, b) => a - b))
    for (const architecture of architectures) expect(findArchitecture(architecture.id)).toBe(architecture)
  })

  it('finds CIFAR networks of any depth 6n + 2, and no others', () => {
    expect(build('resnet26-cifar').issues).toEqual([])
    expect(findArchitecture('plain8-cifar')?.title).toBe('Plain-8 for CIFAR')
    for (const id of ['resnet21-cifar', 'resnet2-cifar', 'resnet020-cifar', 'resnet9998-cifar', 'wide20-cifar', '']) {
      expect(findArchitecture(id), id).toBeUndefined()
    }
  })

  it.each(architectures.map(({ id }) => id))('%s is free of errors and warnings and ends in its classes', (id) => {
    const { issues, output } = build(id)
    expect(issues).toEqual([])
    expect(output).toEqual([requireArchitecture(id).classes])
  })

  it.each(['lenet5', 'mlp', 'resnet20-cifar', 'plain20-cifar', 'resnet18', 'resnet50-paper', 'se-resnet50'])(
    '%s takes other images and classes',
    (id) => {
      const { issues, output } = build(id, { input: [3, 48, 40], classes: 7 })
      expect(issues.filter((message) => !message.includes('dropped'))).toEqual([])
      expect(output).toEqual([7])
    },
  )
})

describe('LeNet-5', () => {
  it('has 61,706 parameters on 28x28 and on 32x32 images', () => {
    // 156 + 2416 + 48,120 + 10,164 + 850
    expect(build('lenet5').parameters).toBe(61_706)
    const { parameters, shapeOf } = build('lenet5', { input: [1, 32, 32] })
    expect(parameters).toBe(61_706)
    expect(shapeOf('conv1')).toEqual([6, 28, 28])
    expect(shapeOf('conv3')).toEqual([120, 1, 1])
  })
})

describe('the multi-layer perceptron', () => {
  it('has 785*256 + 257*128 + 129*10 parameters', () => {
    expect(build('mlp').parameters).toBe(785 * 256 + 257 * 128 + 129 * 10)
  })
})

describe('AlexNet', () => {
  it('follows the table of the lectures row by row', () => {
    const { shapeOf, parameters, macs } = build('alexnet')
    expect(parameters).toBe(62_378_344)
    // 105,415,200 + 447,897,600 + 149,520,384 + 224,280,576 + 149,520,384, and 58,621,952 in the dense layers
    expect(macs).toBe(1_135_256_096)
    const rows: readonly (readonly [string, readonly number[]])[] = [
      ['conv1', [96, 55, 55]],
      ['pool1', [96, 27, 27]],
      ['norm1', [96, 27, 27]],
      ['conv2', [256, 27, 27]],
      ['pool2', [256, 13, 13]],
      ['norm2', [256, 13, 13]],
      ['conv3', [384, 13, 13]],
      ['conv4', [384, 13, 13]],
      ['conv5', [256, 13, 13]],
      ['pool3', [256, 6, 6]],
      ['fc6', [4096]],
      ['fc7', [4096]],
      ['fc8', [1000]],
    ]
    for (const [id, shape] of rows) expect(shapeOf(id), id).toEqual(shape)
  })
})

describe('CIFAR networks', () => {
  /** Convolutions 9*Ci*Co, batch norms 2*Co, a dense layer of 65*10, by the table of section 4.2. */
  function countByHand(depth: number): number {
    const n = (depth - 2) / 6
    const pair = (input: number, output: number) => 9 * input * output + 2 * output
    const stage1 = pair(3, 16) + 2 * n * pair(16, 16)
    const stage2 = pair(16, 32) + (2 * n - 1) * pair(32, 32)
    const stage3 = pair(32, 64) + (2 * n - 1) * pair(64, 64)
    return stage1 + stage2 + stage3 + 650
  }

  it.each([
    { depth: 20, millions: 0.27 },
    { depth: 32, millions: 0.46 },
    { depth: 44, millions: 0.66 },
    { depth: 56, millions: 0.85 },
    { depth: 110, millions: 1.73 },
  ])('have $millions million parameters at depth $depth, residual or plain', ({ depth, millions }) => {
    for (const family of ['resnet', 'plain']) {
      const { parameters } = build(`${family}${depth}-cifar`)
      expect(parameters).toBe(countByHand(depth))
      expect(Math.round(parameters / 1e4) / 100).toBe(millions)
    }
  })

  it('have as many weighted layers as their names say', () => {
    for (const depth of [20, 56]) {
      const { layers } = inferDocument(requireArchitecture(`resnet${depth}-cifar`).build())
      const weighted = [...layers.values()].filter(({ node: { type } }) => type === 'conv2d' || type === 'dense')
      expect(weighted).toHaveLength(depth)
    }
  })

  it('multiply 40.55 million times at depth 20', () => {
    // 27*16*1024 + 6*2304*1024 + (4608 + 5*9216)*256 + (18,432 + 5*36,864)*64 + 640
    for (const family of ['resnet', 'plain']) expect(build(`${family}20-cifar`).macs).toBe(40_551_040)
  })

  it('halve the image twice and add shortcuts without parameters', () => {
    const { shapeOf } = build('resnet20-cifar')
    expect(shapeOf('stage1/block3/relu2')).toEqual([16, 32, 32])
    expect(shapeOf('stage2/block1/shortcut/pad')).toEqual([32, 16, 16])
    expect(shapeOf('stage3/block3/relu2')).toEqual([64, 8, 8])
  })

  it('name their weights by stage, block and layer, at any depth and in both families', () => {
    const norm = (name: string) => ['scale', 'bias', 'runningMean', 'runningVariance'].map((part) => `${name}/${part}`)
    for (const depth of [8, 20]) {
      const numbers = Array.from({ length: (depth - 2) / 6 }, (_, index) => index + 1)
      const blocks = [1, 2, 3].flatMap((stage) => numbers.map((number) => `stage${stage}/block${number}`))
      const inside = (path: string) => [
        `${path}/conv1/weight`,
        ...norm(`${path}/bn1`),
        `${path}/conv2/weight`,
        ...norm(`${path}/bn2`),
      ]
      const paths = ['conv1/weight', ...norm('bn1'), ...blocks.flatMap(inside), 'fc/weight', 'fc/bias']
      for (const family of ['resnet', 'plain']) {
        const inference = inferDocument(requireArchitecture(`${family}${depth}-cifar`).build())
        expect(listWeights(inference).map(({ path }) => path)).toEqual(paths)
      }
    }
  })

  it('are a few blocks in their documents', () => {
    const { nodes } = requireArchitecture('resnet110-cifar').build()
    expect(nodes.map(({ id }) => id).join(' ')).toBe('input conv1 bn1 relu1 stage1 stage2 stage3 pool flatten fc')
    expect(nodes.find(({ id }) => id === 'stage2')?.params).toMatchObject({ filters: 32, stride: 2, repeat: 18 })
  })
})
