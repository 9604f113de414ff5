// The built screen over HTTP: its files and nothing beside them, with the headers that keep a page to itself.
import { contentTypeOf } from '../files/contentType'
import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { isInside } from '../files/followInside'

/** Headers of every answer. `host` is the checked Host header: the page may open WebSockets to it alone. */
export function securityHeaders(host: string): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    `connect-src 'self' ws://${host}`,
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'Content-Security-Policy': policy.join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    // The camera for images of one's own, where the person allows it; nothing else that listens or locates.
    'Permissions-Policy': 'camera=(self), microphone=(), geolocation=(), display-capture=()',
    'X-Content-Type-Options': 'nosniff',
  }
}

/**
 * The file that a request's target names.
 * @param root the folder of the screen, links resolved
 * @returns undefined for what is not a file inside it, however it is written
 */
export async function findFile(root: string, target: string): Promise<string | undefined> {
  let path: string
  try {
    path = decodeURIComponent(target.split(/[?#]/, 1)[0] ?? '')
  } catch {
    return undefined
  }
  if (!path.startsWith('/') || /[\0\\:]/.test(path)) return undefined
  const parts = path.split('/').filter((part) => part !== '')
  if (parts.some((part) => part.startsWith('.'))) return undefined
  try {
    const real = await realpath(join(root, ...(parts.length === 0 ? ['index.html'] : parts)))
    return isInside(real, root) && (await stat(real)).isFile() ? real : undefined
  } catch {
    return undefined
  }
}

function refuse(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(`${text}\n`)
}

/** Refuses a request that names another host. */
export function refuseHost(response: ServerResponse): void {
  refuse(response, 403, 'This address is not the one that Netloom was started at.', {
    'X-Content-Type-Options': 'nosniff',
  })
}

/** Answers a request whose Host header was checked, from the folder `root`. */
export async function answerFile(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = { ...securityHeaders(request.headers.host ?? '') }
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(response, 405, 'Only GET and HEAD.', { ...headers, Allow: 'GET, HEAD' })
  const file = await findFile(root, request.url ?? '/')
  if (file === undefined) return refuse(response, 404, 'There is no such file.', headers)
  const { size } = await stat(file)
  // The build puts a hash of the content into the names of all files but the page.
  const isHashed = /-[\w-]{8,}\.\w+$/.test(file)
  response.writeHead(200, {
    ...headers,
    'Content-Type': contentTypeOf(file),
    'Content-Length': size,
    'Cache-Control': isHashed ? 'private, max-age=31536000, immutable' : 'no-cache',
  })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response)
}
