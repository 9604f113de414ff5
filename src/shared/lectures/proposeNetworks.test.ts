import { describe, expect, it } from 'vitest'
import { errorOf } from '../graph/issue'
import { checkDocument } from '../network/checkDocument'
import { proposeNetworks, type ImageFacts } from './proposeNetworks'

const digits: ImageFacts = { channels: 1, width: 28, height: 28, images: 5000, classes: 10 }
const ids = (facts: ImageFacts): readonly string[] => proposeNetworks(facts).map(({ architecture }) => architecture.id)

describe('networks for images', () => {
  it('begins with a small network for small images, and with a residual one where they are coloured', () => {
    expect(ids(digits)).toEqual(['lenet5', 'resnet20-cifar', 'resnet56-cifar'])
    expect(ids({ ...digits, channels: 3, width: 32, height: 32 })[0]).toBe('resnet20-cifar')
  })

  it('takes larger inputs only where the images are as large and as many', () => {
    const photos: ImageFacts = { channels: 3, width: 640, height: 480, images: 400, classes: 3 }
    const few = proposeNetworks(photos)
    expect(few.map(({ architecture }) => architecture.id)).toEqual(['resnet20-cifar', 'mobilenet-v2', 'resnet18'])
    expect(few[1]?.document.nodes[0]?.params['shape']).toEqual([3, 128, 128])
    const many = proposeNetworks({ ...photos, images: 50_000 })
    expect(many[0]?.architecture.id).toBe('resnet18')
    expect(many[0]?.document.nodes[0]?.params['shape']).toEqual([3, 224, 224])
    const narrow = proposeNetworks({ ...photos, width: 100, height: 1000, images: 50_000 })
    expect(narrow[0]?.document.nodes[0]?.params['shape']).toEqual([3, 96, 96])
  })

  it.each([
    [1, 8, 8, 2],
    [3, 9, 200, 7],
    [1, 49, 60, 2],
    [3, 4000, 3000, 1000],
    [3, 63, 63, 37],
  ] as const)('proposes only networks that are sound: %i x %i x %i, %i classes', (channels, width, height, classes) => {
    for (const images of [10, 100_000]) {
      const found = proposeNetworks({ channels, width, height, images, classes })
      expect(found).toHaveLength(3)
      for (const { document, reasons, macs } of found) {
        expect(errorOf(checkDocument(document))).toBeUndefined()
        expect(reasons).toHaveLength(3)
        expect(macs).toBeGreaterThan(0)
      }
    }
  })

  it('says the figures behind it, and proposes nothing for one class', () => {
    expect(proposeNetworks(digits)[0]?.reasons.slice(1)).toEqual([
      'Takes your images as they are, 28×28.',
      '61,706 parameters, 5,000 training images.',
    ])
    expect(proposeNetworks({ ...digits, classes: 1 })).toEqual([])
  })
})
