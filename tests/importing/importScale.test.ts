// Importing takes time in proportion to the operators of a file: twice as many take about twice the work.
import { expect, it } from 'vitest'
import { analyzeOnnx } from '../../src/main/models/onnxAnalysis'
import { foldBlocks } from '../../src/shared/edits/foldBlocks/foldBlocks'
import { gatherParts } from '../../src/shared/edits/gatherParts/gatherParts'
import { importOnnx } from '../../src/shared/exchange/onnx/importOnnx'
import { lowerDocument } from '../../src/shared/lower/lower'
import { analyzeDocument } from '../../src/shared/network/analyze'
import { checkDocument } from '../../src/shared/network/checkDocument'
import { decodeModel, encodeModel } from '../../src/shared/onnx/bytes'
import type { OnnxTensor } from '../../src/shared/onnx/model'
import { buildModel, type BuildGraph } from './modelCase'

/** Adds one more part of a network behind `x`; tensors and operators get the name of the part. */
type Part = (builder: Parameters<BuildGraph>[0], x: string, name: string) => string

function filled(value: number, ...dims: readonly number[]): OnnxTensor {
  return { dataType: 'float32', dims, data: new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(value) }
}

function addConv(b: Parameters<Part>[0], x: string, name: string): string {
  const weight = b.initializer(`${name}.weight`, filled(0.1, 4, 4, 3, 3))
  return b.add('Conv', [x, weight], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })
}

function addNorm(b: Parameters<Part>[0], x: string, name: string): string {
  const values = [1, 0, 0, 1].map((value, index) => b.initializer(`${name}.${index}`, filled(value, 4)))
  return b.add('BatchNormalization', [x, ...values])
}

/** Kinds of networks with the operators of one part; each met its own step that grew with the square of the layers. */
const kinds: Readonly<Record<string, { readonly operators: number; readonly part: Part }>> = {
  'layers of one name': { operators: 1, part: (b, x) => b.add('Sigmoid', [x]) },
  'operators that stop gradients, with weights between them': {
    operators: 4,
    part: (b, x, name) => b.add('Add', [b.add('Round', [b.add('Round', [addConv(b, x, name)])]), x]),
  },
  'convolutions with norms that are nearly a VGG block': {
    operators: 3,
    part: (b, x, name) => b.add('Relu', [addNorm(b, addConv(b, x, `${name}.conv`), `${name}.bn`)]),
  },
  'residual blocks that repeat': {
    operators: 7,
    part: (b, x, name) => {
      const first = b.add('Relu', [addNorm(b, addConv(b, x, `${name}.conv1`), `${name}.bn1`)])
      return b.add('Relu', [b.add('Add', [addNorm(b, addConv(b, first, `${name}.conv2`), `${name}.bn2`), x])])
    },
  },
}

/** Everything that an import does with a file but its receipt, in seconds of the processor. */
function measureImport({ operators, part }: (typeof kinds)[string], count: number): number {
  const build: BuildGraph = (builder, x) => {
    let last = x
    for (let index = 0; index * operators < count; index++) last = part(builder, last, `part${index}`)
    return last
  }
  const bytes = encodeModel(buildModel(build, { input: ['N', 4, 8, 8] }))
  const start = process.cpuUsage()
  const model = decodeModel(bytes)
  const flat = importOnnx(model)
  const { document } = gatherParts(foldBlocks(flat.document, { places: true }).document)
  checkDocument(document)
  analyzeDocument(document)
  analyzeOnnx(model, 'file')
  lowerDocument(flat.document, { mode: 'inference', weights: flat.weights })
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

/** Between 2, for work in proportion, and 4, for its square. */
const mostRatio = 3.2

it.each(Object.entries(kinds))('twice as many operators take about twice the work: %s', (_, kind) => {
  measureImport(kind, 500)
  const ratio = (): number => measureImport(kind, 8000) / measureImport(kind, 4000)
  // Work that grows with the square gives 4. What else the machine does shows in single measurements, so that one of
  // four has to be right.
  let best = ratio()
  for (let attempt = 1; attempt < 4 && best > mostRatio; attempt++) best = Math.min(best, ratio())
  expect(best).toBeLessThanOrEqual(mostRatio)
})
