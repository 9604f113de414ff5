// Getting ONNX Runtime's CUDA provider: what it is, its size and licence, the download, and how it ended; and taking it away.
import { printBytes } from '../../../shared/graph/printNumbers'
import { Alert, Button, Group, Modal, Progress, Skeleton, Text } from '@mantine/core'
import { IconAlertCircle, IconCircleCheck, IconDownload, IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client, messageOf, type Client } from '../../kernel/core/client'
import { reloadAfterCuda, removingCuda, useCudaState, type Device } from '../../kernel/devices/devicesStore'
import { useAction } from '../../kernel/queries/action'
import { queries } from '../../kernel/queries/queryClient'
import { useWork, Work, type WorkState } from '../../kernel/queries/work'
import classes from './devices.module.css'

type Offer = Awaited<ReturnType<Client['devices']['cudaOffer']>>

type Stage =
  | { readonly kind: 'asking' }
  | { readonly kind: 'offered'; readonly offer: Offer }
  | { readonly kind: 'installing'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly kind: 'installed'; readonly report: Device }
  | { readonly kind: 'failed'; readonly message: string }

type Told = Extract<Stage, { readonly kind: 'installing' | 'installed' }>

/** The download of a package of so many bytes, and the trial of what was installed. */
const installing = new Work<number, Told>('cuda', async (totalBytes, { signal, tell }) => {
  let told: Told = { kind: 'installing', doneBytes: 0, totalBytes }
  tell(told)
  for await (const event of await client.devices.installCuda(undefined, { signal })) {
    told = event.kind === 'progress' ? { ...event, kind: 'installing' } : { kind: 'installed', report: event.report }
    tell(told)
  }
  if (!signal.aborted) void reloadAfterCuda()
  return told
})

function stageOf({ told, error }: WorkState<number, Told>, offer: Offer | undefined, unasked: Error | null): Stage {
  const failure = error ?? unasked
  if (failure !== null) return { kind: 'failed', message: messageOf(failure) }
  if (told) return told
  return offer ? { kind: 'offered', offer } : { kind: 'asking' }
}

function Facts({ offer }: { readonly offer: Offer }) {
  const facts = [
    ['Package', `${offer.package} ${offer.version}`],
    ['From', offer.source],
    ['Size', printBytes(offer.sizeBytes)],
    ['Licence', offer.licence],
    ['Goes to', offer.folder],
  ] as const
  return (
    <>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Text size="xs" c="dimmed" mt="sm">
        {offer.needs} Its checksum is compared with what the source states, and it can be removed here at any time.
      </Text>
    </>
  )
}

function Installing({ doneBytes, totalBytes }: { readonly doneBytes: number; readonly totalBytes: number }) {
  const isWhole = totalBytes > 0 && doneBytes >= totalBytes
  return (
    <>
      <Progress
        value={totalBytes > 0 ? (100 * doneBytes) / totalBytes : 0}
        size="sm"
        aria-label="Progress of the download"
        transitionDuration={120}
      />
      <Text size="xs" c="dimmed" mt={6} component="output">
        {isWhole ? 'Unpacking and trying it' : `${printBytes(doneBytes)} of ${printBytes(totalBytes)}`}
      </Text>
    </>
  )
}

function Ended({ report }: { readonly report: Device }) {
  const works = report.state === 'works'
  return (
    <Alert
      variant="light"
      color={works ? 'green' : 'yellow'}
      bg={works ? 'var(--nl-success-soft)' : 'var(--nl-warning-soft)'}
      c="var(--nl-text)"
      icon={works ? <IconCircleCheck aria-hidden /> : <IconInfoCircle aria-hidden />}
      title={works ? 'CUDA works' : 'Installed, and something is still missing'}
    >
      <Text size="sm">{report.detail}</Text>
    </Alert>
  )
}

function Failed({ message }: { readonly message: string }) {
  return (
    <Alert
      role="alert"
      variant="light"
      color="red"
      bg="var(--nl-error-soft)"
      c="var(--nl-text)"
      icon={<IconAlertCircle aria-hidden />}
      title="CUDA was not installed"
    >
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {message}
      </Text>
    </Alert>
  )
}

/** The dialog; it asks the source for the size when it opens, and downloads once the button is pressed. */
export function CudaDialog({ onClose }: { readonly onClose: () => void }) {
  // The source is asked anew at each opening: what it offers may have changed.
  const { data: offer, error } = useQuery(queries.devices.cudaOffer.queryOptions({ staleTime: 0, gcTime: 0 }))
  const work = useWork(installing)
  const stage = stageOf(work, offer, error)
  useEffect(() => installing.putAway, [])
  return (
    <Modal opened onClose={onClose} title="Get CUDA for ONNX Runtime" size={520}>
      {stage.kind === 'asking' && <Skeleton height={96} aria-label="Asking for the size" />}
      {stage.kind === 'offered' && <Facts offer={stage.offer} />}
      {stage.kind === 'installing' && <Installing doneBytes={stage.doneBytes} totalBytes={stage.totalBytes} />}
      {stage.kind === 'installed' && <Ended report={stage.report} />}
      {stage.kind === 'failed' && <Failed message={stage.message} />}
      <Group justify="flex-end" gap="sm" mt="lg">
        <Button variant="default" onClick={onClose}>
          {stage.kind === 'installed' || stage.kind === 'failed' ? 'Close' : 'Cancel'}
        </Button>
        {stage.kind === 'offered' && (
          <Button
            data-autofocus
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => void installing.start(stage.offer.sizeBytes)}
          >
            {`Download ${printBytes(stage.offer.sizeBytes)}`}
          </Button>
        )}
      </Group>
    </Modal>
  )
}

/** The buttons in the row of CUDA: get it, or take away what was got. */
export function CudaButtons({ state }: { readonly state: Device['state'] }) {
  const cuda = useCudaState()
  const [isOpen, setOpen] = useState(false)
  const { isPending } = useAction(removingCuda)
  return (
    <div className={classes.buttons}>
      {cuda === 'offered' && state === 'missing' && (
        <Button size="compact-xs" variant="default" onClick={() => setOpen(true)}>
          Get CUDA...
        </Button>
      )}
      {cuda === 'installed' && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          loading={isPending}
          onClick={() => void removingCuda.run()}
        >
          Remove CUDA
        </Button>
      )}
      {isOpen && <CudaDialog onClose={() => setOpen(false)} />}
    </div>
  )
}
