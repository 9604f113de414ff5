// Choosing what trains, of what was found on this machine; the choice is kept by the window.
import { Select } from '@mantine/core'
import { uiStore, useUiStore } from '../ui/uiStore'
import { deviceTitle } from './deviceTitles'
import { useDeviceList } from './devicesStore'

/** Everything that works here, and the choice by itself. */
export function DeviceSelect({
  isDisabled,
  classNames,
}: {
  readonly isDisabled: boolean
  readonly classNames?: { readonly root: string; readonly label: string }
}) {
  const device = useUiStore((state) => state.device)
  const engine = useUiStore((state) => state.engine)
  const devices = useDeviceList().data ?? []
  const keyOf = (of: { readonly engine: string; readonly device: string }) => `${of.engine} ${of.device}`
  const working = devices.filter(({ state }) => state === 'works')
  const chosen = device === 'auto' ? 'auto' : keyOf({ engine, device })
  const isListed = device === 'auto' || working.some((report) => keyOf(report) === chosen)
  return (
    <Select
      size="xs"
      label="Device"
      data={[
        { value: 'auto', label: 'Automatic' },
        ...working.map((report) => ({
          value: keyOf(report),
          label: `${deviceTitle(report.device, report.engine)} · ${report.name}`,
        })),
        ...(isListed ? [] : [{ value: chosen, label: deviceTitle(device, engine) }]),
      ]}
      value={chosen}
      allowDeselect={false}
      disabled={isDisabled}
      onChange={(value) => {
        const report = working.find((candidate) => keyOf(candidate) === value)
        uiStore.getState().setDevice(report?.device ?? 'auto', report?.engine)
      }}
      classNames={classNames}
    />
  )
}
