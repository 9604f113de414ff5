// Engines and devices as the core found them (queries), their trial while it runs, and whether their panel is open; not the choice (uiStore).
import { printPace } from '../../../shared/graph/printNumbers'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { useQuery } from '@tanstack/react-query'
import { client, type Client } from '../core/client'
import { Action } from '../queries/action'
import { queries, queryClient } from '../queries/queryClient'
import { Work } from '../queries/work'

export { deviceTitle, engineTitle } from './deviceTitles'

export type Device = Awaited<ReturnType<Client['devices']['list']>>[number]

/** Which device is being tried. */
export interface DeviceTrial {
  readonly engine: Device['engine']
  readonly device: Device['device']
  /** Of `total`, from 0. */
  readonly index: number
  readonly total: number
}

/** Whether the panel of devices is open. */
export const devicesStore = createStore<{ readonly isPanelOpen: boolean }>()(() => ({ isPanelOpen: false }))

/** The same, followed while the component is mounted. */
export function useDevicesPanel(): boolean {
  return useStore(devicesStore, (state) => state.isPanelOpen)
}

const listQuery = queries.devices.list.queryOptions({ input: { again: false } })
const cudaQuery = queries.devices.cuda.queryOptions()

/** The engines and devices; asked for once, when the first component that shows them wants it. */
export function useDeviceList(isWanted = true) {
  return useQuery({ ...listQuery, enabled: isWanted })
}

/** The same as far as it is known by now. */
export function knownDevices(): readonly Device[] | undefined {
  return queryClient.getQueryData(listQuery.queryKey)
}

/** Whether the CUDA provider is here or can be got; undefined where that cannot be told, so that it is not offered. */
export function useCudaState(): 'installed' | 'offered' | 'unsupported' | undefined {
  return useQuery(cudaQuery).data?.state
}

/** Looks for devices again; what is known stays until the answer is there. */
export async function reloadDevices(): Promise<void> {
  testing.dismissError()
  removingCuda.dismiss()
  await queryClient
    .fetchQuery({ queryKey: listQuery.queryKey, queryFn: () => client.devices.list({ again: true }), staleTime: 0 })
    .catch(() => undefined)
}

/** Looks again after CUDA was installed or removed. */
export async function reloadAfterCuda(): Promise<void> {
  await Promise.all([queryClient.invalidateQueries({ queryKey: cudaQuery.queryKey }), reloadDevices()])
}

/** Takes CUDA away again. */
export const removingCuda = new Action<void>(async () => {
  await client.devices.removeCuda()
  await reloadAfterCuda()
})

/** The trial of every device, with the one that is tried; the old results stay until the new ones are there. */
export const testing = new Work<null, DeviceTrial | null>('device test', async (_, { signal, tell }) => {
  for await (const event of await client.devices.test(undefined, { signal })) {
    if (signal.aborted) break
    if (event.kind === 'devices') queryClient.setQueryData(listQuery.queryKey, event.devices)
    else tell(event)
  }
  return null
})

/** Tries every device again; one trial at a time. */
export function testDevices(): void {
  if (!testing.getState().isRunning) void testing.start(null)
}

/** Opens the panel of devices. */
export function showDevices(): void {
  devicesStore.setState({ isPanelOpen: true })
}

export function hideDevices(): void {
  devicesStore.setState({ isPanelOpen: false })
}

/** `1,234 images/s`; '' where it was not measured. */
export function printSpeed(imagesPerSecond: number | null): string {
  return imagesPerSecond === null ? '' : `${printPace(imagesPerSecond)} images/s`
}
