// Reading addresses: which ones are the program's own; not what is done with others.
import { desktopOrigin } from '../../shared/contract/desktopBridge'

/** An address taken apart, or null where it is none. */
export function parseAddress(address: string): URL | null {
  return URL.canParse(address) ? new URL(address) : null
}

/** The path of an address below app://netloom, or null for any other address. */
export function ownPath(address: string): string | null {
  const url = parseAddress(address)
  // `origin` says nothing for schemes that are not of the web.
  if (!url || `${url.protocol}//${url.host}` !== desktopOrigin || url.username !== '' || url.password !== '')
    return null
  return url.pathname === '' ? '/' : url.pathname
}

/** Whether an address is the one page of the program. */
export function isOwnPage(address: string): boolean {
  return ['/', '/index.html'].includes(ownPath(address) ?? '')
}
