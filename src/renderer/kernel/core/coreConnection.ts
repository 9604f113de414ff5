// The line to the core: a WebSocket at the page's own origin that comes back by itself, or Electron's message port.
import type { ClientContext, ClientLink } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { portMessage, type DesktopBridge } from '../../../shared/contract/desktopBridge'
import { findEntrance, type Entrance } from './hostProof'
import { readPastedAddress } from './pastedAddress'

declare global {
  interface Window {
    /** Present in the desktop program: then a message port answers instead of a WebSocket. */
    readonly netloom?: DesktopBridge
  }
}

/**
 * `noToken`: the page was opened without the key that is part of the printed address.
 * `refused`: what answers does not know the page's key, as after it was renewed, or does not take it.
 */
export type ConnectionStatus = 'connecting' | 'connected' | 'lost' | 'noToken' | 'refused'

export interface ConnectionState {
  readonly status: ConnectionStatus
  /** Rises with every connection that was made; streams that broke are resumed when it changes. */
  readonly connections: number
}

/** Whether the core answers. */
export const connectionStore = createStore<ConnectionState>()(() => ({ status: 'connecting', connections: 0 }))

/** Whether the core answers, followed while the component is mounted. */
export function useConnection(): ConnectionState {
  return useStore(connectionStore)
}

/** A call that could not be made or whose answer was lost. */
export class ConnectionError extends Error {
  readonly code = 'connection.lost'

  constructor(message = 'The connection to Netloom was lost. It is tried again by itself.', cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ConnectionError'
  }
}

type Link = ClientLink<ClientContext>

const tokenKey = 'netloom.token'
const firstWaitMs = 250
const longestWaitMs = 5000
/** How long a call waits for the connection before it fails. */
const patienceMs = 8000

let link: Link | undefined
let socket: WebSocket | undefined
let failures = 0
let isStarted = false
let retry: ReturnType<typeof setTimeout> | undefined

/** The token of the address, taken out of it and kept for this tab; else the kept one. */
function findToken(): string | null {
  const fragment = new URLSearchParams(location.hash.slice(1))
  const query = new URLSearchParams(location.search)
  const given = fragment.get('token') ?? query.get('token')
  if (given === null) return sessionStorage.getItem(tokenKey)
  sessionStorage.setItem(tokenKey, given)
  fragment.delete('token')
  query.delete('token')
  const search = query.size > 0 ? `?${query.toString()}` : ''
  const hash = fragment.size > 0 ? `#${fragment.toString()}` : ''
  history.replaceState(history.state, '', `${location.pathname}${search}${hash}`)
  return given
}

function connectPort(): void {
  const { port1, port2 } = new MessageChannel()
  link = new PortLink({ port: port1 })
  port1.start()
  window.postMessage(portMessage, '*', [port2])
  connectionStore.setState({ status: 'connected', connections: 1 })
}

/** Whether something serves this page now: then a line that does not open was refused. */
async function isPageServed(): Promise<boolean> {
  try {
    return (await fetch('/', { method: 'HEAD', cache: 'no-store' })).ok
  } catch {
    return false
  }
}

/** Tells a key that is not taken from a core that is away, where neither side proves that it knows the key. */
async function tellRefusal(refused: WebSocket): Promise<void> {
  const isServed = await isPageServed()
  if (isServed && socket === refused && connectionStore.getState().status === 'lost')
    connectionStore.setState({ status: 'refused' })
}

/** Tries again, later each time. */
function retryLater(token: string): void {
  failures += 1
  retry = setTimeout(() => connectSocket(token), Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - 1)))
}

/** The attempt to connect that counts; earlier ones that are still under way do not. */
let attempt = 0

function connectSocket(token: string): void {
  attempt += 1
  const own = attempt
  findEntrance(token).then(
    (entrance) => {
      if (own !== attempt) return
      if (typeof entrance === 'object') return openSocket(token, entrance)
      // What answers and does not know the key is asked again: the host may come back in its place.
      connectionStore.setState({ status: entrance === 'stranger' ? 'refused' : 'lost' })
      retryLater(token)
    },
    () => own === attempt && retryLater(token),
  )
}

function openSocket(token: string, entrance: Entrance): void {
  const address = new URL('/rpc', location.href)
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
  for (const [name, value] of Object.entries(entrance)) address.searchParams.set(name, value)
  const opening = new WebSocket(address)
  opening.binaryType = 'arraybuffer'
  socket = opening
  let wasOpen = false
  // Listens before the link does, so that calls that it fails already find the line gone.
  opening.addEventListener('close', () => {
    if (socket !== opening) return
    link = undefined
    connectionStore.setState({ status: 'lost' })
    if (!wasOpen && entrance['token'] !== undefined) void tellRefusal(opening)
    retryLater(token)
  })
  const openingLink = new SocketLink({ websocket: opening })
  opening.addEventListener('open', () => {
    wasOpen = true
    failures = 0
    link = openingLink
    connectionStore.setState(({ connections }) => ({ status: 'connected', connections: connections + 1 }))
  })
}

/** Connects at once instead of when the next attempt is due. */
export function reconnectNow(): void {
  const token = findToken()
  if (!['lost', 'refused'].includes(connectionStore.getState().status) || token === null) return
  clearTimeout(retry)
  connectSocket(token)
}

/** An address with a new token pasted into this tab changes only the fragment, so the page is not loaded again. */
function takeNewAddress(): void {
  if (!new URLSearchParams(location.hash.slice(1)).has('token')) return
  const token = findToken()
  if (token === null || connectionStore.getState().status === 'connected') return
  clearTimeout(retry)
  connectionStore.setState({ status: 'connecting' })
  connectSocket(token)
}

/**
 * Takes what a person has pasted: the printed address or the key in it. Of another port or machine, the browser goes there.
 * @returns what is wrong with it, undefined where it is taken
 */
export function takePastedAddress(text: string): string | undefined {
  const pasted = readPastedAddress(text, location.origin)
  if (typeof pasted === 'string') return pasted
  if (pasted.address !== undefined) location.assign(pasted.address)
  else location.hash = new URLSearchParams({ token: pasted.key }).toString()
  return undefined
}

function start(): void {
  if (isStarted) return
  isStarted = true
  if (window.netloom) {
    connectPort()
    return
  }
  window.addEventListener('hashchange', takeNewAddress)
  const token = findToken()
  if (token === null) {
    connectionStore.setState({ status: 'noToken' })
    return
  }
  connectSocket(token)
  window.addEventListener('online', reconnectNow)
}

/**
 * Waits until the core answers.
 * @throws ConnectionError after `waitMs`, at once where the page has no key or one that is not taken
 */
export async function whenConnected(waitMs = patienceMs, signal?: AbortSignal): Promise<void> {
  start()
  if (connectionStore.getState().status === 'connected') return
  await new Promise<void>((resolve, reject) => {
    const settle = (finish: () => void): void => {
      clearTimeout(timer)
      unsubscribe()
      signal?.removeEventListener('abort', abort)
      finish()
    }
    const fail = (text?: string): void => settle(() => reject(new ConnectionError(text)))
    const abort = (): void => settle(() => reject(new DOMException('The call was given up.', 'AbortError')))
    const timer = setTimeout(() => fail('Netloom does not answer. Is it still running?'), waitMs)
    const look = ({ status }: ConnectionState): void => {
      if (status === 'connected') settle(resolve)
      if (status === 'noToken') fail('This page has no key to Netloom. Paste the address that Netloom printed.')
      if (status === 'refused')
        fail('Netloom does not take the key of this page. Paste the address that it printed last.')
    }
    const unsubscribe = connectionStore.subscribe(look)
    signal?.addEventListener('abort', abort)
    look(connectionStore.getState())
  })
}

type CallListener = (path: string) => void
const listeners = new Set<CallListener>()

/** Hears of every call that succeeded, as `area.verb`. */
export function onCallSucceeded(listener: CallListener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The link of the client: whichever line is open. */
export const liveLink: Link = {
  async call(path, input, options) {
    await whenConnected(patienceMs, options.signal)
    const present = link
    if (!present) throw new ConnectionError()
    try {
      const output = await present.call(path, input, options)
      for (const listener of listeners) listener(path.join('.'))
      return output
    } catch (error) {
      if (link !== present && options.signal?.aborted !== true) throw new ConnectionError(undefined, error)
      throw error
    }
  },
}
