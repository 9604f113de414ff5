// Every example of every layer in ONNX Runtime: the model loads, takes any batch, and has the shape that we inferred.
import { describe, expect, it } from 'vitest'
import { countElements } from '../../src/shared/graph/shape'
import { layerDefinitions } from '../../src/shared/layers/index'
import { runLayer } from './runLayer'

/** Examples whose weights would fill memory are checked by their counts alone. */
const largestParameters = 1_000_000

/** A layer without output ports gives nothing to compare. */
const computing = layerDefinitions.filter(({ outputPorts }) => outputPorts.length > 0)

describe.each(computing.map((definition) => ({ type: definition.type, definition })))('$type', ({ definition }) => {
  const works = definition.examples.filter(
    ({ error, parameters = 0 }) => error === undefined && parameters <= largestParameters,
  )

  it.each(works)('gives the inferred shape: $name', async ({ params, inputs, output = [] }) => {
    for (const batch of [1, 3]) {
      const { dims, data } = await runLayer({ type: definition.type, params, inputs, batch })
      expect(dims).toEqual([batch, ...output])
      expect(data).toHaveLength(batch * countElements(output))
      expect(data.every((value) => Number.isFinite(value))).toBe(true)
    }
  })
})
