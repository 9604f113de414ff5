// Which Host and Origin headers are taken for this host.
import { describe, expect, it } from 'vitest'
import { isAllowedHost, isAllowedOrigin } from './requestChecks'
import { isSameText } from './sameText'

const local = { port: 8474 }
const remote = { port: 8474, remoteName: 'Box.Example' }

describe('names of the host', () => {
  it.each(['localhost:8474', '127.0.0.1:8474', '[::1]:8474', 'LOCALHOST:8474'])('takes %s', (host) => {
    expect(isAllowedHost(host, local)).toBe(true)
    expect(isAllowedOrigin(`http://${host}`, local)).toBe(true)
  })

  it.each(['localhost', '127.0.0.1:80', '127.0.0.2:8474', 'localhost.evil.example:8474', 'box.example:8474', ''])(
    'refuses %s',
    (host) => {
      expect(isAllowedHost(host, local)).toBe(false)
      expect(isAllowedOrigin(`http://${host}`, local)).toBe(false)
    },
  )

  it('takes one more name where a person has allowed it', () => {
    expect(isAllowedHost('box.example:8474', remote)).toBe(true)
    expect(isAllowedHost('other.example:8474', remote)).toBe(false)
  })

  it('refuses missing headers and other schemes', () => {
    expect([isAllowedHost(undefined, local), isAllowedOrigin(undefined, local)]).toEqual([false, false])
    expect(isAllowedOrigin('https://localhost:8474', local)).toBe(false)
  })

  it('leaves out the port of HTTP itself, as browsers do', () => {
    expect(isAllowedHost('localhost', { port: 80 })).toBe(true)
  })

  it('compares secrets of any length', () => {
    expect([isSameText('a', 'a'), isSameText('', 'a'), isSameText('ab', 'a')]).toEqual([true, false, false])
  })
})
