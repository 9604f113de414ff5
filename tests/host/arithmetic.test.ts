// The values of a trained layer over a real WebSocket, stepped through by the screen's own arithmetic: both engines agree.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { firstInputChannel, type LayerStage } from '../../src/shared/network/explanation/layerStage'
import { convolve, placeStage, pool, type FeatureMaps } from '../../src/shared/network/explanation/slidingWindow'
import { refusalOf, useHost } from './hostFixture'
import { buildLenet } from './lenet'

const fixture = useHost()

function floats({ values }: { readonly values: string }): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(values, 'base64'))
  return new Float32Array(bytes.buffer)
}

function mapsOf(tensor: LayerStage['input']): FeatureMaps {
  const [channels = 0, height = 0, width = 0] = tensor.dims
  return { channels, height, width, values: floats(tensor) }
}

/** The largest difference between the screen's output of all channels and the engine's. */
function largestDifference(stage: LayerStage): number {
  const input = mapsOf(stage.input)
  const expected = mapsOf(stage.output)
  const placed = placeStage(input, stage.window, stage.rounding)
  const [outputs = 0, depth = 0, height = 0, width = 0] = stage.weight?.dims ?? []
  const weights = stage.weight && floats(stage.weight)
  const biases = stage.bias && floats(stage.bias)
  const plane = placed.rows * placed.columns
  let largest = 0
  for (let channel = 0; channel < expected.channels; channel++) {
    const size = depth * height * width
    const own =
      weights === null
        ? pool(input, stage.kind === 'max' ? 'max' : 'average', placed, { channel, countsPadding: stage.countsPadding })
        : convolve(
            input,
            {
              channels: depth,
              height,
              width,
              values: weights.subarray(channel * size, (channel + 1) * size),
              bias: biases?.[channel] ?? 0,
            },
            placed,
            { firstChannel: firstInputChannel(channel, outputs, input.channels, stage.groups) },
          )
    own.values.forEach((value, index) => {
      largest = Math.max(largest, Math.abs(value - (expected.values[channel * plane + index] ?? Number.NaN)))
    })
  }
  return largest
}

describe('the arithmetic of a trained layer', () => {
  it('gives what ONNX Runtime gives, for a convolution and a pooling, and refuses other layers', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    const dataset = { reference: 'builtin:digits', options: { limit: 60 } }
    const { run } = await client.training.start({
      document: buildLenet(),
      recipe: { epochs: 1, batchSize: 20, seed: 3 },
      dataset,
      device: 'cpu',
      name: 'stage',
    })
    expect(run).toBe(join(root, 'runs', 'stage-1'))
    for await (const { event } of await client.training.events({ run })) void event
    const { images } = await client.datasets.images({ ...dataset, split: 'test', from: 0, count: 1, size: 28 })
    const image = images[0]?.png ?? ''

    const convolution = await client.arithmetic.layer({ model: run, layer: 'conv1', image })
    expect(convolution).toMatchObject({ kind: 'convolution', groups: 1, rounding: 'floor' })
    expect(convolution.input.dims).toEqual([1, 28, 28])
    expect(convolution.output.dims).toEqual([4, 24, 24])
    expect(convolution.weight?.dims).toEqual([4, 1, 5, 5])
    expect(Math.max(...floats(convolution.output))).toBeGreaterThan(0.01)
    expect(largestDifference(convolution)).toBeLessThan(1e-5)

    const pooling = await client.arithmetic.layer({ model: run, layer: 'pool1', image })
    expect(pooling).toMatchObject({ kind: 'max', weight: null, bias: null })
    expect(pooling.input.dims).toEqual([4, 24, 24])
    expect(largestDifference(pooling)).toBe(0)

    expect(await refusalOf(client.arithmetic.layer({ model: run, layer: 'dense', image }))).toMatchObject({
      code: 'model.unknown',
    })
    expect((await refusalOf(client.arithmetic.layer({ model: run, layer: 'conv9', image }))).message).toContain(
      'has no layer "conv9"',
    )
    const noImage = { model: run, layer: 'conv1', image: Buffer.from('no image').toString('base64') }
    expect((await refusalOf(client.arithmetic.layer(noImage))).code).toBe('dataset.unreadable')
  })
})
