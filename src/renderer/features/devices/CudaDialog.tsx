// Getting ONNX Runtime's CUDA provider: what it is, its size and licence, the download, and how it ended; and taking it away.
import { printBytes } from '../../../shared/graph/printNumbers'
import { Alert, Button, Group, Modal, Progress, Skeleton, Text } from '@mantine/core'
import { IconAlertCircle, IconCircleCheck, IconDownload, IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client, messageOf, type Client } from '../../kernel/core/client'
import { devicesStore, reloadAfterCuda, useCudaState, type Device } from '../../kernel/devices/devicesStore'
import { LatestWork } from '../../kernel/queries/latestWork'
import { queries } from '../../kernel/queries/queryClient'
import classes from './devices.module.css'

type Offer = Awaited<ReturnType<Client['devices']['cudaOffer']>>

type Stage =
  | { readonly kind: 'asking' }
  | { readonly kind: 'offered'; readonly offer: Offer }
  | { readonly kind: 'installing'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly kind: 'installed'; readonly report: Device }
  | { readonly kind: 'failed'; readonly message: string }

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
  const [work, setWork] = useState<Stage | null>(null)
  // The source is asked anew at each opening: what it offers may have changed.
  const { data: offer, error } = useQuery(queries.devices.cudaOffer.queryOptions({ staleTime: 0, gcTime: 0 }))
  const asked: Stage = error ? { kind: 'failed', message: messageOf(error) } : { kind: 'asking' }
  const stage = work ?? (offer ? { kind: 'offered' as const, offer } : asked)
  const [installing] = useState(() => new LatestWork())
  useEffect(() => () => installing.abort(), [installing])
  async function install(totalBytes: number): Promise<void> {
    setWork({ kind: 'installing', doneBytes: 0, totalBytes })
    await installing.run(
      async ({ signal, isLatest }) => {
        for await (const event of await client.devices.installCuda(undefined, { signal })) {
          if (!isLatest()) return
          if (event.kind === 'progress') setWork({ ...event, kind: 'installing' })
          else setWork({ kind: 'installed', report: event.report })
        }
        void reloadAfterCuda()
      },
      { onFailure: (failure) => setWork({ kind: 'failed', message: messageOf(failure) }) },
    )
  }
  const close = (): void => {
    installing.abort()
    onClose()
  }
  return (
    <Modal
      opened
      onClose={close}
      title="Get CUDA for ONNX Runtime"
      size={520}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {stage.kind === 'asking' && <Skeleton height={96} aria-label="Asking for the size" />}
      {stage.kind === 'offered' && <Facts offer={stage.offer} />}
      {stage.kind === 'installing' && <Installing doneBytes={stage.doneBytes} totalBytes={stage.totalBytes} />}
      {stage.kind === 'installed' && <Ended report={stage.report} />}
      {stage.kind === 'failed' && <Failed message={stage.message} />}
      <Group justify="flex-end" gap="sm" mt="lg">
        <Button variant="default" onClick={close}>
          {stage.kind === 'installed' || stage.kind === 'failed' ? 'Close' : 'Cancel'}
        </Button>
        {stage.kind === 'offered' && (
          <Button
            data-autofocus
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => void install(stage.offer.sizeBytes)}
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
  const [isRemoving, setRemoving] = useState(false)
  async function remove(): Promise<void> {
    setRemoving(true)
    try {
      await client.devices.removeCuda()
      await reloadAfterCuda()
    } catch (error) {
      devicesStore.setState({ problem: messageOf(error) })
    } finally {
      setRemoving(false)
    }
  }
  return (
    <div className={classes.buttons}>
      {cuda === 'offered' && state === 'missing' && (
        <Button size="compact-xs" variant="default" onClick={() => setOpen(true)}>
          Get CUDA...
        </Button>
      )}
      {cuda === 'installed' && (
        <Button size="compact-xs" variant="subtle" color="gray" loading={isRemoving} onClick={() => void remove()}>
          Remove CUDA
        </Button>
      )}
      {isOpen && <CudaDialog onClose={() => setOpen(false)} />}
    </div>
  )
}
