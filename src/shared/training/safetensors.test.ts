import { describe, expect, it } from 'vitest'
import type { Tensor } from '../onnx/tensor'
import { encodeSafetensors, parseSafetensors } from './safetensors'

function joinPieces(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => Array.from(piece)))
}

/** A file made by hand: header text and data bytes. */
function file(header: unknown, data: readonly number[] = []): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header)
  const length = text.length
  return Uint8Array.from([
    length & 255,
    (length >> 8) & 255,
    (length >> 16) & 255,
    0,
    0,
    0,
    0,
    0,
    ...Array.from(text, (letter) => letter.charCodeAt(0)),
    ...data,
  ])
}

const entry = (dtype: string, shape: readonly number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})
const only = (bytes: Uint8Array) => Array.from(parseSafetensors(bytes).tensors.get('w')?.data ?? [])
const refusal = (bytes: Uint8Array): unknown => {
  try {
    parseSafetensors(bytes)
  } catch (error) {
    return error
  }
  return undefined
}

describe('encodeSafetensors', () => {
  const tensors = new Map<string, Tensor>([
    ['conv1/weight', { dims: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-40, Infinity) }],
    ['conv1/bias', { dims: [], data: Float32Array.of(7) }],
    ['empty', { dims: [0, 4], data: new Float32Array() }],
  ])

  it('gives back what was written, bit by bit', () => {
    const back = parseSafetensors(joinPieces(encodeSafetensors(tensors, { step: '12', name: 'Müller 漢字 "x"' })))
    expect([...back.tensors]).toEqual([...tensors])
    expect({ ...back.metadata }).toEqual({ step: '12', name: 'Müller 漢字 "x"' })
  })

  it('starts the data at a multiple of eight bytes', () => {
    const [header] = encodeSafetensors(tensors, { a: 'b' })
    expect((header?.length ?? 1) % 8).toBe(0)
  })

  it('writes the header that the format describes', () => {
    const bytes = joinPieces(encodeSafetensors(new Map([['w', { dims: [1], data: Float32Array.of(1) }]]), {}))
    const text = '{"__metadata__":{},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    expect(Array.from(bytes.subarray(0, 8))).toEqual([text.length, 0, 0, 0, 0, 0, 0, 0])
    expect(String.fromCharCode(...bytes.subarray(8, 8 + text.length))).toBe(text)
    expect(Array.from(bytes.subarray(8 + text.length))).toEqual([0, 0, 0x80, 0x3f])
  })
})

describe('parseSafetensors', () => {
  it('reads float32 at an odd offset', () => {
    const bytes = file('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} ', [0, 0, 0x80, 0xbf])
    expect(only(bytes)).toEqual([-1])
  })

  it('widens float16: 1, -2, the smallest subnormal, infinity', () => {
    const bytes = file({ w: entry('F16', [4], 0, 8) }, [0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0x00, 0x7c])
    expect(only(bytes)).toEqual([1, -2, 2 ** -24, Infinity])
  })

  it('widens bfloat16: 1 and -2', () => {
    expect(only(file({ w: entry('BF16', [2], 0, 4) }, [0x80, 0x3f, 0x00, 0xc0]))).toEqual([1, -2])
  })

  it('reads float64 and whole numbers', () => {
    expect(only(file({ w: entry('F64', [1], 0, 8) }, [0, 0, 0, 0, 0, 0, 0xf8, 0x3f]))).toEqual([1.5])
    expect(only(file({ w: entry('I64', [1], 0, 8) }, [0xfe, 255, 255, 255, 255, 255, 255, 255]))).toEqual([-2])
    expect(only(file({ w: entry('I8', [2], 0, 2) }, [1, 255]))).toEqual([1, -1])
  })

  it.each([
    ['a file shorter than its header length', Uint8Array.of(1, 2, 3), /holds 3 bytes/],
    ['a header longer than the file', Uint8Array.of(200, 0, 0, 0, 0, 0, 0, 0, 123), /ends at byte 208/],
    ['an absurd header length', new Uint8Array(16).fill(255), /18446744073709551615 bytes/],
    ['a header that is not JSON', file('{"w":'), /not JSON/],
    ['a header that is not UTF-8', file('{"\xff":1}'), /not JSON/],
    ['a header that is a list', file('[]'), /not a JSON object/],
    ['metadata that is not text', file({ __metadata__: { a: 1 } }), /metadata "a"/],
    ['an unknown element type', file({ w: entry('F8_E4M3', [1], 0, 1) }, [0]), /"F8_E4M3"/],
    ['a negative extent', file({ w: entry('F32', [-1], 0, 4) }, [0, 0, 0, 0]), /shape \[-1\]/],
    ['an extent that is not whole', file({ w: entry('F32', [0.5], 0, 2) }, [0, 0]), /shape \[0\.5\]/],
    ['offsets that run backwards', file({ w: entry('F32', [1], 4, 0) }, [0, 0, 0, 0]), /hold -4/],
    ['offsets that do not fit the shape', file({ w: entry('F32', [2], 0, 4) }, [0, 0, 0, 0]), /needs 8 bytes/],
    ['a tensor beyond the end', file({ w: entry('F32', [2], 0, 8) }, [0, 0, 0, 0]), /ends at byte 8/],
    ['bytes that belong to no tensor', file({ w: entry('U8', [1], 0, 1) }, [0, 0]), /bytes 1 to 2/],
    ['a gap before a tensor', file({ w: entry('U8', [1], 1, 2) }, [0, 0]), /bytes 0 to 1/],
    [
      'overlapping tensors',
      file({ a: entry('U8', [2], 0, 2), b: entry('U8', [2], 1, 3) }, [0, 0, 0]),
      /"a" and "b" overlap/,
    ],
    ['a shape whose product overflows', file({ w: entry('F32', [2 ** 40, 2 ** 40], 0, 4) }, [0, 0, 0, 0]), /needs/],
  ])('refuses %s', (_, bytes, text) => {
    expect(refusal(bytes)).toMatchObject({ code: 'weights.malformed', message: expect.stringMatching(text) })
  })

  it('takes a tensor named __proto__ for a tensor', () => {
    const bytes = file('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [9])
    expect([...parseSafetensors(bytes).tensors.keys()]).toEqual(['__proto__'])
  })
})
