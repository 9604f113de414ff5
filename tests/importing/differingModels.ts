// Small models of doubles that compute something else in float32, so that their import must say so; not a test.
import { GraphBuilder } from '../../src/shared/onnx/builder'
import type { OnnxModel } from '../../src/shared/onnx/model'

function modelOf(build: (builder: GraphBuilder, x: string, number: (value: number) => string) => string): OnnxModel {
  const builder = new GraphBuilder(false)
  const x = builder.input('x', 'float64', ['N', 1, 28, 28])
  let count = 0
  const number = (value: number): string =>
    builder.initializer(`number${count++}`, { dataType: 'float64', dims: [1], data: Float64Array.of(value) })
  builder.output(build(builder, x, number), 'float64')
  const graph = builder.build('doubles')
  return { irVersion: 8, opsets: { '': 17 }, producerName: '', producerVersion: '', metadata: {}, graph }
}

/** A linear classifier of ten classes behind plus 1e9 and minus 1e9: float32 keeps nothing of the image. */
export function cancelling(): OnnxModel {
  return modelOf((b, x, number) => {
    const flat = b.add('Flatten', [x], {}, { outputs: ['flat'] })
    const large = b.add('Add', [flat, number(1e9)], {}, { outputs: ['large'] })
    const small = b.add('Sub', [large, number(1e9)], {}, { outputs: ['small'] })
    const data = Float64Array.from({ length: 10 * 784 }, (_, index) => ((index * 37) % 101) / 101 - 0.5)
    return b.add('Gemm', [small, b.initializer('w', { dataType: 'float64', dims: [10, 784], data })], { transB: 1 })
  })
}

/** The image times 1e60 by two factors, and divided by it again: float32 ends at 3.4e38. */
export function overflowing(): OnnxModel {
  return modelOf((b, x, number) => {
    const flat = b.add('Flatten', [x], {}, { outputs: ['flat'] })
    const first = b.add('Mul', [flat, number(1e30)], {}, { outputs: ['first'] })
    const large = b.add('Mul', [first, number(1e30)], {}, { outputs: ['large'] })
    const shrunk = b.add('Div', [large, number(1e30)], {}, { outputs: ['shrunk'] })
    return b.add('Div', [shrunk, number(1e30)])
  })
}
