import { describe, expect, it } from 'vitest'
import type { NetworkDocument } from './document'
import { DocumentBuilder } from './documentBuilder'
import { NetloomError } from './errors'
import { parseDocument, serializeDocument } from './schema'

function caught(text: string): NetloomError {
  try {
    parseDocument(text)
  } catch (error) {
    if (error instanceof NetloomError) return error
    throw error
  }
  throw new Error('parsed without an error')
}

const builder = new DocumentBuilder('digits')
builder.add('input', 'input', { shape: [1, 28, 28] })
builder.add('conv1', 'conv2d', { filters: 6, kernel: [5, 5], padding: 'same-upper' }, 'input')
builder.add('stage1/relu', 'relu', {}, 'conv1')

const full: NetworkDocument = {
  ...builder.build(),
  dataset: { source: 'builtin:digits' },
  classes: ['zero', 'one "1"', 'zwölf'],
  scaling: { mean: [0.1307], deviation: [0.3081] },
  weights: 'digits.safetensors',
  recipe: { epochs: 5, optimizer: { type: 'adam', beta1: 0.9 }, freeze: ['conv1'] },
}

const minimal = '{"format":"netloom","version":1,"name":"n","nodes":[],"edges":[]}'

describe('serializeDocument', () => {
  it('writes keys in a fixed order, short values on one line', () => {
    expect(serializeDocument(full)).toMatchInlineSnapshot(`
      "{
        "format": "netloom",
        "version": 1,
        "name": "digits",
        "dataset": { "source": "builtin:digits" },
        "classes": ["zero", "one \\"1\\"", "zwölf"],
        "scaling": { "mean": [0.1307], "deviation": [0.3081] },
        "weights": "digits.safetensors",
        "recipe": { "epochs": 5, "optimizer": { "type": "adam", "beta1": 0.9 }, "freeze": ["conv1"] },
        "nodes": [
          {
            "id": "input",
            "type": "input",
            "params": { "shape": [1, 28, 28] },
            "position": { "x": 0, "y": 0 }
          },
          {
            "id": "conv1",
            "type": "conv2d",
            "params": { "filters": 6, "kernel": [5, 5], "padding": "same-upper" },
            "position": { "x": 0, "y": 90 }
          },
          { "id": "stage1/relu", "type": "relu", "params": {}, "position": { "x": 0, "y": 180 } }
        ],
        "edges": [
          { "from": { "node": "input", "port": "out" }, "to": { "node": "conv1", "port": "in" } },
          { "from": { "node": "conv1", "port": "out" }, "to": { "node": "stage1/relu", "port": "in" } }
        ]
      }
      "
    `)
  })

  it('gives the same bytes for the same document, whatever the order of its keys', () => {
    const { edges, nodes, ...rest } = full
    const reordered: NetworkDocument = {
      edges,
      nodes: nodes.map(({ params, ...node }) => ({ params, ...node })),
      ...rest,
    }
    expect(serializeDocument(reordered)).toBe(serializeDocument(full))
  })

  it('breaks lists that take more than 100 characters', () => {
    const wide = serializeDocument({ ...full, classes: Array.from({ length: 20 }, (_, index) => `class ${index}`) })
    expect(wide).toContain('"classes": [\n    "class 0",\n    "class 1",\n')
    for (const line of wide.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })
})

describe('the round trip', () => {
  it('gives the document back', () => {
    expect(parseDocument(serializeDocument(full))).toEqual(full)
  })

  it('gives the text back', () => {
    const text = serializeDocument(full)
    expect(serializeDocument(parseDocument(text))).toBe(text)
  })

  it.each([0, -0, 0.1, 1e21, 1e-7, -1.5e300, 5e-324, 123456789012345680000])('keeps the number %d', (value) => {
    const text = serializeDocument({ ...full, recipe: { value } })
    expect(parseDocument(text).recipe?.value).toBe(value)
    expect(serializeDocument(parseDocument(text))).toBe(text)
  })

  it('keeps texts with quotes, line ends and lone surrogates', () => {
    const name = 'a"b\\c\n\u2028\u{1F600}\uD800'
    expect(parseDocument(serializeDocument({ ...full, name })).name).toBe(name)
  })
})

describe('parseDocument', () => {
  it('reads a minimal document, also behind a byte order mark', () => {
    expect(parseDocument(`\uFEFF${minimal}`)).toEqual(JSON.parse(minimal))
  })

  it.each([
    ['{"format": "netloom",\n  "version": 1,,\n}', 2, 16, '","', 'a name in quotes'],
    ['{"format": "netloom",\n  "version": 1\n', 3, 1, 'the end of the file', '"," or the closing bracket'],
    ['', 1, 1, 'the end of the file', 'a value'],
    ['{"a" 1}', 1, 6, '"1"', '":"'],
    ['{"a": [1, 2}', 1, 12, '"}"', '"," or the closing bracket'],
    ['{"a": tru}', 1, 7, '"t"', 'a value'],
    ['{} {}', 1, 4, '"{"', 'the end of the file'],
    ["{'a': 1}", 1, 2, `"'"`, 'a name in quotes or "}"'],
    ['{"a": 01}', 1, 8, '"1"', '"," or the closing bracket'],
    ['{"a": "no end', 1, 7, '"\\""', 'a value'],
  ])('tells line and column where %j stops being JSON', (text, line, column, received, expected) => {
    const error = caught(text)
    expect(error.code).toBe('document.syntax')
    expect(error.message).toBe(
      `The file is not JSON: line ${line}, column ${column} has ${received} where ${expected} should be.`,
    )
  })

  it('refuses JSON that is something else', () => {
    for (const text of ['[]', 'null', '3', '{"nodes": []}']) {
      expect(caught(text).message).toBe('The file is JSON, but no network document: "format" is not "netloom".')
    }
  })

  it('refuses newer versions and missing ones', () => {
    expect(caught(minimal.replace('"version":1', '"version":2'))).toMatchObject({
      code: 'document.version',
      message: 'The file has version 2, this Netloom reads up to 1. Open it with a newer Netloom.',
    })
    expect(caught(minimal.replace('"version":1', '"version":"1"')).code).toBe('document.version')
  })

  const withNode = (node: unknown): string =>
    JSON.stringify({
      format: 'netloom',
      version: 1,
      name: 'n',
      nodes: [{ id: 'a', type: 'relu', params: {} }, node],
      edges: [],
    })

  it.each([
    [{ id: 'b', type: 'relu', params: 3 }, 'nodes[1].params', 'nodes[1].params must be an object, is 3.'],
    [{ id: 'b', type: 'relu' }, 'nodes[1].params', 'nodes[1].params must be an object and is missing.'],
    [{ id: 'b', type: 7, params: {} }, 'nodes[1].type', 'nodes[1].type must be a text, is 7.'],
    [
      { id: 'b c', type: 'relu', params: {} },
      'nodes[1].id',
      'nodes[1].id must be letters, digits and "_ - .", parts separated by "/", at most 200 characters, is "b c".',
    ],
    [
      { id: 'b', type: 'relu', params: {}, postion: { x: 0, y: 0 } },
      'nodes[1].postion',
      'The document has an unknown key: nodes[1].postion. Did you mean "position"?',
    ],
    [
      { id: 'b', type: 'relu', params: {}, position: { x: '0', y: 0 } },
      'nodes[1].position.x',
      'nodes[1].position.x must be a number, is "0".',
    ],
  ])('locates what is wrong in %j', (node, path, message) => {
    const error = caught(withNode(node))
    expect(error).toMatchObject({ code: 'document.schema', path, message })
  })

  it('names an unknown key at the top and counts the other findings', () => {
    const error = caught(minimal.replace('"edges":[]', '"edges":3,"clases":[]'))
    expect(error.message).toBe('edges must be a list, is 3 (1 more).')
    expect(caught(minimal.replace('"edges"', '"clases":[],"edges"')).message).toBe(
      'The document has an unknown key: clases. Did you mean "classes"?',
    )
  })

  it('refuses two layers of one name', () => {
    expect(caught(withNode({ id: 'a', type: 'relu', params: {} }))).toMatchObject({
      code: 'graph.duplicateId',
      message: 'nodes[0] and nodes[1] are both named "a". Give one of them another name.',
    })
  })

  it('refuses __proto__ anywhere and keeps the prototypes clean', () => {
    const error = caught(
      minimal.replace('"nodes":[]', '"nodes":[{"id":"a","type":"relu","params":{"__proto__":{"bad":1}}}]'),
    )
    expect(error).toMatchObject({ code: 'document.schema', path: 'nodes[0].params.__proto__' })
    expect('bad' in {}).toBe(false)
  })

  it('refuses nesting beyond 32 levels, also a million of them', () => {
    for (const depth of [40, 1_000_000]) {
      const text = minimal.replace('"name"', `"recipe":{"x":${'['.repeat(depth)}${']'.repeat(depth)}},"name"`)
      const error = caught(text)
      expect(error.code).toBe('document.schema')
      expect(error.message).toBe('recipe.x[0]... nests deeper than 32 levels.')
    }
  })

  it('refuses numbers that float64 cannot hold', () => {
    expect(caught(minimal.replace('"name"', '"recipe":{"rate":1e999},"name"')).message).toBe(
      'recipe.rate is a number beyond the range of float64.',
    )
  })
})
