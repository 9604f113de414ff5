import { describe, expect, it } from 'vitest'
import { checkGraph, type LayerPorts } from './checkGraph'
import type { NetworkDocument } from './document'
import { DocumentBuilder } from './documentBuilder'

const catalogue: Readonly<Record<string, LayerPorts>> = {
  input: { title: 'Input', inputs: { kind: 'fixed', names: [] }, outputPorts: ['out'] },
  conv: { title: 'Convolution', inputs: { kind: 'fixed', names: ['in'] }, outputPorts: ['out'] },
  add: { title: 'Add', inputs: { kind: 'variadic', name: 'in', min: 2 }, outputPorts: ['out'] },
  split: { title: 'Split', inputs: { kind: 'fixed', names: ['in'] }, outputPorts: ['left', 'right'] },
}

function check(document: NetworkDocument) {
  return checkGraph(document, ({ type }) => catalogue[type], Object.keys(catalogue))
}

function messages(document: NetworkDocument): string[] {
  return check(document).issues.map(({ code, message }) => `${code}: ${message}`)
}

/** Adds layers without inputs; edges are written as `a.out>b.in`. */
function network(layers: string, edges: string): NetworkDocument {
  const builder = new DocumentBuilder('test')
  for (const layer of layers.split(' ')) builder.add(layer, layer.replace(/\d+$/, ''))
  for (const edge of edges.split(' ').filter((text) => text !== '')) {
    const [from = '', fromPort = '', to = '', toPort = ''] = edge.split(/[.>]/)
    builder.connect(from, to, toPort, fromPort)
  }
  return builder.build()
}

const chain = 'input.out>conv1.in conv1.out>conv2.in'

describe('checkGraph', () => {
  it('finds nothing in a sound network and tells its ends and sources', () => {
    const structure = check(network('input conv1 conv2 add', `${chain} conv1.out>add.in0 conv2.out>add.in1`))
    expect(structure.issues).toEqual([])
    expect(structure.inputs).toEqual(['input'])
    expect(structure.outputs).toEqual(['add'])
    expect(structure.sources.get(structure.outputs[0]!)).toEqual([
      { node: 'conv1', port: 'out' },
      { node: 'conv2', port: 'out' },
    ])
  })

  it('names the layers of a cycle', () => {
    expect(messages(network('input conv1 add', 'input.out>add.in0 add.out>conv1.in conv1.out>add.in1'))).toEqual([
      'graph.cycle: The layers conv1 -> add -> conv1 form a cycle. Remove one of these edges: a network only runs forward.',
    ])
  })

  it('reports a missing input once, not again for the layers behind it', () => {
    expect(messages(network('input conv1 conv2 conv3', 'input.out>conv1.in conv2.out>conv3.in'))).toEqual([
      'graph.missingInput: Convolution "conv2": nothing leads to its input. Join a layer to it.',
    ])
  })

  it('reports two edges at one port', () => {
    expect(messages(network('input conv1 conv2 conv3', `${chain} conv2.out>conv3.in conv1.out>conv3.in`))).toEqual([
      'graph.arity: Convolution "conv3": input "in" takes one edge, has 2 (from "conv2", "conv1"). Remove all but one.',
    ])
  })

  it('reports too few inputs and gaps in the numbers of a layer that takes several', () => {
    expect(messages(network('input add1', 'input.out>add1.in0'))).toEqual([
      'graph.arity: Add "add1" takes 2 inputs or more, has 1. Join more layers to it.',
    ])
    expect(messages(network('input add1', 'input.out>add1.in0 input.out>add1.in2'))).toEqual([
      'graph.missingInput: Add "add1": nothing leads to its 2nd input. Join a layer to it.',
    ])
  })

  it('reports ports that a layer does not have, with the path of the edge', () => {
    const { issues } = check(network('input conv1 conv2', 'input.out>conv1.x conv1.left>conv2.in'))
    expect(issues.map(({ message, path }) => `${path}: ${message}`)).toEqual([
      'edges[0].to.port: Convolution "conv1" has no input "x". Its inputs: in.',
      'edges[1].from.port: Convolution "conv1" has no output "left". Its outputs: out.',
    ])
  })

  it('reports edges to the input layer', () => {
    expect(messages(network('input conv1 conv2', `${chain} conv1.out>input.in`))[0]).toBe(
      'graph.unknownPort: Input "input" has no input "in". It has no inputs.',
    )
  })

  it('reports unknown layer types and suggests the one that was meant', () => {
    const builder = new DocumentBuilder('test')
    builder.add('a', 'input')
    builder.add('b', 'splt', {}, 'a')
    expect(messages(builder.build())).toEqual([
      'graph.unknownLayer: "b" has the unknown layer type "splt". Did you mean "split"?',
    ])
  })

  it('reports networks without an input, with two, and with two outputs', () => {
    expect(messages(network('conv1', ''))).toEqual([
      'graph.noInput: The network has no input. Add an input layer.',
      'graph.missingInput: Convolution "conv1": nothing leads to its input. Join a layer to it.',
    ])
    expect(messages(network('input1 input2 add', 'input1.out>add.in0 input2.out>add.in1'))).toEqual([
      'graph.inputs: The network has 2 inputs: "input1", "input2". Keep one.',
    ])
    expect(messages(network('input conv1 conv2', 'input.out>conv1.in input.out>conv2.in'))).toEqual([
      'graph.outputs: The network has 2 outputs: "conv1", "conv2". Join them (add, concatenate) or remove all but one.',
    ])
  })

  it('reports an input that leads nowhere beside a network', () => {
    expect(messages(network('input1 conv1 input2', 'input1.out>conv1.in'))).toEqual([
      'graph.inputs: The network has 2 inputs: "input1", "input2". Keep one.',
      'graph.dangling: Input "input2" leads to no output. Join it to the network or remove it.',
    ])
  })

  it('reports duplicate ids and edges to layers that are not there', () => {
    const sound = network('input conv1 conv2', chain)
    const [first] = sound.nodes
    const broken: NetworkDocument = {
      ...sound,
      nodes: [...sound.nodes, first!],
      edges: [
        ...sound.edges,
        { from: { node: sound.nodes[2]!.id, port: 'out' }, to: { node: 'x' as never, port: 'in' } },
      ],
    }
    expect(messages(broken)).toEqual([
      'graph.duplicateId: Two layers are named "input". Give one of them another name.',
      'graph.unknownPort: The edge from "conv2" to "x" names no layer "x". Remove the edge or add the layer.',
    ])
  })

  it('collects all findings in the order of the nodes', () => {
    const document = network('conv1 input add conv2', 'input.out>add.in0 add.out>conv2.in')
    expect(check(document).issues.map(({ nodeId, code }) => [nodeId, code])).toEqual([
      ['conv1', 'graph.missingInput'],
      ['add', 'graph.arity'],
    ])
  })

  it('checks a network of 10,000 layers in well under a second', () => {
    const builder = new DocumentBuilder('long')
    let last = builder.add('input', 'input')
    for (let index = 0; index < 10_000; index++) last = builder.add(`conv${index}`, 'conv', {}, last)
    const document = builder.build()
    const times = [1, 2, 3, 4, 5].map(() => {
      const started = performance.now()
      expect(check(document).issues).toEqual([])
      return performance.now() - started
    })
    // The best of five: others may be using the machine.
    expect(Math.min(...times)).toBeLessThan(1000)
  })
})
