import { describe, expect, it } from 'vitest'
import { NetloomError } from '../graph/errors'
import { decodeModel, encodeModel } from './bytes'
import { countDims, dataTypes } from './dataTypes'
import type { DataType, OnnxAttribute, OnnxGraph, OnnxModel, OnnxTensor } from './model'

/** Protobuf by hand: a field with a length and bytes, and a field with a small number. */
function nest(field: number, ...content: readonly (readonly number[])[]): number[] {
  const bytes = content.flat()
  return [(field << 3) | 2, ...lengthOf(bytes.length), ...bytes]
}

function lengthOf(length: number): number[] {
  return length < 128 ? [length] : [(length & 127) | 128, length >> 7]
}

function number(field: number, value: number): number[] {
  return [field << 3, value]
}

function text(field: number, value: string): number[] {
  return nest(
    field,
    Array.from(value, (letter) => letter.charCodeAt(0)),
  )
}

/** A model of IR version 8, operator set 17, whose only initialiser has the given fields. */
function modelWithTensor(...tensor: readonly (readonly number[])[]): Uint8Array {
  const output = nest(12, text(1, 'y'), nest(2, nest(1, number(1, 1))))
  const graph = nest(7, text(2, 'g'), nest(5, text(8, 'w'), ...tensor), output)
  return Uint8Array.from([...number(1, 8), ...graph, ...nest(8, number(2, 17))])
}

function decodeTensor(...tensor: readonly (readonly number[])[]): OnnxTensor | undefined {
  return decodeModel(modelWithTensor(...tensor)).graph.initializers.get('w')
}

function model(graph: Partial<OnnxGraph>): OnnxModel {
  return {
    irVersion: 8,
    opsets: { '': 17, 'com.microsoft': 1 },
    producerName: 'netloom',
    producerVersion: '0.1.0',
    docString: 'a test',
    metadata: { classes: '["ä", "b"]' },
    graph: {
      name: 'g',
      inputs: [{ name: 'x', dataType: 'float32', dims: ['N', 3, ''] }],
      outputs: [{ name: 'y', dataType: 'float32' }],
      initializers: new Map(),
      nodes: [],
      ...graph,
    },
  }
}

function errorCode(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return error instanceof NetloomError ? error.code : String(error)
  }
  return 'no error'
}

describe('decodeModel', () => {
  it('reads raw data that stands at an odd address', () => {
    // 1.5 = 0x3fc00000
    const tensor = decodeTensor(number(1, 1), number(2, 1), nest(9, [0, 0, 0xc0, 0x3f]))
    expect(tensor).toEqual({ dataType: 'float32', dims: [1], data: Float32Array.of(1.5) })
  })

  it('reads float_data, packed and one by one', () => {
    const half = [0, 0, 0, 0x3f]
    const expected = { dataType: 'float32', dims: [2], data: Float32Array.of(0.5, 0.5) }
    expect(decodeTensor(number(1, 2), number(2, 1), nest(4, half, half))).toEqual(expected)
    const single = [(4 << 3) | 5, ...half]
    expect(decodeTensor(number(1, 2), number(2, 1), single, single)).toEqual(expected)
  })

  it('reads int64_data, int32_data for the small types, uint64_data and double_data', () => {
    const minusTwo = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]
    expect(decodeTensor(number(1, 2), number(2, 7), nest(7, minusTwo, [5]))?.data).toEqual(BigInt64Array.of(-2n, 5n))
    expect(decodeTensor(number(1, 2), number(2, 3), nest(5, minusTwo, [5]))?.data).toEqual(Int8Array.of(-2, 5))
    expect(decodeTensor(number(1, 2), number(2, 9), nest(5, [1, 0]))?.data).toEqual(Uint8Array.of(1, 0))
    // The float16 pattern of 1 is 0x3c00 = 15360, as a varint 0x80 0x78.
    expect(decodeTensor(number(1, 1), number(2, 10), nest(5, [0x80, 0x78]))?.data).toEqual(Uint16Array.of(0x3c00))
    expect(decodeTensor(number(1, 1), number(2, 12), nest(11, [7]))?.data).toEqual(Uint32Array.of(7))
    expect(decodeTensor(number(1, 1), number(2, 11), nest(10, [0, 0, 0, 0, 0, 0, 0xf8, 0x3f]))?.data).toEqual(
      Float64Array.of(1.5),
    )
  })

  it('reads strings', () => {
    expect(decodeTensor(number(1, 2), number(2, 8), text(6, 'cat'), text(6, ''))?.data).toEqual(['cat', ''])
  })

  it('takes a tensor without extents for a scalar', () => {
    expect(decodeTensor(number(2, 6), nest(5, [9]))).toEqual({ dataType: 'int32', dims: [], data: Int32Array.of(9) })
  })

  it('skips fields that it does not know', () => {
    // Field 100 with three bytes, field 99 as a number, field 98 as four bytes.
    const unknown = [0xa2, 0x06, 3, 1, 2, 3, 0x98, 0x06, 0xff, 0x01, 0x95, 0x06, 1, 2, 3, 4]
    const known = decodeTensor(unknown, number(1, 1), number(2, 2), nest(9, [4]), unknown)
    expect(known?.data).toEqual(Uint8Array.of(4))
  })

  it('compares extents with the bytes present before it allocates', () => {
    const huge = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x04]
    expect(() => decodeTensor(number(1, 3), number(2, 1), nest(9, [0, 0, 0, 0]))).toThrow(
      'Tensor "w" should hold 12 bytes, the file has 4.',
    )
    expect(errorCode(() => decodeTensor([1 << 3, ...huge], number(2, 1), nest(9, [0])))).toBe('onnx.malformed')
    expect(errorCode(() => decodeTensor([1 << 3, ...huge], number(2, 7), nest(7, [0])))).toBe('onnx.malformed')
    expect(errorCode(() => decodeTensor(number(1, 1), number(2, 7), nest(7, [0, 0])))).toBe('onnx.malformed')
    // Two extents of 2^52: the product is beyond any memory.
    expect(errorCode(() => decodeTensor([1 << 3, ...huge], [1 << 3, ...huge], number(2, 1)))).toBe('onnx.malformed')
  })

  it('refuses what is no model', () => {
    expect(errorCode(() => decodeModel(new Uint8Array(0)))).toBe('onnx.malformed')
    expect(errorCode(() => decodeModel(Uint8Array.from(text(2, 'only a producer'))))).toBe('onnx.malformed')
    expect(errorCode(() => decodeModel(new TextEncoder().encode('{"nodes": []}')))).toBe('onnx.malformed')
  })

  it('refuses unknown element types by name', () => {
    expect(() => decodeTensor(number(2, 99))).toThrow('Tensor "w": element type 99 is not supported.')
    expect(() => decodeTensor(number(2, 17), nest(9, [0]))).toThrow(
      'Tensor "w": element type 17 (float8e4m3fn) is not supported.',
    )
  })

  it('reads types that nothing computes with where they are only counted', () => {
    const read = (...fields: readonly (readonly number[])[]) =>
      decodeModel(modelWithTensor(...fields), { anyType: true }).graph.initializers.get('w')
    for (const code of [17, 18, 19, 20, 24])
      expect(read(number(1, 3), number(2, code), nest(9, [1, 2, 3]))?.data).toEqual(Uint8Array.of(1, 2, 3))
    // Five values of 4 bits stand in three bytes, whether raw or one byte to a number.
    for (const code of [21, 22, 23])
      for (const field of [9, 5])
        expect(read(number(1, 5), number(2, code), nest(field, [1, 2, 3]))?.data).toEqual(Uint8Array.of(1, 2, 3))
    expect(() => read(number(1, 5), number(2, 22), nest(9, [1, 2, 3, 4, 5]))).toThrow('3 bytes')
    expect(read(number(1, 1), number(2, 14), nest(4, [0, 0, 128, 63, 0, 0, 0, 64]))?.data).toEqual(
      Float32Array.of(1, 2),
    )
    const double = [0, 0, 0, 0, 0, 0, 240, 63]
    expect(read(number(1, 1), number(2, 15), nest(10, double, double))?.data).toEqual(Float64Array.of(1, 1))
  })

  it('makes no more of sparse tensors than their graph may hold', () => {
    const values = nest(1, number(1, 1), number(2, 1), text(8, 's'), nest(9, [0, 0, 0, 0]))
    const places = nest(2, number(1, 1), number(2, 7), nest(9, [0, 0, 0, 0, 0, 0, 0, 0]))
    // 2^28 + 1 values.
    const sparse = nest(15, values, places, [3 << 3, 0x81, 0x80, 0x80, 0x80, 0x01])
    const bytes = Uint8Array.from([...number(1, 8), ...nest(7, text(2, 'g'), sparse), ...nest(8, number(2, 17))])
    expect(() => decodeModel(bytes)).toThrow('would have 268435457 values in memory')
  })

  it('refuses graphs that stand inside each other without end', () => {
    let inner = nest(6, text(2, 'inner'))
    for (let depth = 0; depth < 40; depth++) inner = nest(6, nest(1, text(4, 'If'), nest(5, text(1, 'b'), inner)))
    const bytes = Uint8Array.from(nest(7, nest(1, text(4, 'If'), nest(5, text(1, 'b'), inner))))
    expect(() => decodeModel(bytes)).toThrow('Graphs stand inside each other more than 32 times.')
  })

  it('infers the kind of an attribute that states none', () => {
    const attribute = nest(5, text(1, 'axis'), number(3, 2))
    const bytes = Uint8Array.from(nest(7, nest(1, text(4, 'Softmax'), attribute)))
    expect(decodeModel(bytes).graph.nodes[0]?.attributes).toEqual({ axis: { type: 'int', value: 2 } })
  })
})

describe('external data', () => {
  const external = (...entries: readonly (readonly [string, string])[]): Uint8Array =>
    modelWithTensor(
      number(1, 2),
      number(2, 1),
      ...entries.map(([key, value]) => nest(13, text(1, key), text(2, value))),
      number(14, 1),
    )

  it('is asked for by location, offset and length', () => {
    const asked: unknown[] = []
    const readExternal = (...request: unknown[]): Uint8Array => {
      asked.push(request)
      return Uint8Array.of(0, 0, 0x80, 0x3f, 0, 0, 0, 0x40)
    }
    const bytes = external(['location', 'w.data'], ['offset', '4096'], ['length', '8'])
    expect(decodeModel(bytes, { readExternal }).graph.initializers.get('w')?.data).toEqual(Float32Array.of(1, 2))
    expect(asked).toEqual([['w.data', 4096, 8]])
  })

  it('has the length that its extents need', () => {
    expect(() =>
      decodeModel(external(['location', 'w.data'], ['length', '9']), { readExternal: () => new Uint8Array(9) }),
    ).toThrow('Tensor "w": its external data has 9 bytes, 8 belong to it.')
    expect(() => decodeModel(external(['location', 'w.data']), { readExternal: () => new Uint8Array(3) })).toThrow(
      'Tensor "w": "w.data" gave 3 bytes, 8 belong to it.',
    )
  })

  it('must be given', () => {
    expect(() => decodeModel(external(['location', 'w.data']))).toThrow(
      'its data is in the file "w.data" beside the model',
    )
    expect(errorCode(() => decodeModel(external(['offset', '-1'], ['location', 'w'])))).toBe('onnx.externalData')
  })

  it('takes the large initialisers only', () => {
    const initializers = new Map<string, OnnxTensor>([
      ['large', { dataType: 'float32', dims: [3], data: Float32Array.of(1, 2, 3) }],
      ['small', { dataType: 'float32', dims: [1], data: Float32Array.of(4) }],
    ])
    const file: number[] = [9, 9, 9]
    const write = (data: Uint8Array): number => file.push(...data) - data.length
    const bytes = encodeModel(model({ initializers }), { externalise: { location: 'm.data', minimumBytes: 8, write } })
    expect(file).toHaveLength(3 + 12)
    const readExternal = (location: string, offset: number, length: number): Uint8Array => {
      expect([location, offset, length]).toEqual(['m.data', 3, 12])
      return Uint8Array.from(file.slice(offset, offset + length))
    }
    expect(decodeModel(bytes, { readExternal }).graph.initializers).toEqual(initializers)
  })
})

describe('encodeModel', () => {
  it('writes the bytes of onnx.proto', () => {
    const graph: OnnxGraph = { name: 'g', inputs: [], outputs: [], initializers: new Map(), nodes: [] }
    const node = { opType: 'Relu', domain: '', name: '', inputs: ['x'], outputs: ['y'], attributes: {} }
    const bytes = encodeModel({
      irVersion: 8,
      opsets: { '': 17 },
      producerName: '',
      producerVersion: '',
      metadata: {},
      graph: { ...graph, nodes: [node] },
    })
    expect(Array.from(bytes)).toEqual([
      ...number(1, 8),
      ...nest(8, text(1, ''), number(2, 17)),
      ...nest(7, nest(1, text(1, 'x'), text(2, 'y'), text(4, 'Relu')), text(2, 'g')),
    ])
  })

  it('gives back every element type', () => {
    const initializers = new Map<string, OnnxTensor>()
    const names = Object.keys(dataTypes).filter((name): name is DataType => Object.hasOwn(dataTypes, name))
    for (const dataType of names)
      initializers.set(dataType, { dataType, dims: [2, 3], data: dataTypes[dataType].allocate(countDims([2, 3])) })
    initializers.set('ints', { dataType: 'int64', dims: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n) })
    initializers.set('texts', { dataType: 'string', dims: [2], data: ['größe', ''] })
    initializers.set('empty', { dataType: 'float32', dims: [0, 4], data: new Float32Array(0) })
    initializers.set('view', { dataType: 'float32', dims: [2], data: Float32Array.of(1, 2, 3).subarray(1) })
    expect(decodeModel(encodeModel(model({ initializers })), { anyType: true }).graph.initializers).toEqual(
      initializers,
    )
  })

  it('gives back every kind of attribute', () => {
    const tensor: OnnxTensor = { dataType: 'float32', dims: [], data: Float32Array.of(-0) }
    const inner = model({}).graph
    const attributes: Record<string, OnnxAttribute> = {
      int: { type: 'int', value: -3 },
      float: { type: 'float', value: Math.fround(1e-5) },
      infinite: { type: 'float', value: -Infinity },
      string: { type: 'string', value: '' },
      ints: { type: 'ints', value: [1, -1, 2 ** 40] },
      floats: { type: 'floats', value: [0.5, 0] },
      strings: { type: 'strings', value: ['a', ''] },
      none: { type: 'ints', value: [] },
      tensor: { type: 'tensor', value: tensor },
      graph: { type: 'graph', value: inner },
      tensors: { type: 'tensors', value: [tensor] },
      graphs: { type: 'graphs', value: [inner, inner] },
    }
    const node = { opType: 'All', domain: 'a.b', name: 'n', inputs: ['', 'x'], outputs: ['y', ''], attributes }
    const whole = model({ nodes: [node], valueInfo: [{ name: 'v', dataType: 'int64', dims: [] }] })
    expect(decodeModel(encodeModel(whole))).toEqual(whole)
  })

  it('keeps "to the end" in an attribute at the largest int64', () => {
    const attributes = { ends: { type: 'ints' as const, value: [2 ** 63] } }
    const node = { opType: 'Slice', domain: '', name: 'n', inputs: ['x'], outputs: ['y'], attributes }
    const [decoded] = decodeModel(encodeModel(model({ nodes: [node] }))).graph.nodes
    expect(decoded?.attributes).toEqual(attributes)
  })

  it('refuses a tensor whose data does not fill its extents', () => {
    const initializers = new Map([['w', { dataType: 'float32', dims: [3], data: new Float32Array(2) } as const]])
    expect(() => encodeModel(model({ initializers }))).toThrow(
      'Tensor "w" has the extents [3], which need 12 bytes, and 8 bytes of data.',
    )
  })
})
