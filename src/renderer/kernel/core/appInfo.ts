// What the core is: its version, machine and folders, asked once.
import { createStore } from 'zustand/vanilla'
import { client } from './client'

export interface AppInfo {
  readonly version: string
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
