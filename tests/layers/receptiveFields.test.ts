// The stated receptive fields against what ONNX Runtime's outputs depend on, column by column.
import { expect, it } from 'vitest'
import { findLayer } from '../../src/shared/layers/index'
import { extendReceptiveField, inputReceptiveField } from '../../src/shared/shapes/receptiveField'
import { runLayer } from './runLayer'

const width = 9

const cases: readonly (readonly [string, Record<string, unknown>, exact: boolean])[] = [
  ['conv2d', { filters: 1, kernel: [1, 3], padding: 'same-upper' }, true],
  ['conv2d', { filters: 1, kernel: [1, 4], padding: 'same-lower' }, true],
  ['conv2d', { filters: 1, kernel: [1, 3], stride: [1, 2], dilation: [1, 2], padding: [0, 1, 0, 0] }, true],
  ['averagePool2d', { kernel: [1, 3], stride: [1, 3] }, true],
  ['zeroPad2d', { padding: [0, 2, 0, 1] }, true],
  ['globalAveragePool', {}, true],
  ['convTranspose2d', { filters: 1, kernel: [1, 4], stride: [1, 2], padding: [0, 1, 0, 1] }, true],
  ['convTranspose2d', { filters: 1, kernel: [1, 3], stride: [1, 2] }, false],
  ['convTranspose2d', { filters: 1, kernel: [1, 3], stride: [1, 3], padding: [0, 0, 0, 2] }, true],
  ['upsample2d', { scale: [1, 3] }, true],
  ['upsample2d', { scale: [1, 2], mode: 'bilinear' }, true],
]

/** First and last input column that each output column depends on. */
async function findDependence(type: string, params: Record<string, unknown>) {
  const impulses = Array.from({ length: width + 1 }, (_, column) =>
    Array.from({ length: width }, (_, place) => (place === column ? 1 : 0)),
  )
  const { data, dims } = await runLayer({
    type,
    params,
    inputs: [[1, 1, width]],
    values: [impulses.flat()],
    batch: width + 1,
  })
  const columns = dims.at(-1) ?? 0
  // The last image is all zeros: what it gives is the bias.
  const differs = (image: number, column: number): boolean =>
    Math.abs((data[image * columns + column] ?? 0) - (data[width * columns + column] ?? 0)) > 1e-6
  return Array.from({ length: columns }, (_, column) => {
    const seen = Array.from({ length: width }, (_, image) => image).filter((image) => differs(image, column))
    return { first: seen[0], last: seen.at(-1) }
  })
}

it.each(cases)(
  '%s %o: no output sees more than its field says, and inner ones see all of it',
  async (type, params, exact) => {
    const definition = findLayer(type)
    if (!definition) throw new Error(`no layer ${type}`)
    const context = {
      nodeId: 'probe',
      params: definition.params.parse(params),
      inputs: [[1, 1, width]],
      inputNames: ['x'],
    }
    const field = extendReceptiveField(inputReceptiveField, definition.receptiveWindow?.(context))
    if (!field) throw new Error('no field')
    const dependence = await findDependence(type, params)
    let widest = 0
    dependence.forEach(({ first, last }, column) => {
      if (first === undefined || last === undefined) return
      const centre = field.start[1] + column * field.jump[1]
      // Where a layer enlarges, neighbours share one field: each lies within one pixel of its centre.
      const slack = field.jump[1] < 1 ? 1 : 1e-9
      expect(first).toBeGreaterThanOrEqual(centre - field.size[1] / 2 - slack)
      expect(last + 1).toBeLessThanOrEqual(centre + field.size[1] / 2 + slack)
      widest = Math.max(widest, last + 1 - first)
    })
    if (exact) expect(widest).toBe(field.size[1])
    else expect(widest).toBeLessThanOrEqual(field.size[1])
  },
)
