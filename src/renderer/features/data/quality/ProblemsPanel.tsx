// Problems of a dataset: looking for them, their kinds with counts, and the images of the kind that is chosen.
import { Button, Group, Progress, Stack, Switch, Text } from '@mantine/core'
import { IconCircleCheck, IconSearch } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { problemKinds, type DatasetProblems, type ProblemKind } from '../../../../shared/datasets/quality/problems'
import { countProblems, describeLabelCheck, problemWords } from '../../../../shared/datasets/quality/problemWords'
import { countOf, printCount, printDuration, printTimeLeft } from '../../../../shared/graph/printNumbers'
import { FailureText } from '../../../kernel/failures/FailureText'
import { Ago } from '../../../kernel/parts/Ago'
import { Notice } from '../../../kernel/parts/Notice'
import { withScreenShapes } from '../../../kernel/print/printFacts'
import type { DatasetChosen, Description } from '../../../session/dataset/descriptions'
import { ProblemBar } from './ProblemBar'
import { ProblemList } from './ProblemList'
import { listProblems, orderProblems, type ProblemOrder } from './problemOrder'
import { fractionOf, searching, useFound, useSearch } from './problemSearch'
import styles from './quality.module.css'

const stageTitles = {
  opening: 'Opening the dataset',
  looking: 'Looking at',
  comparing: 'Comparing all images',
} as const

function SearchProgress({ chosen }: { readonly chosen: DatasetChosen }) {
  const { progress } = useSearch(chosen)
  const fraction = progress && fractionOf(progress)
  const stage = progress?.stage ?? 'opening'
  const what =
    progress?.stage === 'looking' ? ` ${printCount(progress.done)} of ${countOf(progress.total, 'image')}` : ''
  return (
    <Stack gap={6} component="output" className={styles.progress}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="xs" className={styles.numbers}>
          {stageTitles[stage]}
          {what}
          {progress && stage !== 'opening' && `, ${printTimeLeft(progress.secondsLeft)}`}
        </Text>
        <Button size="compact-xs" variant="default" onClick={searching.cancel}>
          Cancel
        </Button>
      </Group>
      <Progress
        size="xs"
        value={fraction === null ? 100 : 100 * fraction}
        animated={fraction === null}
        aria-label="Looking for problems"
      />
    </Stack>
  )
}

function Invitation({ chosen, isBusy }: { readonly chosen: DatasetChosen; readonly isBusy: boolean }) {
  return (
    <div className={styles.invitation}>
      <Stack gap={12} align="center">
        <IconSearch size={36} stroke={1.25} aria-hidden className={styles.dim} />
        <h2 className={styles.invitationTitle}>What is wrong with these images?</h2>
        <Text size="sm" c="dimmed" ta="center" maw={460}>
          Every image is looked at for copies, labels that are probably wrong, and images that are unlike the others,
          dark, blurred or of odd size. It runs in the background, and what is found is kept.
        </Text>
        <Button size="sm" disabled={isBusy} onClick={() => void searching.start(chosen)}>
          Find problems
        </Button>
        {isBusy && (
          <Text size="xs" c="dimmed">
            Another dataset is being looked at.
          </Text>
        )}
      </Stack>
    </div>
  )
}

function Kinds({
  found,
  kind,
  onKind,
}: {
  readonly found: DatasetProblems
  readonly kind: ProblemKind | undefined
  readonly onKind: (kind: ProblemKind) => void
}) {
  return (
    <fieldset className={styles.kinds} aria-label="Kinds of problems">
      {problemKinds.map((each) => {
        const { likely, listed } = countProblems(found.problems, each)
        return (
          <button
            key={each}
            type="button"
            className={styles.kind}
            aria-pressed={each === kind}
            disabled={listed === 0}
            onClick={() => onKind(each)}
          >
            <span>{problemWords[each].title}</span>
            <b>{likely === 0 ? 'none' : printCount(likely)}</b>
          </button>
        )
      })}
    </fieldset>
  )
}

function KindView({
  chosen,
  description,
  found,
  kind,
}: {
  readonly chosen: DatasetChosen
  readonly description: Description
  readonly found: DatasetProblems
  readonly kind: ProblemKind
}) {
  const [order, setOrder] = useState<ProblemOrder>('worst')
  const [isWide, setWide] = useState(false)
  const [pages, setPages] = useState(1)
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const problems = useMemo(
    () => orderProblems(listProblems(found.problems, kind, isWide), order),
    [found.problems, kind, isWide, order],
  )
  const { title, why } = problemWords[kind]
  const { likely, listed } = countProblems(found.problems, kind)
  const toggle = (file: string): void =>
    setPicked((before) => {
      const next = new Set(before)
      if (!next.delete(file)) next.add(file)
      return next
    })
  return (
    <section className={styles.view} aria-label={title}>
      <div className={styles.viewHead}>
        <h2 className={styles.heading}>{title}</h2>
        <Text size="xs" c="dimmed">
          {why}
        </Text>
        {kind === 'labelErrors' && (
          <Text size="xs" c="dimmed">
            {withScreenShapes(describeLabelCheck(found.labelCheck))}
          </Text>
        )}
        {listed > likely && (
          <Switch
            size="xs"
            mt={4}
            label={`Show the ${printCount(listed - likely)} next in line too`}
            checked={isWide}
            onChange={(event) => setWide(event.currentTarget.checked)}
          />
        )}
        <ProblemBar
          {...{ problems, order }}
          dataset={chosen}
          classes={description.classes}
          chosen={picked}
          onChoose={setPicked}
          onOrder={setOrder}
        />
      </div>
      <ProblemList {...{ chosen, title, problems, picked, pages }} onPick={toggle} onMore={() => setPages(pages + 1)} />
    </section>
  )
}

function Found({
  chosen,
  description,
  found,
  isCurrent,
  canSearch,
}: {
  readonly chosen: DatasetChosen
  readonly description: Description
  readonly found: DatasetProblems
  readonly isCurrent: boolean
  readonly canSearch: boolean
}) {
  const [wanted, setWanted] = useState<ProblemKind | null>(null)
  const first = problemKinds.find((kind) => countProblems(found.problems, kind).likely > 0)
  const kind = wanted ?? first
  return (
    <>
      <Group justify="space-between" gap="sm" className={styles.foundHead}>
        <Text size="xs" c="dimmed">
          {countOf(found.images, 'image')} looked at in {printDuration(found.elapsedMs / 1000)},{' '}
          <Ago key={found.foundAt} sinceMs={Date.parse(found.foundAt)} />
          {found.unreadable > 0 && `; ${countOf(found.unreadable, 'file')} could not be read`}
        </Text>
        <Button
          size="compact-xs"
          variant={isCurrent ? 'default' : 'light'}
          disabled={!canSearch}
          onClick={() => void searching.start(chosen)}
        >
          Look again
        </Button>
      </Group>
      {!isCurrent && (
        <div className={styles.notice}>
          <Notice tone="info">
            The dataset has changed since. What was mended is gone from the lists; looking again finds what is new.
          </Notice>
        </div>
      )}
      <Kinds found={found} kind={kind} onKind={setWanted} />
      {kind === undefined ? (
        <div className={styles.invitation}>
          <Stack gap={8} align="center">
            <IconCircleCheck size={36} stroke={1.25} aria-hidden className={styles.dim} />
            <Text size="sm">No problems found.</Text>
            <Text size="xs" c="dimmed" ta="center" maw={520}>
              {withScreenShapes(describeLabelCheck(found.labelCheck))}
            </Text>
          </Stack>
        </div>
      ) : (
        <KindView key={`${kind} ${found.foundAt}`} {...{ chosen, description, found, kind }} />
      )}
    </>
  )
}

export interface ProblemsPanelProps {
  readonly chosen: DatasetChosen
  readonly description: Description
}

/** The right side of the data screen while problems are looked at. */
export function ProblemsPanel({ chosen, description }: ProblemsPanelProps) {
  const { isRunning, isOther, error } = useSearch(chosen)
  const kept = useFound(chosen, description)
  const canSearch = !isRunning && !isOther
  return (
    <section className={styles.panel} aria-label="Problems">
      {isRunning && <SearchProgress chosen={chosen} />}
      {[error, kept.error].map(
        (failure, at) =>
          failure !== null &&
          failure !== undefined && (
            <div key={at === 0 ? 'search' : 'kept'} className={styles.notice}>
              <Notice
                tone="error"
                title={at === 0 ? 'Problems could not be looked for' : 'What was found could not be read'}
              >
                <FailureText error={failure} />
              </Notice>
            </div>
          ),
      )}
      {kept.data && (
        <Found {...{ chosen, description, canSearch }} found={kept.data.found} isCurrent={kept.data.isCurrent} />
      )}
      {kept.data === null && !isRunning && <Invitation chosen={chosen} isBusy={isOther} />}
    </section>
  )
}
