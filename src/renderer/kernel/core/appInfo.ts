// What the core is: its version, machine and folders, asked once.
import { createStore } from 'zustand/vanilla'
import { client, connectionStore } from './client'

export interface AppInfo {
  readonly version: string
  /** Of this start of the core alone. */
  readonly instance: string
  readonly platform: string
  readonly native: boolean
  readonly home: string
  readonly runsFolder: string
}

/** What the core is; null until it answered. */
export const appInfoStore = createStore<{ readonly info: AppInfo | null }>()(() => ({ info: null }))

/** What the core is, asked once. */
export async function loadAppInfo(): Promise<AppInfo> {
  const known = appInfoStore.getState().info
  if (known) return known
  const info = await client.app.info()
  appInfoStore.setState({ info })
  return info
}

/**
 * Calls back when the connection leads to another start of the core than before.
 * @param onRestart told whether the page is of another version than the core now
 * @returns ends it
 */
export function followRestarts(onRestart: (isOtherVersion: boolean) => void): () => void {
  return connectionStore.subscribe(({ connections }, before) => {
    if (connections === before.connections || connections < 2) return
    const known = appInfoStore.getState().info
    client.app.info().then(
      (info) => {
        appInfoStore.setState({ info })
        if (known && known.instance !== info.instance) onRestart(known.version !== info.version)
      },
      // The line broke again; the next connection asks anew.
      () => {},
    )
  })
}
