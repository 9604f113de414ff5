import { describe, expect, it } from 'vitest'
import { findArchitecture } from '../../lectures/architectures/index'
import type { NetworkDocument, NodeId, ParameterValues } from '../../graph/document'
import { DocumentBuilder } from '../../graph/documentBuilder'
import { applyEdit, type Edit } from '../../graph/edits'
import type { Issue } from '../../graph/errors'
import { checkDocument } from '../../network/checkDocument'
import { checkClasses } from '../../network/classCount'
import { inferDocument } from '../../network/inferDocument'
import { findRepairs } from './repairs'

type Row = readonly [id: string, type: string, params?: ParameterValues, ...from: string[]]

/** Layers in a row; one without sources takes the one before it. */
function network(...rows: readonly Row[]): NetworkDocument {
  const builder = new DocumentBuilder('test')
  rows.forEach(([id, type, params = {}, ...from], index) => {
    const before = rows[index - 1]?.[0]
    builder.add(id, type, params, ...(from.length > 0 || before === undefined ? from : [before]))
  })
  return builder.build()
}

function issueOf(document: NetworkDocument, code: Issue['code']): Issue {
  const issue = checkDocument(document).find((found) => found.code === code)
  expect(issue, `an issue ${code}`).toBeDefined()
  return issue!
}

/** Repairs the first issue of a code by each repair that is offered. */
function repair(document: NetworkDocument, code: Issue['code'], issue = issueOf(document, code)) {
  const repairs = findRepairs(document, issue)
  for (const { label, edit } of repairs) {
    const repaired = applyEdit(document, edit)
    expect(
      checkDocument(repaired).filter((found) => found.code === code && found.nodeId === issue.nodeId),
      label,
    ).toEqual([])
  }
  return repairs.map(({ label, edit }) => ({ label, document: applyEdit(document, edit) }))
}

function shapeOf(document: NetworkDocument, id: string): readonly number[] | undefined {
  return inferDocument(document).nodes.get(id as NodeId)?.outputs[0]
}

const image: Row = ['input', 'input', { shape: [3, 8, 8] }]

describe('findRepairs', () => {
  it('sets a flatten layer, or global pooling and flatten, before a dense layer on a feature map', () => {
    const repaired = repair(network(image, ['fc', 'dense', { units: 10 }]), 'layer.rank')
    expect(repaired.map(({ label }) => label)).toEqual([
      'Insert a flatten layer',
      'Insert global average pooling and a flatten layer',
    ])
    expect(repaired.map(({ document }) => checkDocument(document))).toEqual([[], []])
    expect(shapeOf(repaired[0]!.document, 'flatten')).toEqual([192])
    expect(shapeOf(repaired[1]!.document, 'flatten')).toEqual([3])
  })

  it('makes room for what it inserts and gives it a free name', () => {
    const document = network(image, ['flatten', 'relu'], ['fc', 'dense', { units: 10 }], ['end', 'relu'])
    const [first] = repair(document, 'layer.rank')
    const placeOf = (id: string) => first?.document.nodes.find((node) => node.id === id)?.position
    expect(placeOf('flatten1')).toEqual({ x: 0, y: 180 })
    expect(placeOf('fc')).toEqual({ x: 0, y: 290 })
    expect(placeOf('end')).toEqual({ x: 0, y: 380 })
  })

  it('takes a flatten layer out before a convolution', () => {
    const document = network(image, ['flat', 'flatten'], ['conv', 'conv2d', { filters: 4, kernel: 3 }])
    const [first] = repair(document, 'layer.rank')
    expect(first?.label).toBe('Remove the flatten layer "flat"')
    expect(first?.document.nodes).toHaveLength(2)
    expect(shapeOf(first!.document, 'conv')).toEqual([4, 6, 6])
  })

  it('projects the shortcut of a residual block, with its stride', () => {
    const document = network(
      image,
      ['conv', 'conv2d', { filters: 16, kernel: 3, stride: 2, padding: 'same-upper' }],
      ['relu', 'relu'],
      ['add', 'add', {}, 'relu', 'input'],
    )
    const [first, ...others] = repair(document, 'layer.shape')
    expect(first?.label).toBe('Insert a 1x1 projection to 16 channels, stride 2 after "input"')
    expect(others).toEqual([])
    expect(shapeOf(first!.document, 'projection')).toEqual([16, 4, 4])
    expect(shapeOf(first!.document, 'add')).toEqual([16, 4, 4])
  })

  it('projects to either branch where only the channels differ, the shortcut first', () => {
    const document = network(
      image,
      ['conv', 'conv2d', { filters: 16, kernel: 3, padding: 'same-upper' }],
      ['add', 'add', {}, 'conv', 'input'],
    )
    expect(repair(document, 'layer.shape').map(({ label }) => label)).toEqual([
      'Insert a 1x1 projection to 16 channels after "input"',
      'Insert a 1x1 projection to 3 channels after "conv"',
    ])
  })

  it('gives the branches of a concatenation one height and width, and flattens where ranks are mixed', () => {
    const branches = network(
      image,
      ['conv', 'conv2d', { filters: 16, kernel: 2, stride: 2 }],
      ['join', 'concat', {}, 'conv', 'input'],
    )
    const [first] = repair(branches, 'layer.shape')
    expect(first?.label).toBe('Insert a 1x1 projection to 3 channels, stride 2 after "input"')
    expect(shapeOf(first!.document, 'join')).toEqual([19, 4, 4])
    const mixed = network(image, ['flat', 'flatten'], ['join', 'concat', {}, 'flat', 'input'])
    const [flat] = repair(mixed, 'layer.shape')
    expect(flat?.label).toBe('Insert a flatten layer after "input"')
    expect(shapeOf(flat!.document, 'join')).toEqual([384])
  })

  it('adds vectors of different lengths through a dense layer', () => {
    const document = network(
      ['input', 'input', { shape: [4] }],
      ['fc', 'dense', { units: 6 }],
      ['add', 'add', {}, 'fc', 'input'],
    )
    const [first] = repair(document, 'layer.shape')
    expect(first?.label).toBe('Insert a dense layer of 6 units after "input"')
  })

  it('pads or shrinks a window that does not fit', () => {
    const repaired = repair(network(image, ['conv', 'conv2d', { filters: 4, kernel: [9, 3] }]), 'layer.window')
    expect(repaired.map(({ label }) => label)).toEqual(['Set padding to "same"', 'Use a 8x3 window'])
    expect(repaired.map(({ document }) => shapeOf(document, 'conv'))).toEqual([
      [4, 8, 8],
      [4, 1, 6],
    ])
    const dilated = network(image, ['conv', 'conv2d', { filters: 4, kernel: 5, dilation: 3 }])
    expect(repair(dilated, 'layer.window').map(({ label }) => label)).toContain('Use a 3x3 window')
    const padded = network(image, ['pool', 'maxPool2d', { kernel: 2, padding: [2, 2, 2, 2] }])
    expect(repair(padded, 'layer.window').map(({ label }) => label)).toEqual([
      'Set padding to "same"',
      'Set padding to "valid"',
    ])
  })

  it('covers what a stride drops', () => {
    const document = network(['input', 'input', { shape: [1, 7, 7] }], ['pool', 'maxPool2d'])
    expect(repair(document, 'layer.dropped').map(({ label }) => label)).toEqual(['Set padding to "same"', 'Round up'])
  })

  it('sets groups that divide, or filters that do', () => {
    const document = network(
      ['input', 'input', { shape: [6, 8, 8] }],
      ['conv', 'conv2d', { filters: 10, kernel: 3, groups: 3 }],
    )
    expect(repair(document, 'layer.division').map(({ label }) => label)).toEqual([
      'Set groups to 1',
      'Set filters to 9',
    ])
  })

  it('renames a misspelt parameter, keeping its value and place', () => {
    const document = network(image, ['conv', 'conv2d', { filtres: 4, kernel: 3 }])
    const unknown = checkDocument(document).find(({ message }) => message.includes('filtres'))!
    const [first] = findRepairs(document, unknown).map(({ label, edit }) => ({
      label,
      document: applyEdit(document, edit),
    }))
    expect(first?.label).toBe('Rename "filtres" to "filters"')
    expect(first?.document.nodes[1]?.params).toEqual({ filters: 4, kernel: 3 })
    expect(checkDocument(first!.document)).toEqual([])
  })

  it('puts a wrong parameter back to its default and a missing one to its usual value', () => {
    const wrong = network(image, ['conv', 'conv2d', { filters: 4, kernel: 3, stride: 0 }])
    expect(repair(wrong, 'layer.parameter').map(({ label }) => label)).toEqual(['Set "Stride" back to [1,1]'])
    const missing = network(image, ['flat', 'flatten'], ['fc', 'dense'])
    const issue = issueOf(missing, 'layer.parameter')
    expect(findRepairs(missing, issue, { classCount: 7 }).map(({ label }) => label)).toEqual(['Set "Units" to 7'])
  })

  it('repairs a setting of the recipe', () => {
    const document = { ...network(image), recipe: { optimiser: { type: 'adam' }, epochs: 0 } }
    const labels = checkDocument(document).flatMap((issue) => findRepairs(document, issue).map(({ label }) => label))
    expect(labels).toEqual([
      'Set "epochs" back to its default',
      'Rename "optimiser" to "optimizer"',
      'Remove "optimiser"',
    ])
  })

  it('takes away a scaling that does not fit', () => {
    const document = { ...network(image), scaling: { mean: [0, 0], deviation: [1] } }
    expect(repair(document, 'layer.shape').map(({ label }) => label)).toEqual(['Take the scaling away'])
  })

  it('gives a network as many outputs as the dataset has classes', () => {
    const document = findArchitecture('lenet5')!.build()
    const [issue] = checkClasses(document, 7)
    const [first, ...others] = findRepairs(document, issue!)
    expect(others).toEqual([])
    const repaired = applyEdit(document, first!.edit)
    expect(checkClasses(repaired, 7)).toEqual([])
  })

  it('ends a network that gives a feature map with a dense layer', () => {
    const document = network(image, ['pool', 'maxPool2d'])
    const [issue] = checkClasses(document, 5)
    const repairs = findRepairs(document, issue!)
    expect(repairs.map(({ label }) => label)).toEqual([
      'Add a flatten layer and a dense layer of 5 units',
      'Add global average pooling, a flatten layer and a dense layer of 5 units',
    ])
    for (const { edit } of repairs) expect(checkClasses(applyEdit(document, edit), 5)).toEqual([])
  })

  it('joins the one layer that can feed a missing input', () => {
    const document = network(image, ['conv', 'conv2d', { filters: 4, kernel: 3 }], ['relu', 'relu'])
    const cut = applyEdit(document, { type: 'disconnect', edge: document.edges[1]! })
    const [first, ...others] = repair(cut, 'graph.missingInput')
    expect(first?.label).toBe('Join "conv" to it')
    expect(others).toEqual([])
    expect(checkDocument(first!.document)).toEqual([])
  })

  it('joins a second branch to an addition that has one', () => {
    const document = network(
      image,
      ['a', 'relu', {}, 'input'],
      ['b', 'tanh', {}, 'input'],
      ['add', 'add', {}, 'a', 'b'],
    )
    const cut = applyEdit(document, { type: 'disconnect', edge: document.edges[3]! })
    const [first] = repair(cut, 'graph.arity')
    expect(first?.label).toBe('Join "b" to it')
    expect(checkDocument(first!.document)).toEqual([])
  })

  it('keeps one of two edges at a port', () => {
    const document = network(image, ['a', 'relu', {}, 'input'], ['b', 'relu', {}, 'a'])
    const twice: Edit = {
      type: 'connect',
      edge: { from: document.edges[0]!.from, to: document.edges[1]!.to },
    }
    const repaired = repair(applyEdit(document, twice), 'graph.arity')
    // To keep only the input would leave "a" as a second output.
    expect(repaired.map(({ label }) => label)).toEqual(['Keep only "a"'])
  })

  it('removes a branch that leads to a second output, with what only it needs', () => {
    const document = network(
      image,
      ['main', 'relu', {}, 'input'],
      ['end', 'softmax', {}, 'main'],
      ['spare', 'relu', {}, 'input'],
      ['spare2', 'maxPool2d', {}, 'spare'],
    )
    const repaired = repair(document, 'graph.outputs')
    expect(repaired.map(({ label }) => label)).toEqual([
      'Remove "end" and 1 before it',
      'Remove "spare2" and 1 before it',
    ])
    expect(checkDocument(repaired[1]!.document)).toEqual([])
  })

  it('removes a dangling input or joins it to the layer that waits', () => {
    const spare: Row = ['spare', 'input', { shape: [3, 8, 8] }]
    const builder = new DocumentBuilder('test')
    builder.add('input', 'input', { shape: [3, 8, 8] })
    builder.add('relu', 'relu', {}, 'input')
    builder.add(spare[0], spare[1], spare[2])
    const document = builder.build()
    expect(repair(document, 'graph.dangling').map(({ label }) => label)).toEqual(['Remove "spare"'])
    const inputs = repair(document, 'graph.inputs')
    expect(inputs.map(({ label }) => label)).toEqual(['Keep only "input"', 'Keep only "spare"'])
    expect(inputs.map(({ document }) => checkDocument(document))).toEqual([[], []])
  })

  it('adds an input to a network without one', () => {
    const document = network(['relu', 'relu'])
    const [first] = repair(document, 'graph.noInput')
    expect(first?.label).toBe('Add an input of 3x32x32')
    expect(checkDocument(first!.document)).toEqual([])
  })

  it('gives a misspelt layer type its right name, with its edges', () => {
    const document = network(image, ['act', 'rellu'], ['end', 'softmax'])
    const [first] = repair(document, 'graph.unknownLayer')
    expect(first?.label).toBe('Make it "ReLU"')
    expect(checkDocument(first!.document)).toEqual([])
    expect(first!.document.edges).toEqual(document.edges)
  })

  it('breaks a cycle at the edge that leads back', () => {
    const document = network(image, ['a', 'add', {}, 'input'], ['b', 'relu', {}, 'a'])
    const edges = [document.edges[0]!, document.edges[1]!].map((edge, index) =>
      index === 0 ? { ...edge, to: { ...edge.to, port: 'in0' } } : edge,
    )
    const twice = { ...edges[0]!, to: { ...edges[0]!.to, port: 'in1' } }
    const back = { from: { node: 'b' as NodeId, port: 'out' }, to: { node: 'a' as NodeId, port: 'in2' } }
    const [first] = repair({ ...document, edges: [...edges, twice, back] }, 'graph.cycle')
    expect(first?.label).toBe('Remove the edge from "b" to "a"')
    // Without it the addition would have one input only: an error for another is no repair.
    const only = { ...back, to: { ...back.to, port: 'in1' } }
    expect(repair({ ...document, edges: [...edges, only] }, 'graph.cycle')).toEqual([])
  })

  it('removes an edge to a port that does not exist', () => {
    const document = network(image, ['a', 'relu'])
    const edge = { from: document.edges[0]!.from, to: { node: 'a' as NodeId, port: 'side' } }
    const broken = applyEdit(document, { type: 'connect', edge })
    const [first] = repair(broken, 'graph.unknownPort')
    expect(first?.document).toEqual(document)
  })

  it('offers only what works: no smaller window where the layer before is at fault', () => {
    for (const id of ['lenet5', 'alexnet', 'resnet20-cifar']) {
      const document = findArchitecture(id)!.build({ input: [3, 9, 9] })
      for (const issue of checkDocument(document)) {
        for (const { label, edit } of findRepairs(document, issue)) {
          const after = checkDocument(applyEdit(document, edit))
          expect(
            after.some(
              ({ code, nodeId, message }) =>
                code === issue.code && nodeId === issue.nodeId && message === issue.message,
            ),
            `${id}: ${label}`,
          ).toBe(false)
        }
      }
    }
  })

  it('repairs AlexNet whose flatten layer was removed', () => {
    const document = findArchitecture('alexnet')!.build()
    const flat = document.nodes.find(({ type }) => type === 'flatten')!
    const before = document.edges.find(({ to }) => to.node === flat.id)!
    const after = document.edges.find(({ from }) => from.node === flat.id)!
    const broken = applyEdit(document, {
      type: 'batch',
      edits: [
        { type: 'removeNode', id: flat.id },
        { type: 'connect', edge: { from: before.from, to: after.to } },
      ],
    })
    const issue = checkDocument(broken)[0]!
    expect(issue.level).toBe('error')
    const [first] = findRepairs(broken, issue)
    expect(checkDocument(applyEdit(broken, first!.edit)).filter(({ level }) => level === 'error')).toEqual([])
  })

  it('names the layer that was meant in a recipe, or takes the name out', () => {
    const document = { ...findArchitecture('lenet5')!.build(), recipe: { epochs: 2, freeze: ['conv1', 'cnov2'] } }
    const [issue] = checkDocument(document).filter(({ code }) => code === 'recipe.layers')
    expect(issue).toMatchObject({ level: 'warning', path: 'recipe.freeze[1]', received: 'cnov2' })
    expect(issue?.message).toBe('No layer is named like "cnov2" of the recipe. Did you mean "conv2"?')
    expect(repair(document, 'recipe.layers').map(({ label, document: { recipe } }) => [label, recipe?.freeze])).toEqual(
      [
        ['Name "conv2" instead', ['conv1', 'conv2']],
        ['Take "cnov2" out of the recipe', ['conv1']],
      ],
    )
  })
})
