// One package of a NuGet feed: where it lies, its size and checksum, and its download; not what is in it.
import { printCount } from '../../../shared/graph/printNumbers'
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { NetloomError } from '../../../shared/graph/errors'
import { systemCode, writeFailure } from '../../files/durableFile'

/** A package as its feed states it. */
export interface FeedPackage {
  readonly url: string
  readonly sizeBytes: number
  /** SHA-512 in base64. */
  readonly sha512: string
}

const indexSchema = z.object({ resources: z.array(z.object({ '@id': z.string(), '@type': z.string() }).loose()) })
const leafSchema = z.object({ catalogEntry: z.string(), packageContent: z.string() })
const catalogSchema = z.object({
  packageHash: z.string(),
  packageHashAlgorithm: z.literal('SHA512'),
  packageSize: z.number().int().positive(),
})

/** A feed that sends nothing for so long is given up. */
const silenceMs = 30_000

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no network, or it is a closed one',
  EAI_AGAIN: 'there is no network, or it is a closed one',
  ECONNREFUSED: 'it refuses the connection',
  ETIMEDOUT: 'it does not answer',
}

function unreachable(url: string, cause: unknown): NetloomError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const reason = reasons[systemCode(inner)] ?? (inner instanceof Error ? inner.message : String(inner))
  return new NetloomError('download.failed', `${new URL(url).host} cannot be reached: ${reason}.`, { path: url, cause })
}

async function request(url: string, signal: AbortSignal | undefined): Promise<Response> {
  let response: Response
  try {
    const patience = AbortSignal.timeout(silenceMs)
    response = await fetch(url, { signal: signal ? AbortSignal.any([signal, patience]) : patience })
  } catch (cause) {
    signal?.throwIfAborted()
    throw unreachable(url, cause)
  }
  if (response.ok) return response
  throw new NetloomError('download.failed', `${url} answers with ${response.status} ${response.statusText}.`, {
    path: url,
    received: response.status,
  })
}

async function readJson<T>(url: string, schema: z.ZodType<T>, signal: AbortSignal | undefined): Promise<T> {
  const text = await (await request(url, signal)).text()
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new NetloomError('download.failed', `${url} does not answer as a NuGet feed.`, { path: url, cause })
  }
}

/**
 * Looks a package up. @see NuGet server API: service index, registration leaf, catalog leaf
 * @param index the service index of the feed
 * @throws NetloomError `download.failed`; the reason of the signal
 */
export async function findPackage(
  index: string,
  { name, version }: { readonly name: string; readonly version: string },
  signal?: AbortSignal,
): Promise<FeedPackage> {
  const { resources } = await readJson(index, indexSchema, signal)
  const registrations = resources.find(({ '@type': type }) => type.startsWith('RegistrationsBaseUrl'))
  if (!registrations)
    throw new NetloomError('download.failed', `${index} lists no packages with their checksums.`, { path: index })
  const base = registrations['@id'].replace(/\/?$/u, '/')
  const leaf = await readJson(`${base}${name.toLowerCase()}/${version.toLowerCase()}.json`, leafSchema, signal)
  const { packageHash, packageSize } = await readJson(leaf.catalogEntry, catalogSchema, signal)
  return { url: leaf.packageContent, sizeBytes: packageSize, sha512: packageHash }
}

/**
 * Downloads a package to a file, and checks its length and checksum.
 * @throws NetloomError `download.failed`, file.write; the reason of the signal
 */
export async function downloadPackage(
  { url, sizeBytes, sha512 }: FeedPackage,
  target: string,
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: (bytes: number) => void },
): Promise<void> {
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), silenceMs)
  const both = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal
  const hash = createHash('sha512')
  let received = 0
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), silenceMs)
      hash.update(chunk)
      received += chunk.length
      onProgress?.(received)
      done(null, chunk)
    },
  })
  try {
    const response = await fetch(url, { signal: both })
    if (!response.ok || !response.body)
      throw new NetloomError('download.failed', `${url} answers with ${response.status} ${response.statusText}.`)
    await pipeline(chunksOf(response.body), meter, createWriteStream(target), { signal: both })
  } catch (cause) {
    signal?.throwIfAborted()
    if (cause instanceof NetloomError) throw cause
    if (cause instanceof Error && 'syscall' in cause && cause.syscall === 'write') throw writeFailure(target, cause)
    throw received > 0 ? cutShort(received, sizeBytes, cause) : unreachable(url, cause)
  } finally {
    clearTimeout(timer)
  }
  if (received !== sizeBytes) throw cutShort(received, sizeBytes)
  const found = hash.digest('base64')
  if (found === sha512) return
  throw new NetloomError('download.failed', 'The download has another checksum than its feed states.', {
    expected: sha512,
    received: found,
    hint: 'Nothing was installed. Try again; where it happens again, the feed or something on the way changes it.',
  })
}

async function* chunksOf(body: NonNullable<Response['body']>): AsyncGenerator<Uint8Array, void, void> {
  const reader = body.getReader()
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value
  } finally {
    // After a failure there is nobody left to tell.
    await reader.cancel().catch(() => undefined)
  }
}

function cutShort(received: number, expected: number, cause?: unknown): NetloomError {
  return new NetloomError(
    'download.failed',
    `The download ended after ${printCount(received)} of ${printCount(expected)} bytes.`,
    { expected, received, hint: 'Nothing was installed. Try again.', cause },
  )
}
