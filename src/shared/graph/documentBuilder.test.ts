import { describe, expect, it } from 'vitest'
import { DocumentBuilder } from './documentBuilder'
import { printGraph } from './printGraph'

function branchingNetwork(): DocumentBuilder {
  const builder = new DocumentBuilder('branching')
  const input = builder.add('input', 'input', { shape: [3, 32, 32] })
  const left = builder.add('left', 'conv2d', { filters: 8 }, input)
  const right = builder.add('right', 'conv2d', { filters: 8 }, input)
  builder.add('sum', 'add', {}, left, right)
  return builder
}

describe('DocumentBuilder', () => {
  it('joins a single source to "in" and several to "in0", "in1"', () => {
    expect(printGraph(branchingNetwork().build())).toMatchInlineSnapshot(`
      "branching: 4 layers, 4 edges
      input = input() shape: [3,32,32]
      left = conv2d(input) filters: 8
      right = conv2d(input) filters: 8
      sum = add(in0: left, in1: right)"
    `)
  })

  it('places layers of the same depth side by side, each row below its sources', () => {
    const positions = branchingNetwork()
      .build()
      .nodes.map(({ position }) => position)
    expect(positions).toEqual([
      { x: 0, y: 0 },
      { x: -110, y: 90 },
      { x: 110, y: 90 },
      { x: 0, y: 180 },
    ])
  })

  it('joins ports by name', () => {
    const builder = new DocumentBuilder('ports')
    builder.add('a', 'split')
    builder.add('b', 'relu')
    builder.connect('a', 'b', 'x', 'left')
    expect(builder.build().edges).toEqual([{ from: { node: 'a', port: 'left' }, to: { node: 'b', port: 'x' } }])
  })

  it('refuses two layers of one name, names that break the rule, and sources that are not there', () => {
    const builder = branchingNetwork()
    expect(() => builder.add('sum', 'relu')).toThrow('Two layers are named "sum"')
    expect(() => builder.add('a b', 'relu')).toThrow('"a b" cannot name a layer')
    expect(() => builder.add('next', 'relu', {}, 'nowhere')).toThrow('"nowhere" is joined before it is added')
  })
})
