// Small ONNX models of one operator or pattern, written to a file and imported with their receipt; not a test.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { importNetwork, type ImportRequest, type ImportResult } from '../../src/main/exchange/importOnnxFile'
import { encodeModel } from '../../src/shared/onnx/bytes'
import { GraphBuilder } from '../../src/shared/onnx/builder'
import type { Dim, OnnxModel, OnnxTensor } from '../../src/shared/onnx/model'
import { RandomStream } from '../../src/shared/training/randomStream'

/** A folder for one test file, removed after it. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-import-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Adds nodes behind the input `x` and gives the value that is the output. */
export type BuildGraph = (builder: GraphBuilder, x: string, weight: (...dims: readonly number[]) => string) => string

export interface ModelOptions {
  readonly opset?: number
  readonly irVersion?: number
  readonly input?: readonly Dim[]
  readonly metadata?: Readonly<Record<string, string>>
  readonly domains?: Readonly<Record<string, number>>
}

/** Reproducible values in [-1, 1), as an initialiser. */
export function randomTensor(label: string, dims: readonly number[]): OnnxTensor {
  const random = new RandomStream(5, label)
  const count = dims.reduce((product, extent) => product * extent, 1)
  return { dataType: 'float32', dims, data: Float32Array.from({ length: count }, () => random.between(-1, 1)) }
}

/** A model with the input `x` and the output that `build` gives. */
export function buildModel(build: BuildGraph, options: ModelOptions = {}): OnnxModel {
  const { opset = 17, irVersion = 8, input = ['N', 3, 8, 8], metadata = {}, domains = {} } = options
  const builder = new GraphBuilder(false)
  const x = builder.input('x', 'float32', input)
  let count = 0
  const weight = (...dims: readonly number[]): string => {
    const name = `w${count++}.weight`
    return builder.initializer(name, randomTensor(name, dims))
  }
  const y = build(builder, x, weight)
  builder.output(y, 'float32')
  return {
    irVersion,
    opsets: { '': opset, ...domains },
    producerName: 'test',
    producerVersion: '1',
    metadata,
    graph: builder.build('case'),
  }
}

/** Writes a model and imports it. */
export async function importModel(
  folder: string,
  model: OnnxModel,
  request: ImportRequest = {},
): Promise<ImportResult> {
  const path = join(folder, 'case.onnx')
  writeFileSync(path, encodeModel(model))
  return importNetwork(path, { flat: true, ...request })
}
