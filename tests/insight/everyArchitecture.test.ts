// Every architecture looked into: activations of all layers, and graphs of gradients; small networks are run by every method.
import { describe, expect, it } from 'vitest'
import { openFloatGraph } from '../../src/main/engines/ort/floatGraph'
import { openImageValues } from '../../src/main/engines/ort/onnxModel'
import { buildActivationMap, buildImageGradient } from '../../src/shared/insight/gradientGraph'
import { fixDocument } from '../../src/shared/insight/fixedNetwork'
import { insightOfDocument } from '../../src/shared/insight/insightNetwork'
import { mapShape, unitShape } from '../../src/shared/insight/place'
import { architectures, type Architecture, type ImageShape } from '../../src/shared/lectures/architectures/index'
import type { NetworkDocument } from '../../src/shared/graph/document'
import { initialiseWeights } from '../../src/shared/network/initialise'
import { encodeModel } from '../../src/shared/onnx/bytes'
import { RandomStream } from '../../src/shared/training/randomStream'

const classes = 4

/** The smallest images that these pass through all their poolings; others take 32x32, or their own size where smaller. */
const smallest: Readonly<Record<string, number>> = {
  alexnet: 67,
  zfnet: 63,
  'alexnet-torchvision': 63,
  googlenet: 33,
  'googlenet-aux': 33,
}

/** A quarter of the filters where all widths are multiples of 64, and small dense layers: what a network is made of stays. */
function narrow(document: NetworkDocument): NetworkDocument {
  const widths = document.nodes.flatMap(({ params }) =>
    typeof params['filters'] === 'number' ? params['filters'] : [],
  )
  const isWide = widths.every((width) => width % 64 === 0)
  const nodes = document.nodes.map((node) => {
    const { units, filters } = node.params
    if (units === 4096) return { ...node, params: { ...node.params, units: 64 } }
    if (isWide && typeof filters === 'number') return { ...node, params: { ...node.params, filters: filters / 4 } }
    return node
  })
  return { ...document, nodes }
}

/** Networks whose gradient stops at a threshold. */
const stepping: ReadonlySet<string> = new Set(['perceptron'])

/** Of so many weights and fewer, a network is run, not only built. */
const mostWeights = 1e6

function lookInto(architecture: Architecture) {
  const { id, input } = architecture
  const [channels, height, width] = input
  const extent = smallest[id] ?? 32
  const shape: ImageShape = [channels, Math.min(height, extent), Math.min(width, extent)]
  const built = architecture.build({ input: shape, classes })
  const document = narrow(built)
  const weights = initialiseWeights(document, 1)
  const count = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0)
  return { network: insightOfDocument(document, weights), shape, count }
}

function randomImage(shape: ImageShape): Float32Array {
  const random = new RandomStream(1, 'image')
  return Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, () => random.normal())
}

describe.each(architectures.map((architecture) => ({ id: architecture.id, architecture })))(
  '$id',
  ({ architecture }) => {
    it('gives the maps of its layers, and maps of what a score depends on', async () => {
      const { network, shape, count } = lookInto(architecture)
      const image = randomImage(shape)
      const fixed = fixDocument(network, shape, 1)
      const dimsOf = (value: string) => fixed.builder.shapeOf(fixed.valueOf(value) ?? '')
      expect(network.places.every(({ value }) => fixed.valueOf(value) !== undefined)).toBe(true)
      expect(network.places.filter(({ value }) => unitShape(dimsOf(value))).length).toBeGreaterThan(2)
      const last = network.places.findLast(({ value, id }) => mapShape(dimsOf(value)) && id !== 'input')
      if (stepping.has(architecture.id)) {
        expect(() => buildImageGradient(fixed)).toThrow('has no gradient')
        return
      }
      const graphs = [...(last ? [buildActivationMap(fixed, last.value, 'grad-cam')] : []), buildImageGradient(fixed)]
      if (count > mostWeights) return
      const values = [...new Set(network.places.map(({ value }) => value))].filter((value) => value !== network.input)
      const session = await openImageValues(encodeModel(network.model, { outputs: values }))
      const maps = await session.run(image, 1)
      await session.dispose()
      for (const value of values) expect(maps.get(value)?.dims, value).toEqual(dimsOf(value))
      for (const { graph, input, seed, weights, result } of graphs) {
        const run = await openFloatGraph(graph)
        const results = await run.run(
          new Map([
            [input, { dims: [1, ...shape], data: image }],
            [
              seed,
              {
                dims: [1, classes],
                data: Float32Array.of(0, 1, 0, 0).slice(0, fixed.builder.shapeOf(fixed.scores)[1]),
              },
            ],
            ...(weights === undefined ? [] : [[weights, { dims: [1, 1, 1, 1], data: Float32Array.of(1) }] as const]),
          ]),
        )
        await run.dispose()
        expect(results.get(result)?.data.every((value) => Number.isFinite(value))).toBe(true)
      }
    }, 60_000)
  },
)
