// Requests that a host must refuse: foreign pages and names, missing tokens, ways out of its folder, huge messages.
import { request as httpRequest } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { openSocket, useHost } from './hostFixture'

const fixture = useHost()

/** The status of a refused upgrade, or `open`. */
function outcomeOf(socket: WebSocket): Promise<number | 'open' | 'error'> {
  return new Promise((resolve) => {
    socket.once('open', () => {
      socket.terminate()
      resolve('open')
    })
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0)
      socket.terminate()
    })
    socket.on('error', () => resolve('error'))
  })
}

/** The raw answer to a request line that no client library would send. */
function sendRaw(port: number, target: string, host = `127.0.0.1:${port}`): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(port, '127.0.0.1', () =>
      socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
    )
    let text = ''
    socket.setEncoding('utf8').on('data', (part: string) => (text += part))
    socket.on('end', () => resolve(text)).on('error', reject)
  })
}

const statusOf = (answer: string) => Number(answer.split(' ')[1])

describe('the WebSocket', () => {
  it('opens for the page with the token', async () => {
    const { host } = fixture()
    expect(await outcomeOf(openSocket(host))).toBe('open')
    const origin = `http://localhost:${host.port}`
    expect(await outcomeOf(openSocket(host, { origin, hostHeader: `localhost:${host.port}` }))).toBe('open')
  })

  it('refuses no token and a wrong one', async () => {
    const { host } = fixture()
    expect(host.token.length).toBeGreaterThanOrEqual(43)
    expect(await outcomeOf(openSocket(host, { token: '' }))).toBe(401)
    expect(await outcomeOf(openSocket(host, { token: 'x'.repeat(43) }))).toBe(401)
    expect(await outcomeOf(openSocket(host, { token: host.token.slice(0, -1) }))).toBe(401)
  })

  it('refuses foreign pages and foreign names, with the right token', async () => {
    const { host } = fixture()
    for (const origin of [
      '',
      'null',
      'http://evil.example',
      'http://127.0.0.1:1',
      `https://127.0.0.1:${host.port}`,
      `http://127.0.0.1:${host.port}.evil.example`,
    ])
      expect(await outcomeOf(openSocket(host, { origin })), origin).toBe(403)
    for (const hostHeader of ['evil.example', `evil.example:${host.port}`, '127.0.0.1', '127.0.0.1:1'])
      expect(await outcomeOf(openSocket(host, { hostHeader })), hostHeader).toBe(403)
  })

  it('closes on a message of 100 MB and lives on', async () => {
    const { host, connect } = fixture()
    const socket = openSocket(host)
    await new Promise((resolve) => socket.once('open', resolve))
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined)
    socket.send(Buffer.alloc(100 * 1024 * 1024, 'x').toString())
    expect([1006, 1009]).toContain(await closed)
    expect((await (await connect()).client.app.info()).native).toBe(false)
  })

  it('survives messages that are no calls', async () => {
    const { host, connect } = fixture()
    for (const message of ['', '{', '{"i":1}', '[]', '{"i":"x","p":{"u":"/nothing"}}', Buffer.from([0, 255, 1])]) {
      const socket = openSocket(host)
      socket.on('error', () => undefined)
      await new Promise((resolve) => socket.once('open', resolve))
      socket.send(message)
      await new Promise((resolve) => setTimeout(resolve, 20))
      socket.terminate()
    }
    expect((await (await connect()).client.app.info()).platform).toBe(process.platform)
  })
})

describe('the files', () => {
  it('serves the page with headers that keep it to itself', async () => {
    const { host } = fixture()
    const answer = await sendRaw(host.port, '/')
    expect(statusOf(answer)).toBe(200)
    expect(answer).toContain('<title>Netloom</title>')
    for (const header of [
      "default-src 'self'",
      `connect-src 'self' ws://127.0.0.1:${host.port}`,
      'X-Content-Type-Options: nosniff',
      'Referrer-Policy: no-referrer',
      'Permissions-Policy: camera=(self), microphone=()',
      'Cross-Origin-Opener-Policy: same-origin',
      'Content-Type: text/html',
    ])
      expect(answer).toContain(header)
    const script = await sendRaw(host.port, '/assets/index-abcdefgh.js')
    expect(script).toContain('Content-Type: text/javascript')
    expect(script).toContain('immutable')
  })

  it('refuses every way out of its folder', async () => {
    const { host, folder, renderer } = fixture()
    await writeFile(join(folder, 'secret.txt'), 'secret')
    await symlink(join(folder, 'secret.txt'), join(renderer, 'linked.txt'))
    for (const target of [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e%2fsecret.txt',
      '/%252e%252e%252fsecret.txt',
      '/..%5csecret.txt',
      '/assets/..%c0%afsecret.txt',
      '/linked.txt',
      '//etc/passwd',
      '/%00',
      '/%',
      `/${encodeURIComponent(join(folder, 'secret.txt'))}`,
    ]) {
      const answer = await sendRaw(host.port, target)
      expect(statusOf(answer), target).toBe(404)
      expect(answer).not.toContain('\r\n\r\nsecret')
    }
  })

  it('refuses foreign names and methods', async () => {
    const { host } = fixture()
    expect(statusOf(await sendRaw(host.port, '/', 'evil.example'))).toBe(403)
    expect(statusOf(await sendRaw(host.port, '/', `evil.example:${host.port}`))).toBe(403)
    const status = await new Promise((resolve) => {
      const call = httpRequest({ port: host.port, host: '127.0.0.1', method: 'POST' }, (answer) =>
        resolve(answer.statusCode),
      )
      call.end('x')
    })
    expect(status).toBe(405)
  })
})
