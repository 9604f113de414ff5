// Names of engines and devices, and what is known of one engine on one device; not finding or trying them (main/devices).

export const engineNames = ['ort', 'tfjs'] as const
export type EngineName = (typeof engineNames)[number]
export const deviceNames = ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const
export type DeviceName = (typeof deviceNames)[number]
/** A device that a run is on; `auto` has become one of these. */
export type RunDevice = Exclude<DeviceName, 'auto'>

export interface DeviceReport {
  readonly engine: EngineName
  readonly device: RunDevice
  /** What the machine calls it, as far as known. */
  readonly name: string
  readonly state: 'works' | 'missing' | 'failed'
  /** Why, and what to do. */
  readonly detail: string
  /** Training speed of a small network, where it works. */
  readonly imagesPerSecond: number | null
}
