// Who may speak to the host: names in Host and Origin, and the token; not what is answered.
import type { IncomingMessage } from 'node:http'
import type { Challenges } from './challenges'
import { isSameText } from './sameText'

/** Names under which only this machine reaches itself. */
const loopbackNames = ['localhost', '127.0.0.1', '[::1]']

export interface AllowedNames {
  readonly port: number
  /** A name beyond loopback that a person has allowed. */
  readonly remoteName?: string
}

/** `NAME:PORT` of every way to write the host's own address. */
function allowedHosts({ port, remoteName }: AllowedNames): readonly string[] {
  const names = remoteName === undefined ? loopbackNames : [...loopbackNames, remoteName.toLowerCase()]
  return names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]))
}

/** Whether the Host header names this host: a foreign name that resolves here (DNS rebinding) is refused. */
export function isAllowedHost(header: string | undefined, names: AllowedNames): boolean {
  return header !== undefined && allowedHosts(names).includes(header.toLowerCase())
}

/** Whether a page of this host asks: every browser sends the page's origin with a WebSocket. */
export function isAllowedOrigin(header: string | undefined, names: AllowedNames): boolean {
  return header !== undefined && allowedHosts(names).some((host) => header.toLowerCase() === `http://${host}`)
}

/** How a page shows that it knows the key. */
export interface Admission {
  readonly token: string
  readonly challenges: Challenges
}

/** A page proves it (hostChallenge.ts); one that cannot compute proofs, and a program of the user, sends the key itself. */
function isAdmitted({ searchParams }: URL, { token, challenges }: Admission): boolean {
  const [nonce, proof] = [searchParams.get('nonce'), searchParams.get('proof')]
  if (nonce !== null && proof !== null) return challenges.accepts(nonce, proof)
  return isSameText(searchParams.get('token') ?? '', token)
}

/** What is wrong with an upgrade request, as a status line; undefined where it may pass. */
export function refuseUpgrade(request: IncomingMessage, names: AllowedNames, admission: Admission): string | undefined {
  if (!isAllowedHost(request.headers.host, names)) return '403 Forbidden'
  if (!isAllowedOrigin(request.headers.origin, names)) return '403 Forbidden'
  let url: URL
  try {
    url = new URL(request.url ?? '/', 'http://host')
  } catch {
    return '400 Bad Request'
  }
  if (url.pathname !== '/rpc') return '404 Not Found'
  return isAdmitted(url, admission) ? undefined : '401 Unauthorized'
}
