// A file that the address of the page names, as `netloom serve FILE` prints it; opening it is the document flows' part.
import { openPath } from '../session/document/documentFlows'
import { showFailure } from '../kernel/failures/showFailure'

/** The file of an address, taken out of it, so that loading the page again opens nothing. */
function takeFile(): string | null {
  const fragment = new URLSearchParams(location.hash.slice(1))
  const path = fragment.get('open')
  if (path === null) return null
  fragment.delete('open')
  const rest = fragment.size > 0 ? `#${fragment.toString()}` : ''
  history.replaceState(history.state, '', `${location.pathname}${location.search}${rest}`)
  return path
}

function openNamed(): void {
  const path = takeFile()
  if (path !== null) openPath(path).catch((error: unknown) => showFailure('The file was not opened', error))
}

/**
 * Opens the file that the address names, once what was open before is there, and when another one is pasted into the tab.
 * @returns ends it
 */
export function openFilesOfAddress(isReady?: Promise<void>): () => void {
  if (isReady) void isReady.then(openNamed)
  else openNamed()
  window.addEventListener('hashchange', openNamed)
  return () => window.removeEventListener('hashchange', openNamed)
}
