// One harness over all blocks: every example gives its shape, counts and errors, from the expansion; every file is in the list.
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyzeDocument } from '../../network/analyze'
import { inferDocument } from '../../network/inferDocument'
import { initialiseWeights } from '../../network/initialise'
import { lowerDocument } from '../../lower/lower'
import { DocumentBuilder } from '../../graph/documentBuilder'
import type { NetworkDocument } from '../../graph/document'
import type { BlockDefinition, LayerExample } from '../define'
import { findDefinition } from '../index'
import { blockDefinitions } from './index'

const probe = 'stage1/probe'

/** An input, the block of the example, and nothing else; blocks have one input. */
function buildExample(definition: BlockDefinition, example: LayerExample): NetworkDocument {
  const builder = new DocumentBuilder('example')
  const input = builder.add('input', 'input', { shape: [...(example.inputs[0] ?? [])] })
  builder.add(probe, definition.type, example.params, input)
  return builder.build()
}

describe('the list of blocks', () => {
  it('holds a block for each file in the folder', () => {
    const files = readdirSync(new URL('.', import.meta.url))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'index.ts')
      .map((name) => name.slice(0, -3))
    expect(blockDefinitions.map(({ type }) => type).sort()).toEqual(files.sort())
  })

  it('finds each block by its type', () => {
    for (const definition of blockDefinitions) expect(findDefinition(definition.type)).toBe(definition)
  })
})

describe.each(blockDefinitions.map((definition) => ({ type: definition.type, definition })))(
  '$type',
  ({ definition }) => {
    const works = definition.examples.filter(({ error }) => error === undefined)
    const fails = definition.examples.filter(({ error }) => error !== undefined)

    it('has a text for the palette, a source, described parameters and an example that works', () => {
      expect(definition.doc).toMatch(/\.$/)
      expect(definition.source).not.toBe('')
      expect(definition.category).toBe('block')
      expect(works.length).toBeGreaterThan(0)
      for (const [name, schema] of Object.entries(definition.params.shape)) {
        const meta = 'meta' in schema && typeof schema.meta === 'function' ? schema.meta() : undefined
        expect(meta, name).toMatchObject({ title: expect.any(String), help: expect.any(String) })
      }
    })

    it.each(works)('expands, infers and counts: $name', (example) => {
      const document = buildExample(definition, example)
      const inference = inferDocument(document)
      expect(inference.issues.filter(({ level }) => level === 'error')).toEqual([])
      const node = [...inference.nodes.values()].at(-1)
      expect(node?.outputs).toEqual([example.output])
      const { parameters, macs, layers } = analyzeDocument(document)
      if (example.parameters !== undefined) expect(parameters.total).toBe(example.parameters)
      if (example.macs !== undefined) expect(macs).toBe(example.macs)
      for (const { id } of layers.slice(1)) expect(id.startsWith(`${probe}/`)).toBe(true)
      expect(definition.summary(node?.params ?? {})).not.toMatch(/undefined|NaN|\[object/)
    })

    it.each(works)('lowers for inference and training, with weights by their paths: $name', (example) => {
      const document = buildExample(definition, example)
      const weights = initialiseWeights(document, 1)
      const lowered = lowerDocument(document, { mode: 'inference', weights })
      expect(lowered.outputShape).toEqual(example.output)
      for (const path of weights.keys()) expect(path.startsWith(`${probe}/`)).toBe(true)
      expect(lowerDocument(document, { mode: 'training' }).weights.map(({ path }) => path)).toEqual([...weights.keys()])
    })

    it.each(fails)('refuses: $name', (example) => {
      const error = inferDocument(buildExample(definition, example)).issues.find(({ level }) => level === 'error')
      expect(error?.code).toBe(example.error)
      expect(error?.nodeId).toBe(probe)
      expect(error?.message).toContain(`"${probe}`)
    })
  },
)
