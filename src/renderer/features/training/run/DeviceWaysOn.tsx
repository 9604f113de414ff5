// The ways on of a run whose device failed, as buttons: another device, or a smaller batch that is found by trying.
import { Button, Group, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { client, messageOf } from '../../../kernel/core/client'
import { deviceTitle, useDeviceList } from '../../../kernel/devices/devicesStore'
import type { PlainError } from '../../../../shared/training/events'
import { resumeTraining, useFollowedRun, useIsStarting } from '../follow/trainingStore'

/** Whether the device and not the network is at fault. */
export function isDeviceFailure({ code }: PlainError): boolean {
  return ['engine.memory', 'engine.lost', 'engine.hang'].includes(code)
}

function SmallerBatch({ run }: { readonly run: string }) {
  const isStarting = useIsStarting()
  const search = useMutation({ mutationFn: () => client.training.findBatch({ run }) })
  const batchSize = search.data?.batchSize
  if (search.error) return <Text size="xs">{messageOf(search.error)}</Text>
  if (batchSize === null) return <Text size="xs">No smaller batch runs on this device either.</Text>
  if (batchSize !== undefined)
    return (
      <Button size="compact-sm" loading={isStarting} onClick={() => void resumeTraining(run, { batchSize })}>
        {`Go on with a batch of ${batchSize}, which fits`}
      </Button>
    )
  return (
    <Button size="compact-sm" variant="default" loading={search.isPending} onClick={() => search.mutate()}>
      Find a smaller batch that fits
    </Button>
  )
}

/** The buttons. @param error of the run that is shown */
export function DeviceWaysOn({ error, run }: { readonly error: PlainError; readonly run: string }) {
  const failedEngine = useFollowedRun(({ progress, summary }) => progress.started?.engine ?? summary?.engine)
  const failedDevice = useFollowedRun(({ progress, summary }) => progress.started?.device ?? summary?.device)
  const devices = useDeviceList().data ?? []
  const isStarting = useIsStarting()
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
