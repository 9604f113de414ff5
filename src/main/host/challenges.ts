// The host's part in showing that both sides know the key (shared/contract/hostChallenge.ts); not what is let in (requestChecks.ts).
import { createHmac, randomBytes } from 'node:crypto'
import { hostProofText, nonceSchema, pageProofText } from '../../shared/contract/hostChallenge'
import { isSameText } from './sameText'

/** Numbers that wait for their page at most, and how long: a page answers at once. */
const mostWaiting = 512
const waitMs = 30_000

interface Waiting {
  readonly pageNonce: string
  readonly untilMs: number
}

/** The numbers that the host has given out. */
export class Challenges {
  private readonly waiting = new Map<string, Waiting>()

  /**
   * @param key of the host
   * @param port that pages know it by
   */
  constructor(
    private readonly key: string,
    private readonly port: number,
    private readonly now: () => number = Date.now,
  ) {}

  private prove(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('base64url')
  }

  /** The answer to a page's number; undefined for what is none. */
  answer(pageNonce: string | null): { readonly nonce: string; readonly proof: string } | undefined {
    if (!nonceSchema.safeParse(pageNonce).success || pageNonce === null) return undefined
    const [oldest] = this.waiting.keys()
    if (this.waiting.size >= mostWaiting && oldest !== undefined) this.waiting.delete(oldest)
    const nonce = randomBytes(24).toString('base64url')
    this.waiting.set(nonce, { pageNonce, untilMs: this.now() + waitMs })
    return { nonce, proof: this.prove(hostProofText(this.port, pageNonce, nonce)) }
  }

  /** Whether a page knows the key; each number counts once. */
  accepts(nonce: string, proof: string): boolean {
    const found = this.waiting.get(nonce)
    this.waiting.delete(nonce)
    if (!found || found.untilMs < this.now()) return false
    return isSameText(proof, this.prove(pageProofText(this.port, found.pageNonce, nonce)))
  }
}
