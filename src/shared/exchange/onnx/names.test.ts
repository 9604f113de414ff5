// Names of layers from names in files: as people would call them, unique, and within the rule of node names.
import { expect, it } from 'vitest'
import { isNodeId } from '../../graph/nodeId'
import type { LayerType } from '../../layers/index'
import { nameLayers, type NameSource } from './names'

function source(layerType: LayerType, opType: string, nodeName: string, ...weightNames: readonly string[]): NameSource {
  return { layerType, opType, nodeName, weightNames, sources: [] }
}

/** Each layer takes its input from the one before it. */
function chain(...sources: readonly NameSource[]): readonly string[] {
  return nameLayers(
    sources.map((each, index) => ({ ...each, sources: [index - 1] })),
    ['input'],
  )
}

it('takes the modules of PyTorch from names of nodes, lists as parts of their own', () => {
  expect(
    chain(
      source('conv2d', 'Conv', '/conv1/Conv', 'conv1.weight'),
      source('relu', 'Relu', '/relu/Relu'),
      source('conv2d', 'Conv', '/layer1/layer1.0/conv1/Conv', 'layer1.0.conv1.weight'),
      source('add', 'Add', '/layer1/layer1.0/Add'),
      source('relu', 'Relu', '/layer1/layer1.0/relu_1/Relu'),
      source('conv2d', 'Conv', '/features/features.0/features.0.1/Conv', 'onnx::Conv_193'),
      source('flatten', 'Flatten', '/Flatten'),
      source('dense', 'Gemm', '/fc/Gemm', 'fc.weight'),
    ),
  ).toEqual(['conv1', 'relu', 'layer1/0/conv1', 'layer1/0/add', 'layer1/0/relu_1', 'features/0/1', 'flatten', 'fc'])
})

it('makes a folder of a module with several operators', () => {
  expect(
    chain(
      source('averagePool2d', 'Slice', '/layer2/layer2.0/shortcut/Slice_1'),
      source('zeroPad2d', 'Pad', '/layer2/layer2.0/shortcut/Pad'),
    ),
  ).toEqual(['layer2/0/shortcut/pool', 'layer2/0/shortcut/pad'])
})

it('takes names from weights where nodes are only numbered, and lets activations stand beside them', () => {
  expect(
    chain(
      source('conv2d', 'Conv', 'Conv_0', 'layer1.0.conv1.weight'),
      source('batchNorm', 'BatchNormalization', 'BatchNormalization_1', 'layer1.0.bn1.weight'),
      source('relu', 'Relu', 'Relu_2'),
      source('globalAveragePool', 'GlobalAveragePool', 'GlobalAveragePool_3'),
    ),
  ).toEqual(['layer1/0/conv1', 'layer1/0/bn1', 'layer1/0/relu', 'globalPool'])
})

it('takes names of other programs as they are', () => {
  expect(chain(source('conv2d', 'Conv', 'resnetv17_conv0_fwd', 'resnetv17_conv0_weight'))).toEqual([
    'resnetv17_conv0_fwd',
  ])
  expect(chain(source('conv2d', 'Conv', '', 'resnetv17_conv0_weight'))).toEqual(['resnetv17_conv0'])
  expect(chain(source('conv2d', 'Conv', 'model/conv1_conv/Conv2D', 'model/conv1_conv/kernel:0'))).toEqual([
    'model/conv1_conv',
  ])
})

it('numbers layers about which nothing is known', () => {
  expect(chain(source('conv2d', 'Conv', ''), source('relu', 'Relu', '12'), source('conv2d', 'Conv', 'Conv_7'))).toEqual(
    ['conv', 'relu', 'conv_2'],
  )
})

it('keeps the rule of node names, whatever a file calls its nodes', () => {
  const odd = [
    '/../..//',
    'a b\nc',
    '<script>',
    '卷积/一',
    '/'.repeat(50),
    `/${'long/'.repeat(90)}end`,
    'input',
    '__proto__',
  ]
  const names = chain(
    ...odd.map((name) => source('relu', 'Relu', name)),
    ...odd.map((name) => source('relu', 'Relu', name)),
  )
  expect(names.filter((name) => !isNodeId(name))).toEqual([])
  expect(new Set([...names, 'input']).size).toBe(2 * odd.length + 1)
  expect(chain(source('conv2d', 'Conv', '/卷积/一/Conv'))).toEqual(['卷积/一'])
})
