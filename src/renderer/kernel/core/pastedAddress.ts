// What a person pastes to let a page in: the address that Netloom printed, or the key alone; not connecting with it.

export interface PastedAddress {
  readonly key: string
  /** The whole address, where it is not the one of this page. */
  readonly address?: string
}

const keyPattern = /^[\w-]{20,200}$/u

/** The names of this machine, which lead to one host on one port. */
const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]'])

function isSameHost(one: URL, other: URL): boolean {
  if (one.origin === other.origin) return true
  return one.port === other.port && loopbackHosts.has(one.hostname) && loopbackHosts.has(other.hostname)
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

/**
 * Reads what was pasted.
 * @param origin of this page
 * @returns the key, or what is wrong as a sentence
 */
export function readPastedAddress(text: string, origin: string): PastedAddress | string {
  const trimmed = text.trim()
  if (trimmed === '') return 'Paste the address first.'
  if (keyPattern.test(trimmed)) return { key: trimmed }
  // A line of a terminal may bring more than the address.
  const url = parseUrl(/\bhttps?:\/\/\S+/iu.exec(trimmed)?.[0] ?? '')
  if (!url) return 'This is no address: it begins with http:// and ends with #token= and a key.'
  const key = new URLSearchParams(url.hash.slice(1)).get('token') ?? url.searchParams.get('token')
  if (key === null || !keyPattern.test(key))
    return 'This address has no key: it ends with #token= and 43 letters, digits and signs.'
  return isSameHost(url, new URL(origin)) ? { key } : { key, address: url.href }
}
