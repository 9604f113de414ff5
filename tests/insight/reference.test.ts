// What explanations and activations of a published ResNet-20 are, against numbers recorded in PyTorch.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decodeImage } from '../../src/main/datasets/decodeImage'
import { ActivationReader, describeLayer } from '../../src/main/models/insight/activationReader'
import { computeMap, findMapLayer } from '../../src/main/models/insight/explanation'
import { OpenedInsight } from '../../src/main/models/insight/openInsight'
import { namedScalings } from '../../src/main/models/scalingNames'
import { completeSettings, hasLayer, type ExplanationSettings } from '../../src/shared/insight/methods'

const reference =
  process.env['NETLOOM_REFERENCE'] ?? fileURLToPath(new URL('../../../shared/reference', import.meta.url))
const file = join(reference, 'insight.json')
const shared = join(reference, '..')
const images = join(shared, 'data', 'cifar10', 'test')
const isThere = existsSync(file) && existsSync(images)

const mapSchema = z.object({ shape: z.array(z.int()), data: z.array(z.number()) })
const stageSchema = z.object({
  shape: z.array(z.int()),
  meanPerChannel: z.array(z.number()),
  maxPerChannel: z.array(z.number()),
})
const caseSchema = z.object({
  image: z.string(),
  class: z.int(),
  predicted: z.int(),
  logit: z.number(),
  gradCam: z.record(z.string(), mapSchema),
  hiResCam: z.record(z.string(), mapSchema),
  inputGradient: z.object({ maxAbs: mapSchema }),
  occlusion8stride4: mapSchema,
  integratedGradients64: z.object({ sumOverChannels: mapSchema, total: z.number(), scoreDifference: z.number() }),
  activations: z.record(z.string(), stageSchema).default({}),
})
const recorded = z.object({ cases: z.array(caseSchema) })

/** The stages of the recording as programs wrote them into the file. */
const stages: Readonly<Record<string, string>> = { stem: '/Relu' }

/** The largest difference, relative to the largest value. */
function difference(values: ArrayLike<number>, expected: readonly number[]): number {
  expect(values).toHaveLength(expected.length)
  const most = Math.max(...expected.map(Math.abs))
  return Math.max(...expected.map((value, index) => Math.abs(value - (values[index] ?? NaN)))) / most
}

describe.skipIf(!isThere).each(['resnet20-cifar10-bn.onnx', 'resnet20-cifar10.onnx'])('%s', (model) => {
  const cases = isThere ? recorded.parse(JSON.parse(readFileSync(file, 'utf8'))).cases : []
  let insight: OpenedInsight
  beforeAll(async () => {
    insight = await OpenedInsight.open(join(shared, 'models', model), { scaling: namedScalings.imagenet })
  })
  afterAll(() => insight.dispose())

  const read = async (image: string) => insight.scale(await decodeImage(join(images, image), insight.format))
  const mapOf = async (image: string, classIndex: number, settings: ExplanationSettings) => {
    const request = completeSettings(settings, insight.inputShape)
    const place = hasLayer(request.method) ? await findMapLayer(insight, request.layer) : undefined
    const question = { request, image: await read(image), classIndex, classCount: 10 }
    return computeMap(insight, question, { place, tell: () => undefined })
  }

  it('gives the maps of the recording', async () => {
    for (const recordedCase of cases) {
      const { image, class: classIndex } = recordedCase
      const scores = await insight.scoresOf(await read(image), 1)
      expect(scores[classIndex]).toBeCloseTo(recordedCase.logit, 3)
      for (const [method, layers] of [
        ['grad-cam', recordedCase.gradCam],
        ['hirescam', recordedCase.hiResCam],
      ] as const)
        for (const [layer, expected] of Object.entries(layers)) {
          const map = await mapOf(image, classIndex, { method, layer })
          expect([map.height, map.width]).toEqual(expected.shape)
          expect(difference(map.data, expected.data)).toBeLessThan(1e-4)
        }
      const occlusion = await mapOf(image, classIndex, { method: 'occlusion', window: 8, stride: 4 })
      expect(difference(occlusion.data, recordedCase.occlusion8stride4.data)).toBeLessThan(1e-4)
    }
  }, 60_000)

  it('gives the gradients of the recording', async () => {
    const differences: number[] = []
    for (const recordedCase of cases) {
      const { image, class: classIndex, integratedGradients64: path } = recordedCase
      const everyFourth = ({ data }: { readonly data: Float32Array }): readonly number[] =>
        Array.from(data).filter((_, index) => index % 4 === 0 && Math.floor(index / 32) % 4 === 0)
      const gradient = await mapOf(image, classIndex, { method: 'gradient' })
      expect(difference(everyFourth(gradient), recordedCase.inputGradient.maxAbs.data)).toBeLessThan(1e-4)
      const integrated = await mapOf(image, classIndex, { method: 'integrated-gradients' })
      differences.push(difference(everyFourth(integrated), path.sumOverChannels.data))
      const total = integrated.data.reduce((sum, value) => sum + value, 0)
      expect(Math.abs(total - path.total) / Math.abs(path.total)).toBeLessThan(2e-3)
    }
    // One of 64 points so near the kink of a ReLU that rounding decides moves a map by up to 1e-3; PyTorch in float64 and
    // in float32 differ there as much (8.4e-4 on cat/0002.jpg). The other images agree to 1e-5.
    expect(Math.max(...differences)).toBeLessThan(2e-3)
    expect(differences.filter((each) => each < 2.5e-5).length).toBeGreaterThanOrEqual(6)
  }, 60_000)

  it('gives the activations of the recording', async () => {
    for (const { image, activations } of cases) {
      const entries = Object.entries(activations)
      if (entries.length === 0) continue
      const layers = entries.map(([stage]) => stages[stage] ?? stage)
      const reader = await ActivationReader.open(insight, layers)
      const described = (await reader.read(await read(image))).map(describeLayer)
      await reader.dispose()
      entries.forEach(([, { shape, meanPerChannel, maxPerChannel }], index) => {
        expect(described[index]?.shape).toEqual(shape)
        expect(difference(described[index]?.mean ?? [], meanPerChannel)).toBeLessThan(1e-4)
        expect(difference(described[index]?.max ?? [], maxPerChannel)).toBeLessThan(1e-4)
      })
    }
  }, 60_000)
})
