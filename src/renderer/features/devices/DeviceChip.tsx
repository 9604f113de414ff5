// The device that trains, and the list to choose another one from.
import { Menu, Skeleton, UnstyledButton } from '@mantine/core'
import { IconCheck, IconCpu } from '@tabler/icons-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useRegisterCommands } from '../../kernel/commands/commands'
import {
  deviceTitle,
  printSpeed,
  showDevices,
  useDeviceList,
  useDevicesPanel,
  type Device,
} from '../../kernel/devices/devicesStore'
import { useUiStore } from '../../kernel/ui/uiStore'
import { messageOf } from '../../kernel/core/client'
import classes from './deviceChip.module.css'

function detailOf({ name, imagesPerSecond }: Device): string {
  return imagesPerSecond === null ? name : `${name}, ${printSpeed(imagesPerSecond)} in the test`
}

function DeviceItem(props: {
  readonly title: string
  readonly detail: string
  readonly isChosen: boolean
  readonly onChoose: () => void
}) {
  return (
    <Menu.Item
      onClick={props.onChoose}
      leftSection={props.isChosen ? <IconCheck size={14} aria-label="in use" /> : <span style={{ width: 14 }} />}
    >
      <span className={classes.device}>{props.title}</span>
      <span className={classes.detail}>{props.detail}</span>
    </Menu.Item>
  )
}

/** Automatic, and what works; the panel tells of the rest. */
function DeviceItems() {
  const chosen = useUiStore((state) => state.device)
  const chosenEngine = useUiStore((state) => state.engine)
  const setDevice = useUiStore((state) => state.setDevice)
  const { data: devices, error } = useDeviceList()
  const working = devices?.filter(({ state }) => state === 'works') ?? []
  return (
    <>
      <DeviceItem
        title={deviceTitle('auto')}
        detail="The fastest for your network, by measuring"
        isChosen={chosen === 'auto'}
        onChoose={() => setDevice('auto')}
      />
      {!devices && !error && (
        <Menu.Label>
          Trying the devices out
          <Skeleton h={32} mt="xs" />
        </Menu.Label>
      )}
      {error && <Menu.Label c="var(--nl-error)">{messageOf(error)}</Menu.Label>}
      {working.map((report) => (
        <DeviceItem
          key={`${report.engine} ${report.device}`}
          title={deviceTitle(report.device, report.engine)}
          detail={detailOf(report)}
          isChosen={chosen === report.device && chosenEngine === report.engine}
          onChoose={() => setDevice(report.device, report.engine)}
        />
      ))}
    </>
  )
}

const DevicesPanel = lazy(async () => ({ default: (await import('./DevicesPanel')).DevicesPanel }))

/** Fetched when it is opened for the first time; stays, so that closing it gives the focus back. */
function LazyDevicesPanel() {
  const isOpen = useDevicesPanel()
  const [isNeeded, setNeeded] = useState(false)
  if (isOpen && !isNeeded) setNeeded(true)
  if (!isNeeded) return null
  return (
    <Suspense>
      <DevicesPanel />
    </Suspense>
  )
}

const commands = [{ id: 'devices.show', title: 'Devices...', group: 'View', run: showDevices }]

/** The chip in the top bar. The devices are tried out when its list is opened for the first time. */
export function DeviceChip() {
  const chosen = useUiStore((state) => state.device)
  const engine = useUiStore((state) => state.engine)
  const title = deviceTitle(chosen, chosen === 'auto' ? 'ort' : engine)
  const isPanelOpen = useDevicesPanel()
  const chip = useRef<HTMLButtonElement>(null)
  useRegisterCommands(commands)
  useEffect(() => {
    if (!isPanelOpen) return undefined
    const button = chip.current
    // The menu item that opened the panel is gone when it closes.
    return () => void setTimeout(() => document.activeElement === document.body && button?.focus(), 200)
  }, [isPanelOpen])
  return (
    <>
      <Menu width={320} position="bottom-end" closeOnItemClick>
        <Menu.Target>
          <UnstyledButton ref={chip} className={classes.chip} aria-label={`Device: ${title}`}>
            <IconCpu size={15} stroke={1.5} aria-hidden />
            <span>{title}</span>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Train on</Menu.Label>
          <DeviceItems />
          <Menu.Divider />
          <Menu.Item onClick={showDevices} leftSection={<span style={{ width: 14 }} />}>
            All devices...
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <LazyDevicesPanel />
    </>
  )
}
