// Exported models in Chromium with nothing but TensorFlow.js: tf.loadLayersModel loads them and they give the engine's outputs.
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPrediction } from '../../src/main/engines/ort/predictionSession'
import { encodeTfjsModel, type TfjsModelFile } from '../../src/main/engines/tfjs/modelFormat'
import type { ArchitectureOptions } from '../../src/shared/lectures/architectures/architecture'
import { findArchitecture } from '../../src/shared/lectures/architectures/index'
import { initialiseWeights } from '../../src/shared/network/initialise'
import { requireSound } from '../../src/shared/network/inferDocument'
import { toNhwc } from '../../src/shared/targets/tfjs/weightLayout'
import type { NetworkDocument } from '../../src/shared/graph/document'
import { DocumentBuilder } from '../../src/shared/graph/documentBuilder'
import { NetloomError } from '../../src/shared/graph/errors'
import { RandomStream } from '../../src/shared/training/randomStream'
import { browserPath, launchBrowser, skipReason } from '../browser/findBrowser'
import { relativeError } from '../reference/runGraph'

const scaling = { mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.25, 0.3] }
const count = 3

/** One of each layer that TensorFlow.js's own layers have to be put together for. */
function manyLayers(): NetworkDocument {
  const builder = new DocumentBuilder('many layers')
  let last = builder.add('input', 'input', { shape: [3, 16, 16] })
  const add = (id: string, type: string, params: Readonly<Record<string, unknown>> = {}) => {
    last = builder.add(id, type, params, last)
    return last
  }
  add('grouped', 'conv2d', { filters: 6, kernel: 3, groups: 3, padding: [1, 0, 0, 1] })
  add('elu', 'elu', { alpha: 0.5 })
  add('stem', 'maxPool2d', { kernel: 3, stride: 2, padding: [1, 1, 1, 1] })
  add('depthwise', 'depthwiseConv2d', { kernel: 2, multiplier: 2, dilation: 2 })
  const norm = add('norm', 'batchNorm')
  add('prelu', 'prelu')
  add('average', 'averagePool2d', { kernel: 3, stride: 1, padding: [1, 1, 1, 1], countIncludePad: false })
  last = builder.add('sum', 'add', {}, last, norm)
  add('hard', 'hardSwish')
  add('blend', 'upsample2d', { scale: 2, mode: 'bilinear' })
  add('up', 'convTranspose2d', { filters: 5, kernel: 3, padding: [1, 1, 1, 1], outputPadding: 1, dilation: 2 })
  add('padded', 'zeroPad2d', { padding: [1, 0, 2, 0], channels: [1, 2] })
  add('layerNorm', 'layerNorm')
  add('drop', 'dropout', { rate: 0.5 })
  add('step', 'threshold', { output: 'step' })
  add('pool', 'maxPool2d', { kernel: 4, stride: 4 })
  add('flat', 'flatten')
  add('dense', 'dense', { units: 10 })
  add('softmax', 'softmax')
  return builder.build()
}

function buildArchitecture(id: string, options?: ArchitectureOptions): NetworkDocument {
  const architecture = findArchitecture(id)
  if (!architecture) throw new Error(`there is no ${id}`)
  return architecture.build(options)
}

const library = createRequire(import.meta.url)
const scripts = [
  'tfjs-core/dist/tf-core.min.js',
  'tfjs-backend-cpu/dist/tf-backend-cpu.min.js',
  'tfjs-layers/dist/tf-layers.min.js',
]

/** Runs in the page. @returns outputs, row by row */
const predictInPage = `async ([values, shape, url]) => {
  const model = await tf.loadLayersModel(url)
  const output = model.predict(tf.tensor(values, shape))
  return Array.from(await output.data())
}`

describe.skipIf(browserPath === undefined)(`a model exported for TensorFlow.js${skipReason}`, () => {
  const served = new Map<string, TfjsModelFile>()
  let server: Server
  let browser: Browser
  let page: Page
  let origin: string

  beforeAll(async () => {
    server = createServer((request, response) => {
      const url = request.url ?? ''
      const script = scripts.find((path) => url === `/${path}`)
      const file = script ? readFileSync(library.resolve(`@tensorflow/${script}`)) : served.get(url.slice(1))?.bytes
      const page = scripts.map((path) => `<script src="/${path}"></script>`).join('')
      if (url === '/') response.setHeader('content-type', 'text/html').end(`<!doctype html>${page}`)
      else if (file) response.end(file)
      else response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await launchBrowser()
    page = await browser.newPage()
    await page.goto(origin)
  })

  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  const networks: readonly (readonly [string, () => NetworkDocument])[] = [
    ['a network of many kinds of layers', manyLayers],
    ['ResNet-20', () => buildArchitecture('resnet20-cifar')],
  ]

  it.each(networks)('gives the outputs of ONNX Runtime in a browser: %s', async (_, build) => {
    const document = build()
    const weights = initialiseWeights(document, 2)
    const options = { weights, scaling, scalingInside: true, classes: undefined, version: 'test' }
    for (const file of await encodeTfjsModel(document, options)) served.set(file.name, file)
    const [, height = 1, width = 1] = requireSound(document).inputNode.outputs[0] ?? []
    const random = new RandomStream(3, 'pixels')
    const pixels = Uint8Array.from({ length: count * 3 * height * width }, () => random.below(256))
    const session = await openPrediction({ document, scaling, weights }, 'cpu')
    const expected = await session.predict(pixels, count)
    await session.dispose()
    const inputs = Array.from(toNhwc(Float32Array.from(pixels), count, [3, height, width]))
    const given = JSON.stringify([inputs, [count, height, width, 3], `${origin}/model.json`])
    const outputs = await page.evaluate<number[]>(`(${predictInPage})(${given})`)
    expect(new Set(expected).size).toBeGreaterThan(5)
    expect(relativeError(outputs, expected)).toBeLessThan(1e-4)
  })

  it('is refused, with the name of the layer, where TensorFlow.js has no such layer', async () => {
    const document = buildArchitecture('alexnet', { input: [3, 67, 67], classes: 5 })
    const options = {
      weights: initialiseWeights(document, 1),
      scaling,
      scalingInside: false,
      classes: undefined,
      version: '',
    }
    const failure = await encodeTfjsModel(document, options).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(NetloomError)
    expect(failure).toMatchObject({ code: 'export.unsupported', nodeId: expect.stringMatching(/norm|lrn/iu) })
  })
})
