// The counts of the architectures against those printed in papers and by the code that they were published with.
import { describe, expect, it } from 'vitest'
import { analyzeDocument } from '../../network/analyze'
import { architectures, findArchitecture } from './index'

function analyze(id: string) {
  const architecture = findArchitecture(id)
  if (!architecture) throw new Error(`no architecture ${id}`)
  return analyzeDocument(architecture.build())
}

describe('published parameter counts', () => {
  it.each([
    // torchvision 0.14, documentation of its weights
    { id: 'alexnet-torchvision', parameters: 61_100_840 },
    { id: 'vgg-a', parameters: 132_863_336 },
    { id: 'vgg-a-bn', parameters: 132_868_840 },
    { id: 'vgg-b', parameters: 133_047_848 },
    { id: 'vgg-b-bn', parameters: 133_053_736 },
    { id: 'vgg16', parameters: 138_357_544 },
    { id: 'vgg16-bn', parameters: 138_365_992 },
    { id: 'vgg19', parameters: 143_667_240 },
    { id: 'vgg19-bn', parameters: 143_678_248 },
    { id: 'googlenet-torchvision', parameters: 6_624_904 },
    { id: 'resnet18', parameters: 11_689_512 },
    { id: 'resnet34', parameters: 21_797_672 },
    { id: 'resnet50', parameters: 25_557_032 },
    { id: 'resnet50-paper', parameters: 25_557_032 },
    { id: 'resnet101', parameters: 44_549_160 },
    { id: 'resnet152', parameters: 60_192_808 },
    { id: 'resnext50-32x4d', parameters: 25_028_904 },
    { id: 'densenet121', parameters: 7_978_856 },
    { id: 'squeezenet1.0', parameters: 1_248_424 },
    { id: 'squeezenet1.1', parameters: 1_235_496 },
    { id: 'mobilenet-v2', parameters: 3_504_872 },
    { id: 'efficientnet-b0', parameters: 5_288_548 },
    // ResNet-50 and, for each of 3 + 4 + 6 + 3 blocks of C channels, 2*C*C/16 + C/16 + C
    { id: 'se-resnet50', parameters: 25_557_032 + 3 * 8464 + 4 * 33_312 + 6 * 132_160 + 3 * 526_464 },
    // the weights of bvlc_googlenet without its auxiliary heads
    { id: 'googlenet', parameters: 6_998_552 },
    // 432 + 32 + 6,916,480 + ... by table 1: the count that its authors' code prints
    { id: 'wide-resnet28-10', parameters: 36_479_194 },
    // (363 + 1)*96 as AlexNet's first convolution, but 7*7*3: 14,208 + 614,656 + 885,120 + 1,327,488 + 884,992 and the head
    {
      id: 'zfnet',
      parameters: 14_208 + 614_656 + 885_120 + 1_327_488 + 884_992 + 37_752_832 + 16_781_312 + 4_097_000,
    },
    // the trainable ones of keras.applications
    { id: 'mobilenet-v1', parameters: 4_231_976 },
  ])('$id has $parameters', ({ id, parameters }) => {
    const { parameters: counted, issues } = analyze(id)
    expect(issues).toEqual([])
    expect(counted.total).toBe(parameters)
  })
})

describe('published multiply-accumulates', () => {
  it.each([
    { id: 'mobilenet-v1', millions: 569, source: 'arXiv:1704.04861, table 8' },
    { id: 'mobilenet-v2', millions: 300, source: 'arXiv:1801.04381, table 4' },
    { id: 'efficientnet-b0', millions: 390, source: 'arXiv:1905.11946, table 2: 0.39B' },
    { id: 'se-resnet50', millions: 4090, source: 'torchvision counts ResNet-50 so; the gates add 2.5M' },
    { id: 'wide-resnet28-10', millions: 5240, source: 'arXiv:1605.07146, table 6, about 5.2 * 10^9' },
    { id: 'resnext50-32x4d', millions: 4230, source: 'torchvision 0.14, 4.23 GFLOPS' },
    { id: 'densenet121', millions: 2830, source: 'torchvision 0.14, 2.83 GFLOPS' },
  ])('$id multiplies about $millions million times ($source)', ({ id, millions }) => {
    const rounded = analyze(id).macs / 1e6
    expect(Math.abs(rounded - millions)).toBeLessThanOrEqual(millions * 0.012)
  })
})

describe('published errors', () => {
  it('are shares in percent, the first class being harder than the first five, with a source', () => {
    for (const { id, publishedError, reference } of architectures) {
      expect(reference, id).not.toBe('')
      if (!publishedError) continue
      const { top1, top5, dataset, source } = publishedError
      expect(top1 ?? top5, id).toBeDefined()
      for (const error of [top1 ?? 50, top5 ?? 0.5]) expect(error > 0 && error < 100, id).toBe(true)
      if (top1 !== undefined && top5 !== undefined) expect(top5, id).toBeLessThan(top1)
      expect(`${dataset} ${source}`, id).not.toMatch(/undefined/)
    }
  })
})
