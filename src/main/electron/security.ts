// What a page may not do: leave, open windows, ask for permissions, reach the network; not how it is served (rendererProtocol.ts).
import type { Session, WebContents, WebPreferences } from 'electron'
import { desktopOrigin } from '../../shared/contract/desktopBridge'
import { isOwnPage, parseAddress } from './address'

/** How every page runs: without Node, apart from the preload script, in the sandbox of its process. */
export function webPreferencesOf(preload: string): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    // Its dictionaries would be fetched from the network.
    spellcheck: false,
  }
}

const longestLink = 2048

/** Whether a link may be given to the person's browser: a plain https address without credentials. */
export function isExternalLink(address: string): boolean {
  const url = parseAddress(address)
  if (!url || address.length > longestLink) return false
  return url.protocol === 'https:' && url.hostname !== '' && url.username === '' && url.password === ''
}

/** What our own page may have: the clipboard, which people expect of Copy and Paste; the camera has a rule of its own. */
const granted: readonly string[] = ['clipboard-sanitized-write', 'clipboard-read']

/**
 * Whether the page that stands at an address may have a permission.
 * @param media what is asked for where it is `media`: a camera alone is granted, never a microphone, nor what is not said
 */
export function isGranted(permission: string, address: string, media: readonly string[] = []): boolean {
  const isCamera = permission === 'media' && media.length > 0 && media.every((kind) => kind === 'video')
  if (!isCamera && !granted.includes(permission)) return false
  return address === desktopOrigin || address.startsWith(`${desktopOrigin}/`)
}

/** The kinds of media that Electron says are asked for. */
function mediaOf(details: object): readonly string[] {
  if ('mediaTypes' in details && Array.isArray(details.mediaTypes)) return details.mediaTypes.map(String)
  return 'mediaType' in details ? [String(details.mediaType)] : []
}

/** Denies permissions and devices, and every request that would leave the machine. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(isGranted(permission, details.requestingUrl, mediaOf(details))),
  )
  session.setPermissionCheckHandler((_contents, permission, origin, details) =>
    isGranted(permission, origin, mediaOf(details)),
  )
  session.setDevicePermissionHandler(() => false)
  const urls = ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'file:///*']
  session.webRequest.onBeforeRequest({ urls }, (_details, answer) => answer({ cancel: true }))
}

/** Keeps a page where it is; a link to the outside goes to the person's browser, if it is one that may. */
export function guardContents(contents: WebContents, openExternal: (address: string) => void): void {
  const openOutside = (address: string): void => {
    if (isExternalLink(address)) openExternal(address)
  }
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
  contents.on('will-navigate', (event) => {
    if (isOwnPage(event.url)) return
    event.preventDefault()
    openOutside(event.url)
  })
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
}
