// The answer to a page that asks whether the host knows the key.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { helloPath } from '../../shared/contract/hostChallenge'
import type { Challenges } from './challenges'
import { securityHeaders } from './staticFiles'

/**
 * Answers `/hello?nonce=...` of a request whose Host header was checked.
 * @returns false where something else is asked for
 */
export function answerHello(challenges: Challenges, request: IncomingMessage, response: ServerResponse): boolean {
  const target = request.url ?? '/'
  if (target.split('?', 1)[0] !== helloPath) return false
  const nonce = new URLSearchParams(target.slice(helloPath.length + 1)).get('nonce')
  const hello = request.method === 'GET' ? challenges.answer(nonce) : undefined
  response.writeHead(hello ? 200 : 400, {
    ...securityHeaders(request.headers.host ?? ''),
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
  })
  response.end(JSON.stringify(hello ?? {}))
  return true
}
