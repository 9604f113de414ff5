// The ways on of a run whose device failed, as buttons: another device, or a smaller batch that is found by trying.
import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { client, messageOf } from '../../../kernel/core/client'
import { deviceTitle, useDeviceList } from '../../../kernel/devices/devicesStore'
import type { PlainError } from '../../../../shared/training/events'
import { resumeTraining, useFollowedRun, useTraining } from '../follow/trainingStore'

/** Whether the device and not the network is at fault. */
export function isDeviceFailure({ code }: PlainError): boolean {
  return ['engine.memory', 'engine.lost', 'engine.hang'].includes(code)
}

type Search =
  | { readonly state: 'idle' | 'searching' }
  | { readonly state: 'found'; readonly batchSize: number }
  | { readonly state: 'none'; readonly text: string }

function SmallerBatch({ run }: { readonly run: string }) {
  const [search, setSearch] = useState<Search>({ state: 'idle' })
  const isStarting = useTraining((state) => state.isStarting)
  async function find(): Promise<void> {
    setSearch({ state: 'searching' })
    try {
      const { batchSize } = await client.training.findBatch({ run })
      const none = { state: 'none', text: 'No smaller batch runs on this device either.' } as const
      setSearch(batchSize === null ? none : { state: 'found', batchSize })
    } catch (error) {
      setSearch({ state: 'none', text: messageOf(error) })
    }
  }
  if (search.state === 'none') return <Text size="xs">{search.text}</Text>
  if (search.state === 'found') {
    const { batchSize } = search
    return (
      <Button size="compact-sm" loading={isStarting} onClick={() => void resumeTraining(run, { batchSize })}>
        {`Go on with a batch of ${batchSize}, which fits`}
      </Button>
    )
  }
  return (
    <Button size="compact-sm" variant="default" loading={search.state === 'searching'} onClick={() => void find()}>
      Find a smaller batch that fits
    </Button>
  )
}

/** The buttons. @param error of the run that is shown */
export function DeviceWaysOn({ error, run }: { readonly error: PlainError; readonly run: string }) {
  const failedEngine = useFollowedRun(({ progress, summary }) => progress.started?.engine ?? summary?.engine)
  const failedDevice = useFollowedRun(({ progress, summary }) => progress.started?.device ?? summary?.device)
  const devices = useDeviceList().data ?? []
  const isStarting = useTraining((state) => state.isStarting)
  const working = devices
    .filter(({ engine, state }) => engine === failedEngine && state === 'works')
    .map(({ device }) => device)
  // The CPU is there before the others have been looked for.
  const others = [...new Set(['cpu' as const, ...working])].filter((device) => device !== failedDevice)
  return (
    <Group gap={8} mt={8}>
      {others.map((device) => (
        <Button
          key={device}
          size="compact-sm"
          variant="default"
          loading={isStarting}
          onClick={() => void resumeTraining(run, { device })}
        >
          {`Go on with ${deviceTitle(device)}`}
        </Button>
      ))}
      {error.code === 'engine.memory' && <SmallerBatch run={run} />}
    </Group>
  )
}
