// The page's part in showing that both sides know the key (shared/contract/hostChallenge.ts).
import { helloPath, helloSchema, hostProofText, pageProofText } from '../../../shared/contract/hostChallenge'

/** What a page adds to its WebSocket's address. */
export type Entrance = Readonly<Record<string, string>>

/**
 * `away`: nothing answers. `stranger`: what answers does not know the key.
 */
export type NoEntrance = 'away' | 'stranger'

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/u, '')
}

async function makeProver(subtle: SubtleCrypto, key: string): Promise<(text: string) => Promise<string>> {
  const encoder = new TextEncoder()
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const secret = await subtle.importKey('raw', encoder.encode(key), hmac, false, ['sign'])
  return async (text) => toBase64Url(new Uint8Array(await subtle.sign(hmac, secret, encoder.encode(text))))
}

function portOf({ port, protocol }: Location): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}

/** Lets the host prove that it knows the key, and proves it in turn; the key itself stays in the page. */
export async function findEntrance(key: string): Promise<Entrance | NoEntrance> {
  // Browsers compute for pages of this machine and of https only: a name beyond that is one that a person has allowed.
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto }
  if (!subtle) return { token: key }
  const pageNonce = toBase64Url(crypto.getRandomValues(new Uint8Array(24)))
  let response: Response
  try {
    response = await fetch(`${helloPath}?nonce=${pageNonce}`, { cache: 'no-store' })
  } catch {
    return 'away'
  }
  const hello = helloSchema.safeParse(await response.json().catch(() => null))
  if (!hello.success) return 'stranger'
  const prove = await makeProver(subtle, key)
  const port = portOf(location)
  const { nonce, proof } = hello.data
  if ((await prove(hostProofText(port, pageNonce, nonce))) !== proof) return 'stranger'
  return { nonce, proof: await prove(pageProofText(port, pageNonce, nonce)) }
}
