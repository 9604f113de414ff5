// Serves the built renderer, and nothing else, under app://netloom; not what a page may do (security.ts).
import { contentTypeOf } from '../files/contentType'
import { readFile, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { ownPath } from './address'

/** The scheme with the privileges that a page of ours needs; to be registered before the app is ready. */
export const rendererScheme = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
} as const

/** Scripts from here only; styles inline because Mantine and React Flow set them; no connection to anywhere. */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "connect-src 'self' data: blob:",
  "object-src 'none'",
  "frame-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Names as the build writes them: no percent sign, backslash, colon or leading dot, so no way up or out. */
const plainName = /^[\w@~+-][\w@~+.-]*$/

/** The names of the folders and the file that an address means, or null where it means none of ours. */
function partsOf(address: string): readonly string[] | null {
  const path = ownPath(address)
  if (path === null) return null
  if (path === '/') return ['index.html']
  const parts = path.slice(1).split('/')
  return parts.every((part) => plainName.test(part)) ? parts : null
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: { 'Content-Security-Policy': contentSecurityPolicy } })
}

async function readInside(folder: string, parts: readonly string[]): Promise<Buffer<ArrayBuffer> | null> {
  try {
    // A link inside the folder must not lead out of it.
    const root = await realpath(folder)
    const file = await realpath(join(root, ...parts))
    return file.startsWith(root + sep) ? await readFile(file) : null
  } catch {
    return null
  }
}

/**
 * Answers a request of the page.
 * @param folder the built renderer, absolute
 * @returns 200 with the file; 404 for whatever is not a file inside the folder; 405 for anything but reading
 */
export async function serveRenderer(folder: string, request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405)
  const parts = partsOf(request.url)
  const bytes = parts && (await readInside(folder, parts))
  if (!parts || !bytes) return refusal(404)
  return new Response(request.method === 'HEAD' ? null : bytes, {
    headers: {
      'Content-Type': contentTypeOf(parts.at(-1) ?? ''),
      'Content-Security-Policy': contentSecurityPolicy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-cache',
    },
  })
}
