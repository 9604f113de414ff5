// The device that trains, and the list to choose another one from.
import { Menu, Skeleton, UnstyledButton } from '@mantine/core'
import { IconCheck, IconCpu } from '@tabler/icons-react'
import { useState } from 'react'
import { client, messageOf, type Client } from '../state/client'
import { useUiStore } from '../state/uiStore'
import classes from './TopBar.module.css'

type Device = Awaited<ReturnType<Client['devices']['list']>>[number]

const deviceTitles: Readonly<Record<string, string>> = {
  auto: 'Automatic',
  cpu: 'CPU',
  webgpu: 'GPU (WebGPU)',
  cuda: 'GPU (CUDA)',
  dml: 'GPU (DirectML)',
  coreml: 'Core ML',
}

function titleOf(device: string): string {
  return deviceTitles[device] ?? device
}

function detailOf({ name, state, detail, imagesPerSecond }: Device): string {
  if (state !== 'works') return detail
  return imagesPerSecond === null
    ? name
    : `${name}, ${Math.round(imagesPerSecond).toLocaleString('en-US')} images/s in the test`
}

function DeviceItem(props: {
  readonly title: string
  readonly detail: string
  readonly isChosen: boolean
  readonly isDisabled?: boolean
  readonly onChoose: () => void
}) {
  return (
    <Menu.Item
      disabled={props.isDisabled}
      onClick={props.onChoose}
      leftSection={props.isChosen ? <IconCheck size={14} aria-label="in use" /> : <span style={{ width: 14 }} />}
    >
      <span className={classes.device}>{props.title}</span>
      <span className={classes.detail}>{props.detail}</span>
    </Menu.Item>
  )
}

/** The chip in the top bar. The devices are tried out when its list is opened for the first time. */
export function DeviceChip() {
  const chosen = useUiStore((state) => state.device)
  const setDevice = useUiStore((state) => state.setDevice)
  const [devices, setDevices] = useState<readonly Device[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const load = (again = false): void => {
    setProblem(null)
    client.devices
      .list({ again })
      .then(setDevices)
      .catch((error: unknown) => setProblem(messageOf(error)))
  }
  const ort = devices?.filter(({ engine }) => engine === 'ort') ?? []
  return (
    <Menu width={300} position="bottom-end" closeOnItemClick onOpen={() => devices ?? load()}>
      <Menu.Target>
        <UnstyledButton className={classes.chip} aria-label={`Device: ${titleOf(chosen)}`}>
          <IconCpu size={15} stroke={1.5} aria-hidden />
          <span>{titleOf(chosen)}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Train on</Menu.Label>
        <DeviceItem
          title={titleOf('auto')}
          detail="The fastest device that gives right numbers"
          isChosen={chosen === 'auto'}
          onChoose={() => setDevice('auto')}
        />
        {devices === null && problem === null && (
          <Menu.Label>
            Trying the devices out
            <Skeleton h={32} mt="xs" />
          </Menu.Label>
        )}
        {problem !== null && <Menu.Label c="var(--nl-error)">{problem}</Menu.Label>}
        {ort.map((device) => (
          <DeviceItem
            key={device.device}
            title={titleOf(device.device)}
            detail={detailOf(device)}
            isChosen={chosen === device.device}
            isDisabled={device.state !== 'works'}
            onChoose={() => setDevice(device.device)}
          />
        ))}
        {devices !== null && (
          <>
            <Menu.Divider />
            <Menu.Item
              closeMenuOnClick={false}
              onClick={() => {
                setDevices(null)
                load(true)
              }}
            >
              Try them again
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
