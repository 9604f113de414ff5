// Engines and devices as the core found them, their trial while it runs, and whether their panel is open; not the choice (uiStore).
import { printPace } from '../../../shared/graph/printNumbers'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { client, isAbort, messageOf, type Client } from '../core/client'

export type Device = Awaited<ReturnType<Client['devices']['list']>>[number]

/** Which device is being tried. */
export interface DeviceTrial {
  readonly engine: Device['engine']
  readonly device: Device['device']
  /** Of `total`, from 0. */
  readonly index: number
  readonly total: number
}

export interface DevicesState {
  /** null: not yet asked for. */
  readonly devices: readonly Device[] | null
  readonly isLoading: boolean
  readonly isTesting: boolean
  readonly trial: DeviceTrial | null
  readonly problem: string | null
  readonly isPanelOpen: boolean
  /** Whether the CUDA provider is here or can be got; null: not yet asked for. */
  readonly cuda: 'installed' | 'offered' | 'unsupported' | null
}

/** The store behind `useDevices`. */
export const devicesStore = createStore<DevicesState>()(() => ({
  devices: null,
  isLoading: false,
  isTesting: false,
  trial: null,
  problem: null,
  isPanelOpen: false,
  cuda: null,
}))

/** A part of what is known of devices, followed while the component is mounted. */
export function useDevices<T>(selector: (state: DevicesState) => T): T {
  return useStore(devicesStore, selector)
}

/** Asks for the devices once; what is known stays while it is asked again. */
export async function loadDevices(again = false): Promise<void> {
  const { devices, isLoading, isTesting } = devicesStore.getState()
  if (isLoading || isTesting || (devices !== null && !again)) return
  devicesStore.setState({ isLoading: true, problem: null })
  try {
    devicesStore.setState({ devices: await client.devices.list({ again }) })
  } catch (error) {
    devicesStore.setState({ problem: messageOf(error) })
  } finally {
    devicesStore.setState({ isLoading: false })
  }
}

let testing: AbortController | undefined

/** Tries every device again, with progress; the old results stay until the new ones are there. */
export async function testDevices(): Promise<void> {
  if (devicesStore.getState().isTesting) return
  const control = new AbortController()
  testing = control
  devicesStore.setState({ isTesting: true, trial: null, problem: null })
  try {
    for await (const event of await client.devices.test(undefined, { signal: control.signal })) {
      if (event.kind === 'devices') devicesStore.setState({ devices: event.devices })
      else devicesStore.setState({ trial: event })
    }
  } catch (error) {
    if (!isAbort(error) && !control.signal.aborted) devicesStore.setState({ problem: messageOf(error) })
  } finally {
    devicesStore.setState({ isTesting: false, trial: null })
  }
}

/** Ends the trial of devices; what was known stays. */
export function cancelDeviceTest(): void {
  testing?.abort()
}

/** Asks whether CUDA can be got; where that cannot be told, it is not offered. */
export async function loadCudaState(): Promise<void> {
  try {
    devicesStore.setState({ cuda: (await client.devices.cuda()).state })
  } catch {
    devicesStore.setState({ cuda: null })
  }
}

/** Opens the panel of devices. */
export function showDevices(): void {
  devicesStore.setState({ isPanelOpen: true })
  void loadDevices()
  void loadCudaState()
}

export function hideDevices(): void {
  devicesStore.setState({ isPanelOpen: false })
}

const engineTitles: Readonly<Record<Device['engine'], string>> = { ort: 'ONNX Runtime', tfjs: 'TensorFlow.js' }

const deviceTitles: Readonly<Record<string, string>> = {
  auto: 'Automatic',
  cpu: 'CPU',
  webgpu: 'GPU (WebGPU)',
  cuda: 'GPU (CUDA)',
  dml: 'GPU (DirectML)',
  coreml: 'Core ML',
}

/** The name of an engine as people know it. */
export function engineTitle(engine: Device['engine']): string {
  return engineTitles[engine]
}

/** A device as a chip or a menu shows it; the engine is named where it is not the usual one. */
export function deviceTitle(device: string, engine: Device['engine'] = 'ort'): string {
  const title = deviceTitles[device] ?? device
  return engine === 'ort' ? title : `${title}, ${engineTitles[engine]}`
}

/** `1,234 images/s`; '' where it was not measured. */
export function printSpeed(imagesPerSecond: number | null): string {
  return imagesPerSecond === null ? '' : `${printPace(imagesPerSecond)} images/s`
}
