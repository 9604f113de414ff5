// Protobuf messages read and written by tables of their fields; not which messages ONNX has (messages.ts).
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { NetloomError } from '../graph/errors'
import { wholeBigInt } from './cells'

/** What a field holds once read. Nested messages stay bytes until their own table reads them. */
interface Values {
  /** A varint of up to 64 signed bits, as a number (rounded beyond 2^53). */
  int: number
  float: number
  string: string
  bytes: Uint8Array
  message: Uint8Array
  /** Encoded numbers of a long list, in one piece or one by one, without their tags and lengths. */
  packedVarint: Uint8Array
  packed32: Uint8Array
  packed64: Uint8Array
}

/** What a field is written from. */
interface WrittenValues extends Omit<Values, 'message'> {
  message: MessageWriter
}

type Kind = keyof Values

export interface Field<K extends Kind = Kind, Repeated extends boolean = boolean> {
  readonly number: number
  readonly kind: K
  readonly repeated: Repeated
}

type Fields = Readonly<Record<string, Field>>

/** A message read by its table: repeated fields are lists, the others undefined where the bytes do not hold them. */
export type Message<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer K, true>
    ? readonly Values[K][]
    : F[Name] extends Field<infer K>
      ? Values[K] | undefined
      : never
}

export interface MessageTable<F extends Fields = Fields> {
  /** The message's name in onnx.proto, for errors. */
  readonly name: string
  readonly fields: F
  readonly byNumber: ReadonlyMap<number, readonly [string, Field]>
}

/** A field that stands at most once (the last one counts). */
export function one<K extends Kind>(number: number, kind: K): Field<K, false> {
  return { number, kind, repeated: false }
}

/** A field that may stand many times. */
export function many<K extends Kind>(number: number, kind: K): Field<K, true> {
  return { number, kind, repeated: true }
}

export function defineMessage<F extends Fields>(name: string, fields: F): MessageTable<F> {
  const entries = Object.entries<Field>(fields).map(([key, field]) => [field.number, [key, field]] as const)
  return { name, fields, byNumber: new Map(entries) }
}

/** An error of the catalogue for bytes that are no ONNX model. */
export function malformed(message: string, cause?: unknown): NetloomError {
  return new NetloomError('onnx.malformed', message, {
    cause,
    hint: 'The file is damaged, cut short or not an ONNX model.',
  })
}

/**
 * Reads one message. Unknown fields are skipped, nested messages and long lists are returned as views into `bytes`.
 * @throws NetloomError `onnx.malformed` where the bytes are no such message
 */
export function parseMessage<F extends Fields>(table: MessageTable<F>, bytes: Uint8Array): Message<F> {
  const result: Record<string, unknown> = {}
  for (const [key, field] of Object.entries<Field>(table.fields)) result[key] = field.repeated ? [] : undefined
  const reader = new BinaryReader(bytes)
  try {
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag()
      const [key, field] = table.byNumber.get(number) ?? []
      if (key === undefined || field === undefined) reader.skip(wireType, number)
      else readField(reader, field, wireType, (value) => store(result, key, field, value))
    }
    if (reader.pos > reader.len) throw new RangeError('premature EOF')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw malformed(`${table.name} of ${reader.len} bytes, near byte ${reader.pos}: ${reason}.`, error)
  }
  // Every key of the table was filled in by readField with the type that its kind states.
  return result as Message<F>
}

function store(result: Record<string, unknown>, key: string, field: Field, value: unknown): void {
  const list = result[key]
  if (field.repeated && Array.isArray(list)) list.push(value)
  else result[key] = value
}

function readField(reader: BinaryReader, field: Field, wireType: WireType, found: (value: unknown) => void): void {
  const { kind } = field
  switch (kind) {
    case 'int':
      return readNumbers(reader, field, wireType, WireType.Varint, found, () => Number(reader.int64()))
    case 'float':
      return readNumbers(reader, field, wireType, WireType.Bit32, found, () => reader.float())
    case 'packedVarint':
      return found(readChunk(reader, wireType, WireType.Varint))
    case 'packed32':
      return found(readChunk(reader, wireType, WireType.Bit32))
    case 'packed64':
      return found(readChunk(reader, wireType, WireType.Bit64))
    case 'string':
      requireWireType(field, wireType, WireType.LengthDelimited)
      return found(reader.string())
    case 'bytes':
    case 'message':
      requireWireType(field, wireType, WireType.LengthDelimited)
      return found(reader.bytes())
    default:
      return kind satisfies never
  }
}

/** One number, or a packed list of them where the field may repeat. */
function readNumbers(
  reader: BinaryReader,
  field: Field,
  wireType: WireType,
  single: WireType,
  found: (value: number) => void,
  read: () => number,
): void {
  if (wireType !== WireType.LengthDelimited || !field.repeated) {
    requireWireType(field, wireType, single)
    return found(read())
  }
  const length = reader.uint32()
  const end = reader.pos + length
  if (end > reader.len) throw new RangeError('premature EOF')
  while (reader.pos < end) found(read())
  if (reader.pos !== end) throw new RangeError('a packed list ends inside a number')
}

function readChunk(reader: BinaryReader, wireType: WireType, single: WireType): Uint8Array {
  if (wireType === WireType.LengthDelimited) return reader.bytes()
  if (wireType !== single) throw new Error(`illegal wire type ${wireType} of a packed field`)
  return reader.skip(wireType)
}

function requireWireType(field: Field, wireType: WireType, wanted: WireType): void {
  if (wireType !== wanted) throw new Error(`field ${field.number} has wire type ${wireType} instead of ${wanted}`)
}

/** Numbers of a list of varints, whether signed or not: the caller's array wraps them. */
export function readVarints(bytes: Uint8Array, found: (value: bigint) => void): void {
  const reader = new BinaryReader(bytes)
  try {
    while (reader.pos < reader.len) found(BigInt(reader.int64()))
    if (reader.pos > reader.len) throw new RangeError('premature EOF')
  } catch (error) {
    if (error instanceof NetloomError) throw error
    throw malformed(`A list of numbers of ${reader.len} bytes is cut short.`, error)
  }
}

/** Byte strings longer than this are kept as they are until the whole model is joined. */
const longBytes = 4096

/** One message being written. Long byte strings are referenced, not copied, until `join`. */
export class MessageWriter {
  private readonly short = new BinaryWriter()
  private readonly parts: Uint8Array[] = []
  private flushedBytes = 0

  /** Writes a field; lists write one entry each, undefined and a single empty string write nothing. */
  put<K extends Kind>(
    field: Field<K>,
    value: WrittenValues[NoInfer<K>] | readonly WrittenValues[NoInfer<K>][] | undefined,
  ): this {
    if (Array.isArray(value)) for (const entry of value) this.write(field, entry)
    else if (value !== undefined && value !== '') this.write(field, value)
    return this
  }

  /** Bytes written so far, flushed into parts. */
  close(): { readonly parts: readonly Uint8Array[]; readonly sizeBytes: number } {
    this.flush()
    return { parts: this.parts, sizeBytes: this.flushedBytes }
  }

  private write(field: Field, value: unknown): void {
    if (value instanceof MessageWriter) return this.writeMessage(field, value)
    if (value instanceof Uint8Array) return this.writeBytes(field, [value], value.byteLength)
    if (field.kind === 'string') this.short.tag(field.number, WireType.LengthDelimited).string(String(value))
    else if (field.kind === 'float') this.short.tag(field.number, WireType.Bit32).float(Math.fround(Number(value)))
    else this.short.tag(field.number, WireType.Varint).int64(wholeBigInt(Number(value)))
  }

  private writeMessage(field: Field, message: MessageWriter): void {
    const { parts, sizeBytes } = message.close()
    this.writeBytes(field, parts, sizeBytes)
  }

  private writeBytes(field: Field, parts: readonly Uint8Array[], sizeBytes: number): void {
    this.short.tag(field.number, WireType.LengthDelimited).uint32(sizeBytes)
    for (const part of parts) {
      if (part.byteLength <= longBytes) this.short.raw(part)
      else {
        this.flush()
        this.parts.push(part)
        this.flushedBytes += part.byteLength
      }
    }
  }

  private flush(): void {
    const bytes = this.short.finish()
    if (bytes.byteLength === 0) return
    this.parts.push(bytes)
    this.flushedBytes += bytes.byteLength
  }
}
