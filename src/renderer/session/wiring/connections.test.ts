// Tests of what a wire may join.
import { expect, it } from 'vitest'
import type { NetworkDocument, PortReference } from '../../../shared/graph/document'
import { DocumentBuilder } from '../../../shared/graph/documentBuilder'
import { applyEdit } from '../../../shared/graph/edits'
import { parseNodeId } from '../../../shared/graph/nodeId'
import { findDefinition } from '../../../shared/layers/index'
import { connectEdit, judgeAll, judgeConnection, judgeLayer } from './connections'

function network(): NetworkDocument {
  const builder = new DocumentBuilder('network')
  builder.add('input', 'input', { shape: [3, 8, 8] })
  builder.add('conv', 'conv2d', { filters: 4, kernel: 3 }, 'input')
  builder.add('relu', 'relu', {}, 'conv')
  builder.add('dense', 'dense', { units: 10 })
  builder.add('sum', 'add', {}, 'conv', 'relu')
  return builder.build()
}

const port = (node: string, name: string): PortReference => ({ node: parseNodeId(node), port: name })

it('lets a shape through that the layer takes', () => {
  expect(judgeConnection(network(), port('conv', 'out'), port('sum', 'in2'))).toEqual({ kind: 'fits' })
})

it('says with the numbers why a shape does not fit, but lets it be drawn', () => {
  const verdict = judgeConnection(network(), port('relu', 'out'), port('dense', 'in'))
  expect(verdict.kind).toBe('misfit')
  expect(verdict.reason).toContain('[N, 4, 6, 6]')
})

it('compares the branches of a merge', () => {
  const verdict = judgeConnection(network(), port('input', 'out'), port('sum', 'in2'))
  expect(verdict.kind).toBe('misfit')
})

it('refuses a cycle, a loop and a second edge between the same ports', () => {
  expect(judgeConnection(network(), port('relu', 'out'), port('conv', 'in'))).toEqual({
    kind: 'refused',
    reason: '"conv" already leads to "relu": a network only runs forward.',
  })
  expect(judgeConnection(network(), port('conv', 'out'), port('conv', 'in')).reason).toContain('its own output')
  expect(judgeConnection(network(), port('input', 'out'), port('conv', 'in')).reason).toContain('already')
})

it('judges all ports as it judges each', () => {
  const held = port('relu', 'out')
  const verdicts = judgeAll(network(), held, 'output')
  expect(verdicts.size).toBe(6)
  expect(verdicts.get('sum:in2')?.kind).toBe('fits')
  for (const [key, verdict] of verdicts) {
    const [node = '', name = ''] = key.split(':')
    expect(judgeConnection(network(), held, port(node, name))).toEqual(verdict)
  }
  expect(judgeAll(network(), port('dense', 'in'), 'input').get('relu:out')?.kind).toBe('misfit')
})

it('judges a layer that is not there yet', () => {
  const judgeType = (type: string, params: Readonly<Record<string, unknown>>) =>
    judgeLayer(network(), findDefinition(type)!, params, [4, 6, 6]).kind
  expect(judgeType('relu', {})).toBe('fits')
  expect(judgeType('dense', { units: 10 })).toBe('misfit')
  expect(judgeType('input', { shape: [3, 8, 8] })).toBe('refused')
  expect(judgeType('residualBasic', { filters: 4, shortcut: 'identity' })).toBe('fits')
  expect(judgeType('residualBasic', { filters: 8, shortcut: 'identity' })).toBe('misfit')
})

it('replaces the edge at an input that takes one', () => {
  const edge = { from: port('input', 'out'), to: port('relu', 'in') }
  const document = applyEdit(network(), connectEdit(network(), edge))
  expect(document.edges.filter(({ to }) => to.node === 'relu')).toEqual([edge])
})
