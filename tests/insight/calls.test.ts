// The calls of a screen that looks into a model, without a transport: layers, maps, explanations, and what ends them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCore, type Core } from '../../src/main/api/core'
import { createRouter } from '../../src/main/api/router'
import { encodePng } from '../../src/main/datasets/thumbnail'
import { findArchitecture } from '../../src/shared/lectures/architectures/index'
import { serializeDocument } from '../../src/shared/graph/schema'
import { initialiseWeights } from '../../src/shared/network/initialise'
import { RandomStream } from '../../src/shared/training/randomStream'
import { encodeSafetensors } from '../../src/shared/training/safetensors'

let folder: string
let core: Core
let image: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-insight-'))
  core = openCore({ roots: [folder], stateFolder: join(folder, 'state') })
  for (const id of ['lenet5', 'perceptron', 'mlp']) {
    const document = findArchitecture(id)?.build({})
    if (!document) throw new Error(`no ${id}`)
    const named = { ...document, weights: `${id}.safetensors`, scaling: { mean: [0.5], deviation: [0.25] } }
    await writeFile(join(folder, `${id}.netloom`), serializeDocument(named))
    await writeFile(
      join(folder, `${id}.safetensors`),
      Buffer.concat([...encodeSafetensors(initialiseWeights(document, 1), {})]),
    )
  }
  const random = new RandomStream(1, 'image')
  const pixels = Uint8Array.from({ length: 784 }, () => random.below(256))
  image = Buffer.from(await encodePng(pixels, { channels: 1, height: 28, width: 28 })).toString('base64')
})
afterAll(async () => {
  await core.close()
  await rm(folder, { recursive: true, force: true })
})

const modelAt = (id: string) => join(folder, `${id}.netloom`)

describe('a screen', () => {
  it('gets all layers with their numbers, and maps layer by layer', async () => {
    const client = createRouterClient(createRouter(core))
    const { layers } = await client.insight.activations({ model: modelAt('lenet5'), image })
    const conv = layers.find(({ id }) => id === 'conv1')
    expect(conv?.shape).toEqual([6, 28, 28])
    expect(layers.find(({ type }) => type === 'dense')?.shape.slice(1)).toEqual([1, 1])
    const maps = await client.insight.maps({ model: modelAt('lenet5'), image, layer: 'conv1' })
    expect(maps.histogram.counts.reduce((sum, value) => sum + value, 0)).toBe(6 * 28 * 28)
    const values = new Float32Array(Uint8Array.from(Buffer.from(maps.values, 'base64')).buffer)
    expect(Math.max(...values.subarray(0, 784))).toBeCloseTo(conv?.max[0] ?? NaN, 6)
    await expect(client.insight.maps({ model: modelAt('lenet5'), image, layer: 'conv9' })).rejects.toThrow(
      /has no layer "conv9". Did you mean "conv\d"\?/,
    )
  })

  it('gets explanations with their progress and checks', async () => {
    const client = createRouterClient(createRouter(core))
    const kinds: string[] = []
    for await (const event of await client.insight.explain({
      model: modelAt('lenet5'),
      image,
      method: 'grad-cam',
      layer: 'conv1',
    })) {
      kinds.push(event.kind)
      if (event.kind !== 'explanation') continue
      const { map, layer, checks, conclusion } = event.explanation
      expect([map.height, map.width, layer]).toEqual([28, 28, 'conv1'])
      expect(checks.insertionArea).toBeGreaterThan(0)
      expect(conclusion).toMatch(/^[A-Z].*\.$/)
    }
    expect(kinds.at(-1)).toBe('explanation')
    expect(kinds.length).toBeGreaterThan(3)
  })

  it('is told in one sentence what cannot be', async () => {
    const client = createRouterClient(createRouter(core))
    const ask = async (id: string, more: object): Promise<void> => {
      const asked = { model: modelAt(id), image, method: 'gradient' as const, ...more }
      for await (const event of await client.insight.explain(asked)) void event
    }
    await expect(ask('perceptron', {})).rejects.toThrow(
      /scores by the image stops at GreaterOrEqual ".+", which has no gradient/,
    )
    await expect(ask('mlp', { method: 'grad-cam' })).rejects.toThrow('has no layer with maps')
    await expect(ask('lenet5', { className: '10' })).rejects.toThrow(
      'has no class "10": it has 10, numbered from 0 to 9.',
    )
    await expect(ask('lenet5', { method: 'grad-cam', layer: 'flatten' })).rejects.toThrow(
      'and has no maps. Layers with maps: ',
    )
    await expect(ask('lenet5', { image: Buffer.from('no image').toString('base64') })).rejects.toThrow('cannot be read')
  })

  it('ends an explanation by leaving', async () => {
    const client = createRouterClient(createRouter(core))
    const asked = { model: modelAt('lenet5'), image, method: 'integrated-gradients' as const, steps: 10_000 }
    const startedMs = performance.now()
    for await (const event of await client.insight.explain(asked)) {
      expect(event.kind).toBe('progress')
      break
    }
    await client.insight.activations({ model: modelAt('lenet5'), image })
    expect(performance.now() - startedMs).toBeLessThan(20_000)
  })
})
