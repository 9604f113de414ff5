// Both sides show that they know the key: right proofs pass once, everything else never.
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hostProofText, pageProofText } from '../../shared/contract/hostChallenge'
import { Challenges } from './challenges'

const key = 'k'.repeat(43)
const pageNonce = 'p'.repeat(32)
const prove = (text: string, by = key) => createHmac('sha256', by).update(text).digest('base64url')

function begin(port = 8474) {
  let nowMs = 0
  const challenges = new Challenges(key, port, () => nowMs)
  const hello = challenges.answer(pageNonce)!
  const later = (ms: number) => (nowMs += ms)
  return { challenges, hello, later, right: prove(pageProofText(port, pageNonce, hello.nonce)) }
}

describe('the challenge', () => {
  it('is answered with a proof that only the key gives, of the port and both numbers', () => {
    const { hello } = begin()
    expect(hello.proof).toBe(prove(hostProofText(8474, pageNonce, hello.nonce)))
    for (const other of [hostProofText(9000, pageNonce, hello.nonce), hostProofText(8474, 'q'.repeat(32), hello.nonce)])
      expect(hello.proof).not.toBe(prove(other))
  })

  it('lets a page in once', () => {
    const { challenges, hello, right } = begin()
    expect([challenges.accepts(hello.nonce, right), challenges.accepts(hello.nonce, right)]).toEqual([true, false])
  })

  it('lets nobody in with another key, the host’s own proof, another number or too late', () => {
    const text = (nonce: string) => pageProofText(8474, pageNonce, nonce)
    for (const proofOf of [
      ({ hello }: ReturnType<typeof begin>) => prove(text(hello.nonce), 'x'.repeat(43)),
      ({ hello }: ReturnType<typeof begin>) => hello.proof,
      ({ hello }: ReturnType<typeof begin>) => prove(pageProofText(9000, pageNonce, hello.nonce)),
      () => '',
    ]) {
      const begun = begin()
      expect(begun.challenges.accepts(begun.hello.nonce, proofOf(begun))).toBe(false)
      // A wrong proof uses the number up.
      expect(begun.challenges.accepts(begun.hello.nonce, begun.right)).toBe(false)
    }
    const { challenges, hello, right, later } = begin()
    expect(challenges.accepts('n'.repeat(32), right)).toBe(false)
    later(31_000)
    expect(challenges.accepts(hello.nonce, right)).toBe(false)
  })

  it.each([null, '', 'short', 'x'.repeat(65), `${'x'.repeat(30)}/../`])('does not answer to %j', (nonce) => {
    expect(new Challenges(key, 1).answer(nonce)).toBeUndefined()
  })

  it('keeps a bounded number of them waiting', () => {
    const { challenges, hello, right } = begin()
    for (let index = 0; index < 600; index += 1) challenges.answer(pageNonce)
    expect(challenges.accepts(hello.nonce, right)).toBe(false)
  })
})
