// Finds a Chromium on this machine and starts it; not a test, and it never downloads one.
import { accessSync, constants } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'

const names: Readonly<Record<string, readonly string[]>> = {
  linux: [
    '/usr/bin/chromium',
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'chrome',
    'microsoft-edge',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
}

const installCommands: Readonly<Record<string, string>> = {
  linux: 'sudo apt-get install chromium',
  darwin: 'brew install --cask chromium',
  win32: 'winget install Google.Chrome',
}

/** Where a program lies, looked up on the PATH where it is a bare name. */
function locate(name: string): string | undefined {
  const places = isAbsolute(name) ? [name] : (process.env['PATH'] ?? '').split(delimiter).map((at) => join(at, name))
  return places.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** The browser of the tests: the one that `NETLOOM_CHROMIUM` names, else Chromium, Chrome or Edge. */
export function findBrowser(): string | undefined {
  const named = process.env['NETLOOM_CHROMIUM']
  const candidates = [...(named ? [named] : []), ...(names[process.platform] ?? [])]
  return candidates.map(locate).find((path) => path !== undefined)
}

/** The path of the browser, and why tests are skipped where there is none. */
export const browserPath = findBrowser()
export const skipReason =
  browserPath === undefined
    ? ` (skipped: no Chromium, Chrome or Edge here; "${installCommands[process.platform] ?? 'install Chromium'}" installs one, or NETLOOM_CHROMIUM names one)`
    : ''

/** Starts the browser without a window. @param more arguments of its command line */
export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-gpu',
      ...more,
    ],
  })
}
