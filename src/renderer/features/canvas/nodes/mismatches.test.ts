// Tests of what a wire says whose shape is refused.
import { expect, it } from 'vitest'
import { checkDocument } from '../../../../shared/network/checkDocument'
import { inferDocument } from '../../../../shared/network/inferDocument'
import { DocumentBuilder } from '../../../../shared/graph/documentBuilder'
import { buildEdgeViews, describeEdge, widthOfEdge } from './edgeViews'

/** What stands on each wire: `conv1>sum: 32×8×8 ≠ 64×8×8`, or the shape alone. */
function pillsOf(draw: (builder: DocumentBuilder) => void): readonly string[] {
  const builder = new DocumentBuilder('network')
  builder.add('input', 'input', { shape: [3, 8, 8] })
  draw(builder)
  const document = builder.build()
  const views = buildEdgeViews(document, inferDocument(document), checkDocument(document), new Map())
  return views.map(({ view }) => `${view.edge.from.node}>${view.edge.to.node}: ${view.mismatch || view.shape}`)
}

function addConvolution(builder: DocumentBuilder, id: string, filters: number, stride = 1): void {
  builder.add(id, 'conv2d', { filters, kernel: [3, 3], stride: [stride, stride], padding: 'same-upper' }, 'input')
}

it('shows both shapes on the branch that an addition refuses, and only there', () => {
  const pills = pillsOf((builder) => {
    addConvolution(builder, 'a', 64)
    addConvolution(builder, 'b', 32)
    builder.add('sum', 'add', {}, 'a', 'b')
  })
  expect(pills.slice(-2)).toEqual(['a>sum: 64×8×8', 'b>sum: 32×8×8 ≠ 64×8×8'])
})

it('takes the shape that most branches have for the right one', () => {
  const pills = pillsOf((builder) => {
    addConvolution(builder, 'a', 16)
    addConvolution(builder, 'b', 32)
    addConvolution(builder, 'c', 32)
    builder.add('sum', 'add', {}, 'a', 'b', 'c')
  })
  expect(pills.slice(-3)).toEqual(['a>sum: 16×8×8 ≠ 32×8×8', 'b>sum: 32×8×8', 'c>sum: 32×8×8'])
})

it('lets a concatenation have any channels, but one height and width', () => {
  const pills = pillsOf((builder) => {
    addConvolution(builder, 'a', 16)
    addConvolution(builder, 'b', 32)
    addConvolution(builder, 'c', 32, 2)
    builder.add('join', 'concat', {}, 'a', 'b', 'c')
  })
  expect(pills.slice(-3)).toEqual(['a>join: 16×8×8', 'b>join: 32×8×8', 'c>join: 32×4×4 ≠ 16×8×8'])
})

it('shows what a layer wants instead of a vector, and the shape alone where a window is too large', () => {
  const pills = pillsOf((builder) => {
    builder.add('flatten', 'flatten', {}, 'input')
    builder.add('pool', 'maxPool2d', { kernel: [2, 2] }, 'flatten')
    builder.add('wide', 'maxPool2d', { kernel: [9, 9] }, 'input')
  })
  expect(pills.slice(-2)).toEqual(['flatten>pool: 192 ≠ C×H×W', 'input>wide: ! 3×8×8'])
})

it('draws a wire by 1.5 for each power of ten, and tells the number of values', () => {
  expect([0, 1, 10, 1000, 1_000_000].map(widthOfEdge)).toEqual([1, 1, 2.5, 5.5, 10])
  const builder = new DocumentBuilder('network')
  builder.add('input', 'input', { shape: [3, 32, 32] })
  builder.add('relu1', 'relu', {}, 'input')
  const document = builder.build()
  const [edge] = buildEdgeViews(document, inferDocument(document), [], new Map())
  // 3 * 32 * 32 = 3072
  expect(edge && describeEdge(edge.view)).toBe('input to relu1, 3×32×32 = 3,072 values per image')
})
