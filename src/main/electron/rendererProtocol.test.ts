// Tests of what app://netloom serves, and of ways out of its folder that must not exist.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveRenderer } from './rendererProtocol'

let base = ''
let folder = ''
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'netloom-protocol-'))
  folder = join(base, 'renderer')
  await mkdir(join(folder, 'assets'), { recursive: true })
  await mkdir(join(base, 'renderer-secret'))
  await writeFile(join(base, 'secret.txt'), 'secret')
  await writeFile(join(base, 'renderer-secret', 'a.txt'), 'secret')
  await writeFile(join(folder, 'index.html'), '<!doctype html>')
  await writeFile(join(folder, '.hidden'), 'secret')
  await writeFile(join(folder, 'assets', 'index-Ab_1-2.js'), 'export {}')
  await symlink(join(base, 'secret.txt'), join(folder, 'link.txt'))
  await symlink(base, join(folder, 'up'))
  await symlink(join(folder, 'index.html'), join(folder, 'inside.html'))
})
afterAll(() => rm(base, { recursive: true }))

const get = (address: string, method = 'GET') => serveRenderer(folder, new Request(address, { method }))

/** A request whose address is not tidied up by the URL parser of this process. */
const raw = (url: string) => serveRenderer(folder, { url, method: 'GET' } as Request)

describe('serveRenderer', () => {
  it('serves the page and its parts with their types and the policy', async () => {
    const page = await get('app://netloom/')
    expect(page.status).toBe(200)
    expect(await page.text()).toBe('<!doctype html>')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'; script-src 'self';")
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    const script = await get('app://netloom/assets/index-Ab_1-2.js?v=1#top')
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect((await get('app://netloom/inside.html')).status).toBe(200)
  })

  it('answers HEAD without a body, and nothing that would write', async () => {
    const head = await get('app://netloom/index.html', 'HEAD')
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect((await get('app://netloom/index.html', 'POST')).status).toBe(405)
  })

  it.each([
    'app://netloom/../secret.txt',
    'app://netloom/%2e%2e/secret.txt',
    'app://netloom/..%2fsecret.txt',
    'app://netloom/assets/..%2f..%2fsecret.txt',
    'app://netloom/%252e%252e%252fsecret.txt',
    'app://netloom/..%5csecret.txt',
    'app://netloom/..\\secret.txt',
    'app://netloom//etc/passwd',
    'app://netloom/../renderer-secret/a.txt',
    'app://netloom/link.txt',
    'app://netloom/up/secret.txt',
    'app://netloom/.hidden',
    'app://netloom/assets',
    'app://netloom/assets/',
    'app://netloom/index.html%00.js',
    'app://netloom/C:/Windows/win.ini',
    'app://netloom/absent.js',
    'app://netloom/%E0%A4%A',
    'app://elsewhere/index.html',
    'app://netloom@elsewhere/index.html',
    'app://user@netloom/index.html',
    'app://netloom:81/index.html',
    'file:///etc/passwd',
    'index.html',
  ])('finds nothing at %s', async (address) => {
    const answer = await raw(address)
    expect([answer.status, await answer.text()]).toEqual([404, ''])
  })
})
