// Bringing corrections into the files themselves: what would move where, the moving with its progress, and the way back; the moving is the core's.
import { Button, Checkbox, Group, Modal, Progress, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { countOf, printCount } from '../../../../shared/graph/printNumbers'
import { client } from '../../../kernel/core/client'
import { FailureText } from '../../../kernel/failures/FailureText'
import { Notice } from '../../../kernel/parts/Notice'
import { queries, queryClient } from '../../../kernel/queries/queryClient'
import { useWork, Work } from '../../../kernel/queries/work'
import { forgetSteps } from '../../../session/dataset/correctionSteps'
import { chooseDataset } from '../../../session/dataset/datasetStore'
import { describeCorrected, type DatasetChosen } from '../../../session/dataset/descriptions'
import styles from '../data.module.css'

type Asked =
  | { readonly kind: 'apply'; readonly chosen: DatasetChosen; readonly intoSplits: boolean; readonly expected: number }
  | { readonly kind: 'settle'; readonly chosen: DatasetChosen; readonly way: 'finish' | 'takeBack' }

interface Told {
  readonly done: number
  readonly total: number
  /** What came of it, once it is done. */
  readonly result: { readonly moved: number; readonly file: string | null } | null
}

/** Options that choose splits; a folder with split folders has its own. */
function withoutSplits({ reference, options }: DatasetChosen): DatasetChosen {
  const { valFraction: _val, testFraction: _test, ...rest } = options
  return { reference, options: rest }
}

const applying = new Work<Asked, Told>('applying', async (asked, { signal, tell }) => {
  const { reference, options } = asked.chosen
  const events =
    asked.kind === 'apply'
      ? await client.datasets.apply(
          { reference, options, intoSplits: asked.intoSplits, expected: asked.expected },
          { signal },
        )
      : await client.datasets.settleApplying({ reference, options, way: asked.way }, { signal })
  let told: Told = { done: 0, total: 0, result: null }
  try {
    for await (const event of events) {
      told = event.kind === 'progress' ? { ...told, done: event.done, total: event.total } : { ...told, result: event }
      tell(told)
    }
  } finally {
    void queryClient.invalidateQueries({ queryKey: queries.datasets.corrections.key() })
    void queryClient.invalidateQueries({ queryKey: queries.datasets.applied.key() })
    if (told.result?.file === null) forgetSteps(reference)
    if (asked.kind === 'apply' && asked.intoSplits && told.result) void chooseDataset(withoutSplits(asked.chosen))
    else void describeCorrected(asked.chosen).catch(() => undefined)
  }
  return told
})

function Targets({ targets }: { readonly targets: readonly { readonly folder: string; readonly count: number }[] }) {
  return (
    <ul className={styles.fileList}>
      {targets.slice(0, 12).map(({ folder, count }) => (
        <li key={folder}>
          {countOf(count, 'file')} to <span className={styles.mono}>{folder}</span>
        </li>
      ))}
      {targets.length > 12 && <li>and {targets.length - 12} more folders</li>}
    </ul>
  )
}

function Offer({ chosen, onClose }: { readonly chosen: DatasetChosen; readonly onClose: () => void }) {
  const [intoSplits, setIntoSplits] = useState(false)
  const { reference, options } = chosen
  const { data: offer, error } = useQuery(
    queries.datasets.planApplying.queryOptions({ input: { reference, options, intoSplits }, gcTime: 0, staleTime: 0 }),
  )
  if (error)
    return (
      <Notice tone="warning" title="These files stay as they are">
        <FailureText error={error} />
      </Notice>
    )
  if (!offer) return <Text size="sm">Looking at the files</Text>
  const count = offer.kind === 'csv' ? offer.rows : offer.moves
  return (
    <Stack gap="sm">
      {offer.kind === 'csv' ? (
        <Text size="sm">
          A new list is written, <span className={styles.mono}>{offer.file}</span>, with {countOf(offer.rows, 'image')}
          {offer.leftOut > 0 && `, without the ${printCount(offer.leftOut)} that are left out`}. The list you have stays
          as it is.
        </Text>
      ) : (
        <>
          <Text size="sm">
            {countOf(offer.moves, 'file')} of <span className={styles.mono}>{offer.folder}</span>{' '}
            {offer.moves === 1 ? 'moves' : 'move'}. Nothing is deleted, and it can be taken back.
          </Text>
          <Targets targets={offer.targets} />
          {offer.leftOut > 0 && (
            <Text size="xs" c="dimmed">
              What is left out goes beside the folder, to <span className={styles.mono}>{offer.leftOutFolder}</span>.
            </Text>
          )}
          <Text size="xs" c="dimmed">
            Copies of an image are files of their own: only those that you changed move.
            {offer.renamed > 0 &&
              ` ${countOf(offer.renamed, 'file')} get a number behind the name, which is taken there.`}
          </Text>
          {offer.staying.length > 0 && !intoSplits && (
            <Text size="xs" c="dimmed">
              Still noted beside it, since the folder has no split folders: {offer.staying.join('; ')}.
            </Text>
          )}
          {offer.canSplit && (
            <Checkbox
              size="xs"
              label="Make folders for train, validation and test, so that the splits stay as they are"
              checked={intoSplits}
              onChange={(event) => setIntoSplits(event.currentTarget.checked)}
            />
          )}
        </>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={count === 0}
          onClick={() => void applying.start({ kind: 'apply', chosen, intoSplits, expected: count })}
        >
          {offer.kind === 'csv' ? 'Write the list' : `Move ${countOf(count, 'file')}`}
        </Button>
      </Group>
    </Stack>
  )
}

function Outcome({ told, onClose }: { readonly told: Told; readonly onClose: () => void }) {
  const { result } = told
  return (
    <Stack gap="sm">
      <Text size="sm">
        {result?.file
          ? `The list is written: ${result.file}. Choose it as the dataset to use it.`
          : `${countOf(result?.moved ?? 0, 'file')} moved.`}
      </Text>
      <Group justify="flex-end">
        <Button onClick={onClose}>Close</Button>
      </Group>
    </Stack>
  )
}

/** The dialog that asks, moves and tells. */
export function ApplyDialog({ chosen, onClose }: { readonly chosen: DatasetChosen; readonly onClose: () => void }) {
  const { isRunning, told, error } = useWork(applying)
  const close = (): void => {
    applying.putAway()
    onClose()
  }
  return (
    <Modal
      opened
      onClose={close}
      title="Apply the changes to the files"
      size="lg"
      centered
      closeOnClickOutside={!isRunning}
    >
      {error !== null ? (
        <Notice tone="error" title="The files were not all moved">
          <FailureText error={error} />
        </Notice>
      ) : isRunning ? (
        <Stack gap="sm">
          <Progress
            size="sm"
            value={told && told.total > 0 ? (100 * told.done) / told.total : 0}
            aria-label="Files moved"
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => applying.putAway()}>
              Stop
            </Button>
          </Group>
        </Stack>
      ) : told?.result ? (
        <Outcome told={told} onClose={close} />
      ) : (
        <Offer chosen={chosen} onClose={close} />
      )}
    </Modal>
  )
}

/** Says that files were being moved when the program ended, or what was applied last, with the ways on. */
export function AppliedNotice({ chosen }: { readonly chosen: DatasetChosen }) {
  const { reference, options } = chosen
  const { data } = useQuery(queries.datasets.applied.queryOptions({ input: { reference, options } }))
  const { isRunning, error } = useWork(applying)
  const settle = (way: 'finish' | 'takeBack') => (): void => void applying.start({ kind: 'settle', chosen, way })
  if (!data?.begun && !data?.last) return null
  return (
    <div className={styles.applied}>
      {data.begun ? (
        <Notice tone="warning" title="Files were being moved, and that was not finished">
          Nothing is lost: {countOf(data.begun.moves, 'file')} {data.begun.isBack ? 'go back' : 'move'} to where they
          belong.
          <Group gap={6} mt={6}>
            <Button size="compact-xs" disabled={isRunning} onClick={settle('finish')}>
              Finish
            </Button>
            {!data.begun.isBack && (
              <Button size="compact-xs" variant="default" disabled={isRunning} onClick={settle('takeBack')}>
                Take back
              </Button>
            )}
          </Group>
        </Notice>
      ) : (
        <Group gap={6}>
          <Text size="xs" c="dimmed">
            {countOf(data.last?.moves ?? 0, 'file')} of this folder moved by your changes.
          </Text>
          <Button size="compact-xs" variant="default" disabled={isRunning} onClick={settle('takeBack')}>
            Move them back
          </Button>
        </Group>
      )}
      {error !== null && (
        <Notice tone="error" title="The files were not all moved">
          <FailureText error={error} />
        </Notice>
      )}
    </div>
  )
}
