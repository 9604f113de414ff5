// One harness over all layers: every example gives its shape, counts and errors; every file is in the list.
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { NetloomError } from '../graph/errors'
import { extendReceptiveField, inputReceptiveField } from '../shapes/receptiveField'
import { countParameters, type InferredContext, type LayerDefinition, type LayerExample } from './define'
import { findLayer, layerDefinitions } from './index'
import { printStatement } from '../shapes/arithmeticLine'
import { evaluate } from '../shapes/expression'

const nodeId = 'stage1/probe'

/** The example as inference sees it, or undefined where its parameters are refused. */
function prepare(definition: LayerDefinition, example: LayerExample) {
  const parsed = definition.params.strict().safeParse(example.params)
  if (!parsed.success) return undefined
  const inputNames = example.inputs.map((_, index) => `source${index}`)
  return { nodeId, params: parsed.data, inputs: example.inputs, inputNames }
}

function infer(definition: LayerDefinition, example: LayerExample) {
  const context = prepare(definition, example)
  if (!context) throw new Error('the parameters are refused')
  const result = definition.infer(context)
  return { result, context: { ...context, outputs: result.outputs } satisfies InferredContext<unknown> }
}

function refusal(definition: LayerDefinition, example: LayerExample): NetloomError | undefined {
  const context = prepare(definition, example)
  try {
    if (context) definition.infer(context)
  } catch (error) {
    if (error instanceof NetloomError) return error
    throw error
  }
  return undefined
}

describe('the list of layers', () => {
  it('holds a layer for each file in the folder', () => {
    const others = new Set(['define.ts', 'index.ts'])
    const files = readdirSync(new URL('.', import.meta.url))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !others.has(name))
      .map((name) => name.slice(0, -3))
    expect(layerDefinitions.map(({ type }) => type).sort()).toEqual(files.sort())
  })

  it('finds each layer by its type and nothing else', () => {
    for (const definition of layerDefinitions) expect(findLayer(definition.type)).toBe(definition)
    expect(findLayer('constructor')).toBeUndefined()
  })
})

describe.each(layerDefinitions.map((definition) => ({ type: definition.type, definition })))(
  '$type',
  ({ definition }) => {
    const works = definition.examples.filter(({ error }) => error === undefined)
    const fails = definition.examples.filter(({ error }) => error !== undefined)

    it('has a text for the palette, a source and an example that works', () => {
      expect(definition.doc).toMatch(/\.$/)
      expect(definition.source).not.toBe('')
      expect(works.length).toBeGreaterThan(0)
    })

    it('describes each parameter for the inspector', () => {
      for (const [name, schema] of Object.entries(definition.params.shape)) {
        const meta = 'meta' in schema && typeof schema.meta === 'function' ? schema.meta() : undefined
        expect(meta, name).toMatchObject({ title: expect.any(String), help: expect.any(String) })
      }
    })

    it.each(works)('infers: $name', (example) => {
      const { result, context } = infer(definition, example)
      // A layer without output ports ends a side branch.
      const isEnd = definition.outputPorts.length === 0
      expect(example.output === undefined, 'an example that works states its output').toBe(isEnd)
      expect(result.outputs).toEqual(isEnd ? [] : [example.output])
      expect(result.outputs).toHaveLength(definition.outputPorts.length)
      const weights = definition.weights?.(context) ?? []
      if (example.parameters !== undefined) expect(countParameters(weights)).toBe(example.parameters)
      if (example.macs !== undefined) expect(definition.macs?.(context)).toBe(example.macs)
      const codes = (result.warnings ?? []).map(({ code }) => code)
      expect(codes.includes('layer.dropped')).toBe(example.warning === 'layer.dropped')
      if (example.warning) expect(codes).toContain(example.warning)
      for (const { message } of result.warnings ?? []) expect(message).toContain(`"${nodeId}"`)
    })

    it.each(works)('explains: $name', (example) => {
      const { context } = infer(definition, example)
      const lines = definition.explain(context)
      expect(lines.length).toBeGreaterThan(0)
      for (const { states, ...rest } of lines)
        expect(JSON.stringify([printStatement(states), rest])).not.toMatch(/undefined|NaN|\[object/)
      const resultOf = (subject: string) => {
        const states = lines.find((line) => line.subject === subject)?.states
        return states?.kind === 'number' ? evaluate(states.value) : undefined
      }
      // What is counted by the weights and the definition is what the arithmetic comes to.
      const parameters = countParameters(definition.weights?.(context) ?? [])
      expect(resultOf('parameters') ?? parameters).toBe(parameters)
      const macs = definition.macs?.(context)
      // An operator without products says nothing of them.
      expect(resultOf('multiplications') ?? (macs === 0 ? 0 : undefined)).toBe(macs)
      expect(definition.summary(context.params)).not.toMatch(/undefined|NaN|\[object/)
    })

    it.each(works)('names its weights once and keeps their extents whole: $name', (example) => {
      const { context } = infer(definition, example)
      const weights = definition.weights?.(context) ?? []
      expect(new Set(weights.map(({ name }) => name)).size).toBe(weights.length)
      for (const { shape } of weights)
        for (const extent of shape) expect(Number.isInteger(extent) && extent > 0).toBe(true)
    })

    it.each(works)('parses what it has parsed to the same: $name', (example) => {
      const once = definition.params.strict().parse(example.params)
      expect(definition.params.strict().parse(JSON.parse(JSON.stringify(once)))).toEqual(once)
    })

    it.each(works.filter(({ inputs }) => inputs.length > 0))('has finite receptive fields: $name', (example) => {
      const { context } = infer(definition, example)
      const field = extendReceptiveField(inputReceptiveField, definition.receptiveWindow?.(context))
      for (const value of field ? [...field.size, ...field.jump, ...field.start] : []) {
        expect(Number.isFinite(value)).toBe(true)
      }
    })

    it.each(fails)('refuses: $name', (example) => {
      const error = refusal(definition, example)
      if (example.error === 'layer.parameter' && !prepare(definition, example)) return
      expect(error?.code).toBe(example.error)
      expect(error?.nodeId).toBe(nodeId)
      expect(error?.message).toContain(`${definition.title} "${nodeId}"`)
      expect(error?.hint).toMatch(/\.$/)
    })
  },
)
