// Every example of every layer on TensorFlow.js against ONNX Runtime: outputs, gradients, and the form for plain TensorFlow.js.
import { beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest'
import { openBackend, tf } from '../../src/main/engines/tfjs/backend'
import { NetloomError } from '../../src/shared/graph/errors'
import { countElements } from '../../src/shared/graph/shape'
import { layerDefinitions } from '../../src/shared/layers/index'
import { relativeError } from '../reference/runGraph'
import { fillProbe, inferLayer, probeOrt, probeTfjs, type Probed } from './probe'

/** Plain JavaScript takes a second for 20 million multiplications: larger examples are checked by their counts alone. */
const mostMacs = 2_000_000
const mostValues = 500_000

function compare(actual: Probed, expected: Probed, tolerances: { readonly y: number; readonly rest: number }): void {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort())
  for (const [name, values] of expected)
    expect(relativeError(actual.get(name) ?? [], values), name).toBeLessThan(
      name === 'y' ? tolerances.y : tolerances.rest,
    )
}

const tolerances = { y: 1e-4, rest: 1e-3 }

/** ONNX operators that have no layer of their own, alone or together: TensorFlow.js refuses them. */
const kept: readonly string[] = ['onnxOperator', 'onnxOperators']

/** The input computes nothing. */
const written = layerDefinitions.filter(
  ({ type, outputPorts }) => type !== 'input' && !kept.includes(type) && outputPorts.length > 0,
)

beforeAll(async () => {
  await openBackend('cpu')
})
beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

it.each(layerDefinitions.filter(({ type }) => kept.includes(type)))('refuses $type', async ({ type, examples }) => {
  const [example] = examples.filter(({ error }) => error === undefined)
  const probe = fillProbe(inferLayer(type, example?.params ?? {}, example?.inputs ?? []), 2)
  const options = { mode: 'inference', gradients: false, audience: 'engine' } as const
  await expect(probeTfjs(probe, options)).rejects.toThrow(/TensorFlow\.js has no /u)
})

describe.each(written.map((definition) => ({ type: definition.type, definition })))('$type', ({ type, definition }) => {
  const works = definition.examples.filter(
    ({ error, parameters = 0, macs = 0, inputs, output = [] }) =>
      error === undefined &&
      inputs.length > 0 &&
      parameters <= mostValues &&
      macs <= mostMacs &&
      countElements(output) <= mostValues,
  )

  it.each(works)('trains as on ONNX Runtime: $name', async ({ params, inputs }) => {
    const probe = fillProbe(inferLayer(type, params, inputs), 2)
    const options = { mode: 'training', gradients: true } as const
    compare(await probeTfjs(probe, { ...options, audience: 'engine' }), await probeOrt(probe, options), tolerances)
  })

  it.each(works)(
    'predicts as ONNX Runtime, also from layers of plain TensorFlow.js: $name',
    async ({ params, inputs }) => {
      const probe = fillProbe(inferLayer(type, params, inputs), 2)
      const options = { mode: 'inference', gradients: false } as const
      const expected = await probeOrt(probe, options)
      compare(await probeTfjs(probe, { ...options, audience: 'engine' }), expected, tolerances)
      const portable = probeTfjs(probe, { ...options, audience: 'portable' })
      if (type === 'localResponseNorm') await expect(portable).rejects.toThrow(NetloomError)
      else compare(await portable, expected, tolerances)
    },
  )
})
