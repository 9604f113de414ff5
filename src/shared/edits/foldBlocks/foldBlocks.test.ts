import { describe, expect, it } from 'vitest'
import { findArchitecture } from '../../lectures/architectures/index'
import type { NetworkDocument, NodeId } from '../../graph/document'
import { DocumentBuilder } from '../../graph/documentBuilder'
import { analyzeDocument } from '../../network/analyze'
import { expandAllBlocks } from '../expandBlock'
import { applyEdit } from '../../graph/edits'
import { inferDocument } from '../../network/inferDocument'
import { listWeights } from '../../network/weights'
import { foldBlocks, type FoldOptions } from './foldBlocks'
import { printLayer } from './layerPrint'

function flat(document: NetworkDocument): NetworkDocument {
  return applyEdit(document, expandAllBlocks(document))
}

/** Every layer with what it computes and where it takes its inputs from, by the paths from before the folding. */
function describeLayers(document: NetworkDocument, back: (path: string) => string = (path) => path) {
  const layers = Array.from(inferDocument(document).layers.values(), (layer): [string, readonly unknown[]] => {
    const sources = layer.sources.map(({ node, port }) => `${back(node)}:${port}`)
    const isSum = layer.node.type === 'add' || layer.node.type === 'multiply'
    return [back(layer.node.id), [printLayer(layer), isSum ? sources.sort() : sources]]
  })
  return Object.fromEntries(layers)
}

/** Folds, and checks that expanding gives the same layers, wired the same, with weights that went along. */
function foldExactly(document: NetworkDocument, options?: FoldOptions) {
  const result = foldBlocks(document, options)
  const origins = new Map(Array.from(result.moves, ([from, to]) => [to, from]))
  const back = (path: string): string => origins.get(path) ?? path
  expect(inferDocument(result.document).issues).toEqual(inferDocument(document).issues)
  expect(describeLayers(result.document, back)).toEqual(describeLayers(document))
  const names = (path: string): string => path.slice(0, path.lastIndexOf('/'))
  const weights = pathsOf(result.document).map((path) => back(names(path)))
  expect(new Set(weights)).toEqual(new Set(pathsOf(document).map(names)))
  expect(analyzeDocument(result.document).parameters).toEqual(analyzeDocument(document).parameters)
  return result
}

function pathsOf(document: NetworkDocument): readonly string[] {
  return listWeights(inferDocument(document)).map(({ path }) => path)
}

function build(id: string): NetworkDocument {
  const architecture = findArchitecture(id)
  if (!architecture) throw new Error(`no architecture ${id}`)
  return flat(architecture.build())
}

const summary = ({ nodes }: NetworkDocument) =>
  nodes.map(({ id, type, params }) => `${id} ${type} ${JSON.stringify(params)}`)

describe('gathering layers into blocks', () => {
  it('finds the residual blocks of ResNet-20 with padded shortcuts, in stages of three', () => {
    const { document, blocks } = foldExactly(build('resnet20-cifar'))
    expect(document.nodes.map(({ id }) => id)).toEqual([
      'input',
      'conv1',
      'stage1',
      'stage2',
      'stage3',
      'pool',
      'flatten',
      'fc',
    ])
    expect(blocks).toEqual({ convBnRelu: 1, residualBasic: 3 })
    const stage = document.nodes.find(({ id }) => id === 'stage2')
    expect(stage?.params).toEqual({ filters: 32, stride: [2, 2], shortcut: 'padded', repeat: 3 })
  })

  it.each([
    { id: 'resnet50', blocks: { convBnRelu: 1, residualBottleneck: 4 }, nodes: 10 },
    { id: 'resnet152', blocks: { convBnRelu: 1, residualBottleneck: 4 }, nodes: 10 },
    { id: 'resnet50-paper', blocks: { convBnRelu: 1, residualBottleneck: 4 }, nodes: 10 },
    { id: 'resnext50-32x4d', blocks: { convBnRelu: 1, residualBottleneck: 4 }, nodes: 10 },
    { id: 'se-resnet50', blocks: { convBnRelu: 1, residualBottleneck: 4 }, nodes: 10 },
    { id: 'wide-resnet28-10', blocks: { residualBasic: 3 } },
    { id: 'vgg16', blocks: { vggBlock: 5 } },
    { id: 'vgg-c', blocks: { vggBlock: 5 } },
    { id: 'vgg16-bn', blocks: { vggBlock: 5 } },
    { id: 'googlenet', blocks: { inception: 9 } },
    { id: 'googlenet-torchvision', blocks: { inception: 9 } },
    { id: 'squeezenet1.1', blocks: { fire: 8 } },
    { id: 'densenet121', blocks: { denseBlock: 4, transition: 3, convBnRelu: 1 } },
    { id: 'mobilenet-v1', blocks: { convBnRelu: 1, depthwiseSeparable: 5 } },
    { id: 'mobilenet-v2', blocks: { convBnRelu: 2, invertedResidual: 7 } },
    { id: 'efficientnet-b0', blocks: { convBnRelu: 2, invertedResidual: 7 } },
  ])('finds the blocks of $id again', ({ id, blocks, nodes }) => {
    const { document, blocks: found } = foldExactly(build(id))
    expect(found).toMatchObject(blocks)
    if (nodes !== undefined) expect(document.nodes).toHaveLength(nodes)
  })

  it('leaves single blocks where repeats are not wanted', () => {
    const { blocks } = foldExactly(build('resnet20-cifar'), { repeats: false })
    expect(blocks).toEqual({ convBnRelu: 1, residualBasic: 9 })
  })

  it('leaves a block alone whose inside is used elsewhere', () => {
    const document = build('resnet20-cifar')
    const tapped: NetworkDocument = {
      ...document,
      edges: document.edges.map((edge) =>
        edge.to.node === 'pool' ? { ...edge, from: { node: 'stage3/block3/bn2' as NodeId, port: 'out' } } : edge,
      ),
    }
    const { blocks } = foldBlocks({
      ...tapped,
      nodes: tapped.nodes.filter(({ id }) => !/stage3\/block3\/(add|relu2)/.test(id)),
      edges: tapped.edges.filter(({ from, to }) => !/stage3\/block3\/(add|relu2)/.test(`${from.node} ${to.node}`)),
    })
    expect(blocks).toEqual({ convBnRelu: 3, residualBasic: 3 })
  })

  it('keeps frozen layers frozen and does not mix them with others', () => {
    const document = build('resnet20-cifar')
    const frozen = {
      ...document,
      nodes: document.nodes.map((node) =>
        node.id.startsWith('stage1/') || node.id === 'stage2/block1/conv1' ? { ...node, frozen: true } : node,
      ),
    }
    const { document: folded } = foldBlocks(frozen)
    expect(folded.nodes.find(({ id }) => id === 'stage1')).toMatchObject({ frozen: true, type: 'residualBasic' })
    expect(folded.nodes.filter(({ id }) => id.startsWith('stage2/block1/')).length).toBeGreaterThan(5)
  })

  it('gathers only what is chosen', () => {
    const document = build('resnet20-cifar')
    const among = new Set(document.nodes.map(({ id }) => id).filter((id) => id.startsWith('stage1/block1/')))
    const { document: folded, blocks } = foldBlocks(document, { among })
    expect(blocks).toEqual({ residualBasic: 1 })
    expect(summary(folded).slice(4, 5)).toEqual(['stage1/block1 residualBasic {"filters":16}'])
  })

  it('reads a convolution with norm only, and not one with a bias', () => {
    const builder = new DocumentBuilder('plain')
    builder.add('input', 'input', { shape: [3, 8, 8] })
    builder.add('a', 'conv2d', { filters: 4, kernel: 3, bias: false, padding: [1, 1, 1, 1] }, 'input')
    builder.add('a/bn', 'batchNorm', {}, 'a')
    builder.add('b', 'conv2d', { filters: 4, kernel: 3 }, 'a/bn')
    builder.add('b/bn', 'batchNorm', {}, 'b')
    const { document } = foldExactly(builder.build())
    expect(document.nodes.map(({ id, type }) => `${id} ${type}`)).toEqual([
      'input input',
      'a convBnRelu',
      'b conv2d',
      'b/bn batchNorm',
    ])
  })
})
