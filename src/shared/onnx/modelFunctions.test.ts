// Functions of a model's own and sparse tensors, read as plain nodes and dense tensors.
import { describe, expect, it } from 'vitest'
import { decodeModel, encodeModel } from './bytes'
import { GraphBuilder } from './builder'
import { writeGraph } from './graphBytes'
import type { OnnxGraph, OnnxModel } from './model'
import {
  attributeMessage,
  attributeTypes,
  functionMessage,
  graphMessage,
  modelMessage,
  nodeMessage,
  opsetMessage,
  sparseTensorMessage,
} from './protobufMessages'
import { printOnnx } from './printOnnx'
import { writeTensor } from './tensorBytes'
import { MessageWriter } from './wire'

function bytesOf(writer: MessageWriter): Uint8Array {
  return Uint8Array.from(writer.close().parts.flatMap((part) => [...part]))
}

function modelOf(graph: OnnxGraph): OnnxModel {
  return { irVersion: 8, opsets: { '': 17, own: 1 }, producerName: '', producerVersion: '', metadata: {}, graph }
}

/** y = own.Leak(x), written twice in a row. */
function callingGraph(alpha: Record<string, { float: number }>): OnnxGraph {
  const builder = new GraphBuilder(false)
  const x = builder.input('x', 'float32', ['N', 4])
  const first = builder.add('Leak', [x], alpha, { domain: 'own', name: 'one' })
  builder.output(builder.add('Leak', [first], {}, { domain: 'own', name: 'two' }), 'float32', ['N', 4])
  return builder.build('calls')
}

/** own.Leak(a; slope = 0.5) = Neg(LeakyRelu(a; alpha = slope)) */
function leak(): MessageWriter {
  const { fields } = nodeMessage
  const reference = new MessageWriter()
    .put(attributeMessage.fields.name, 'alpha')
    .put(attributeMessage.fields.referredName, 'slope')
    .put(attributeMessage.fields.type, attributeTypes.float)
  const half = new MessageWriter()
    .put(attributeMessage.fields.name, 'slope')
    .put(attributeMessage.fields.float, 0.5)
    .put(attributeMessage.fields.type, attributeTypes.float)
  const node = (opType: string, input: string, output: string): MessageWriter =>
    new MessageWriter().put(fields.input, [input]).put(fields.output, [output]).put(fields.opType, opType)
  const opset = new MessageWriter().put(opsetMessage.fields.domain, '').put(opsetMessage.fields.version, 17)
  return new MessageWriter()
    .put(functionMessage.fields.name, 'Leak')
    .put(functionMessage.fields.domain, 'own')
    .put(functionMessage.fields.input, ['a'])
    .put(functionMessage.fields.output, ['b'])
    .put(functionMessage.fields.node, [
      node('LeakyRelu', 'a', 't').put(fields.attribute, [reference]),
      node('Neg', 't', 'b'),
    ])
    .put(functionMessage.fields.opsetImport, [opset])
    .put(functionMessage.fields.attributeProto, [half])
}

describe('functions of a model', () => {
  it('stand in the places of their calls, with the attributes of each', () => {
    const graph = encodeModel(modelOf(callingGraph({ slope: { float: 0.25 } })))
    const functions = bytesOf(new MessageWriter().put(modelMessage.fields.functions, [leak()]))
    const model = decodeModel(Uint8Array.from([...graph, ...functions]))
    expect(
      model.graph.nodes.map(({ opType, inputs, outputs }) => [opType, ...inputs, '->', ...outputs].join(' ')),
    ).toEqual(['LeakyRelu x -> one/t', 'Neg one/t -> one', 'LeakyRelu one -> two/t', 'Neg two/t -> two'])
    expect(model.graph.nodes.map(({ attributes }) => attributes['alpha'])).toEqual([
      { type: 'float', value: 0.25 },
      undefined,
      { type: 'float', value: 0.5 },
      undefined,
    ])
    expect(printOnnx(model.graph)).toContain('Neg')
  })

  it('that call themselves are refused', () => {
    const graph = encodeModel(modelOf(callingGraph({})))
    const endless = leak().put(functionMessage.fields.node, [
      new MessageWriter()
        .put(nodeMessage.fields.opType, 'Leak')
        .put(nodeMessage.fields.domain, 'own')
        .put(nodeMessage.fields.input, ['a'])
        .put(nodeMessage.fields.output, ['c']),
    ])
    const functions = bytesOf(new MessageWriter().put(modelMessage.fields.functions, [endless]))
    expect(() => decodeModel(Uint8Array.from([...graph, ...functions]))).toThrow('leads to too many others')
  })
})

describe('sparse initialisers', () => {
  const sparse = (indices: readonly number[], dims: readonly number[]): MessageWriter =>
    new MessageWriter()
      .put(
        sparseTensorMessage.fields.values,
        writeTensor('w', { dataType: 'float32', dims: [2], data: Float32Array.of(3, 5) }),
      )
      .put(
        sparseTensorMessage.fields.indices,
        writeTensor('', { dataType: 'int64', dims, data: BigInt64Array.from(indices, BigInt) }),
      )
      .put(sparseTensorMessage.fields.dims, [2, 3])

  const read = (tensor: MessageWriter): OnnxModel => {
    const builder = new GraphBuilder(false)
    builder.output(builder.add('Add', [builder.input('x', 'float32', ['N', 2, 3]), 'w']), 'float32')
    const graph = writeGraph(builder.build('g')).put(graphMessage.fields.sparseInitializer, [tensor])
    const opset = new MessageWriter().put(opsetMessage.fields.version, 17)
    return decodeModel(
      bytesOf(
        new MessageWriter()
          .put(modelMessage.fields.irVersion, 8)
          .put(modelMessage.fields.opsetImport, [opset])
          .put(modelMessage.fields.graph, graph),
      ),
    )
  }

  it('are dense, by places in a row or by one position for each axis', () => {
    const dense = { dataType: 'float32', dims: [2, 3], data: Float32Array.of(0, 3, 0, 0, 0, 5) }
    expect(read(sparse([1, 5], [2])).graph.initializers.get('w')).toEqual(dense)
    expect(read(sparse([0, 1, 1, 2], [2, 2])).graph.initializers.get('w')).toEqual(dense)
  })

  it('with a place outside are refused', () => {
    expect(() => read(sparse([1, 6], [2]))).toThrow('has a value at 6 of 6')
  })
})
