// The dialog of engines and devices: what works and how fast, what is missing and how to get it, and which one trains.
import { Alert, Button, Group, Modal, Progress, Radio, Skeleton, Table, Text } from '@mantine/core'
import { IconAlertCircle, IconCircleCheck, IconCircleDashed, IconCircleX, IconRefresh } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { FailureText } from '../../kernel/failures/FailureText'
import {
  deviceTitle,
  engineTitle,
  hideDevices,
  reloadDevices,
  printSpeed,
  removingCuda,
  testDevices,
  testing,
  useDeviceList,
  useDevicesPanel,
  type Device,
} from '../../kernel/devices/devicesStore'
import { uiStore, useUiStore } from '../../kernel/ui/uiStore'
import { useAction } from '../../kernel/queries/action'
import { useWork } from '../../kernel/queries/work'
import { useDelayed } from '../../kernel/ui/useDelayed'
import { CudaButtons } from './CudaDialog'
import classes from './devices.module.css'

const states: Readonly<Record<Device['state'], { readonly text: string; readonly icon: ReactNode }>> = {
  works: { text: 'Works', icon: <IconCircleCheck size={15} stroke={1.75} aria-hidden /> },
  missing: { text: 'Not here', icon: <IconCircleDashed size={15} stroke={1.75} aria-hidden /> },
  failed: { text: 'Failed', icon: <IconCircleX size={15} stroke={1.75} aria-hidden /> },
}

function Choice(props: { readonly isChosen: boolean; readonly label: string; readonly onChoose: () => void }) {
  return (
    <Radio
      size="xs"
      name="training-device"
      aria-label={props.label}
      checked={props.isChosen}
      onChange={props.onChoose}
    />
  )
}

function AutomaticRow() {
  const isChosen = useUiStore(({ device }) => device === 'auto')
  const setDevice = useUiStore((state) => state.setDevice)
  return (
    <Table.Tr className={classes.row} data-chosen={isChosen || undefined}>
      <Table.Td>
        <Choice isChosen={isChosen} label="Train on the fastest device" onChoose={() => setDevice('auto')} />
      </Table.Td>
      <Table.Th scope="row" className={classes.device}>
        Automatic
      </Table.Th>
      <Table.Td colSpan={3} className={classes.detail}>
        Measures a few steps of your own network on each device that works, and takes the fastest one.
      </Table.Td>
    </Table.Tr>
  )
}

function DeviceRow({ report }: { readonly report: Device }) {
  const { engine, device, name, state, detail, imagesPerSecond } = report
  const isChosen = useUiStore((ui) => ui.device === device && ui.engine === engine)
  const isTried = useWork(testing, ({ told: trial }) => trial?.engine === engine && trial.device === device)
  const title = deviceTitle(device)
  return (
    <Table.Tr className={classes.row} data-chosen={isChosen || undefined}>
      <Table.Td>
        {state === 'works' && (
          <Choice
            isChosen={isChosen}
            label={`Train on ${title} with ${engineTitle(engine)}`}
            onChoose={() => uiStore.getState().setDevice(device, engine)}
          />
        )}
      </Table.Td>
      <Table.Th scope="row" className={classes.device}>
        {title}
        <span className={classes.name}>{name}</span>
      </Table.Th>
      <Table.Td>
        <span className={classes.state} data-state={isTried ? 'tried' : state}>
          {isTried ? <IconRefresh size={15} stroke={1.75} aria-hidden /> : states[state].icon}
          {isTried ? 'Trying' : states[state].text}
        </span>
      </Table.Td>
      <Table.Td className={classes.speed}>{printSpeed(imagesPerSecond)}</Table.Td>
      <Table.Td className={classes.detail}>
        {detail}
        {engine === 'ort' && device === 'cuda' && <CudaButtons state={state} />}
      </Table.Td>
    </Table.Tr>
  )
}

function EngineRows({ engine, devices }: { readonly engine: Device['engine']; readonly devices: readonly Device[] }) {
  const own = devices.filter((report) => report.engine === engine)
  if (own.length === 0) return null
  return (
    <Table.Tbody>
      <Table.Tr>
        <Table.Th colSpan={5} scope="rowgroup" className={classes.engine}>
          {engineTitle(engine)}
        </Table.Th>
      </Table.Tr>
      {own.map((report) => (
        <DeviceRow key={report.device} report={report} />
      ))}
    </Table.Tbody>
  )
}

function DeviceTable({ devices }: { readonly devices: readonly Device[] }) {
  return (
    <Table className={classes.table} aria-label="Engines and devices">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={32}>
            <span className={classes.hidden}>Use</span>
          </Table.Th>
          <Table.Th>Device</Table.Th>
          <Table.Th w={90}>State</Table.Th>
          <Table.Th w={120} className={classes.speed}>
            Speed in the test
          </Table.Th>
          <Table.Th>What to know</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        <AutomaticRow />
      </Table.Tbody>
      <EngineRows engine="ort" devices={devices} />
      <EngineRows engine="tfjs" devices={devices} />
    </Table>
  )
}

function Loading() {
  return (
    <div className={classes.loading} aria-busy="true" aria-label="Trying the devices out">
      {Array.from({ length: 6 }, (_, index) => (
        <Skeleton key={index} height={30} />
      ))}
    </div>
  )
}

function TestProgress() {
  const trial = useWork(testing, (state) => state.told)
  if (!trial)
    return (
      <Text size="xs" c="dimmed">
        Looking for devices
      </Text>
    )
  return (
    <>
      <Progress
        value={(100 * trial.index) / trial.total}
        w={120}
        size={5}
        aria-label="Progress of the test"
        transitionDuration={150}
      />
      <Text size="xs" c="dimmed" component="output">
        {`Trying ${deviceTitle(trial.device)} with ${engineTitle(trial.engine)}, ${trial.index + 1} of ${trial.total}`}
      </Text>
    </>
  )
}

function Foot() {
  const isTesting = useWork(testing, (state) => state.isRunning)
  const { isFetching } = useDeviceList(false)
  return (
    <Group mt="md" gap="sm" justify="space-between">
      <Group gap="sm">
        {isTesting ? (
          <TestProgress />
        ) : (
          <Text size="xs" c="dimmed">
            Each one trains a tiny network in a process of its own. Results are kept until a driver or a version
            changes.
          </Text>
        )}
      </Group>
      <Group gap="sm">
        {isTesting ? (
          <Button variant="default" onClick={testing.cancel}>
            Cancel test
          </Button>
        ) : (
          <Button
            variant="default"
            leftSection={<IconRefresh size={14} aria-hidden />}
            disabled={isFetching}
            onClick={testDevices}
          >
            Test again
          </Button>
        )}
        <Button onClick={hideDevices}>Done</Button>
      </Group>
    </Group>
  )
}

function Problem({ error }: { readonly error: unknown }) {
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      bg="var(--nl-error-soft)"
      c="var(--nl-text)"
      mb="md"
      icon={<IconAlertCircle aria-hidden />}
      title="This did not work"
    >
      <FailureText error={error} ways={[{ label: 'Try again', run: () => void reloadDevices() }]} />
    </Alert>
  )
}

/** The panel; opened by the device chip and the command `devices.show`. */
export function DevicesPanel() {
  const isOpen = useDevicesPanel()
  const { data: devices, error } = useDeviceList(isOpen)
  const trialError = useWork(testing, (state) => state.error)
  const removal = useAction(removingCuda)
  const failure = trialError ?? removal.error ?? error
  const showsSkeleton = useDelayed(!devices && failure === null, 150)
  return (
    <Modal opened={isOpen} onClose={hideDevices} size={940} title="Devices">
      {failure !== null && <Problem error={failure} />}
      <div className={classes.frame}>
        {devices && <DeviceTable devices={devices} />}
        {showsSkeleton && <Loading />}
      </div>
      <Foot />
    </Modal>
  )
}
