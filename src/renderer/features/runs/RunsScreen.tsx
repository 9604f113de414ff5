// The screen of all runs: their table, and below it the curves and particulars of the selected ones.
import { Alert, Button, Skeleton, Switch, Text, TextInput, Title } from '@mantine/core'
import { IconHistory, IconSearch, IconTable, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { FailureText } from '../../kernel/failures/FailureText'
import { useConnection } from '../../kernel/core/client'
import { runListQuery } from '../../kernel/queries/runList'
import { uiStore } from '../../kernel/ui/uiStore'
import { useDelayed } from '../../kernel/ui/useDelayed'
import { saveTextFile } from '../../kernel/files/saveTextFile'
import { useOpenNetwork } from '../../session/runs/runRelation'
import { ComparePanel } from './ComparePanel'
import { groupRuns, type RunGroup } from './runGroups'
import { printRunsCsv } from './runsCsv'
import { RunDetails } from './RunDetails'
import { RunOverlay } from './RunOverlay'
import { RunsTable } from './RunsTable'
import { filterRuns, sortRuns, type RunOrder } from './runTable'
import { dismissError, trashRuns, useRunsFailure } from './runChanges'
import classes from './runs.module.css'

const refreshMs = 3000

/** The list, read when the screen opens, when the core comes back, and while something trains. */
function useFreshRuns() {
  const { connections } = useConnection()
  const list = useQuery({
    ...runListQuery,
    refetchInterval: ({ state }) => (state.data?.some((run) => run.state === 'running') ? refreshMs : false),
  })
  const { refetch } = list
  const isFirst = useRef(true)
  useEffect(() => {
    if (!isFirst.current && connections >= 0) void refetch()
    isFirst.current = false
  }, [connections, refetch])
  return list
}

const countRuns = (count: number) => (count === 1 ? '1 run' : `${count} runs`)

function EmptyRuns() {
  return (
    <div className={classes.empty}>
      <IconHistory size={40} stroke={1.2} aria-hidden className={classes.emptyIcon} />
      <Title order={2} size={16}>
        No runs yet
      </Title>
      <Text c="dimmed" maw={380} ta="center">
        Every training is kept here with its recipe, curves and network, so that runs can be compared.
      </Text>
      <Button onClick={() => uiStore.getState().setScreen('train')}>Set up a training</Button>
    </div>
  )
}

function Loading() {
  const isSlow = useDelayed(true, 150)
  if (!isSlow) return null
  return (
    <div className={classes.loading} aria-busy>
      {[1, 2, 3, 4, 5, 6].map((row) => (
        <Skeleton key={row} height={24} />
      ))}
    </div>
  )
}

/** All runs: sort, filter, rename, note, compare, resume, open, evaluate, delete. */
export function RunsScreen() {
  const { data: runs = null, error: listFailure, refetch } = useFreshRuns()
  const failure = useRunsFailure()
  const error = failure ?? listFailure
  const retry = (): void => {
    dismissError()
    void refetch()
  }
  const [filter, setFilter] = useState('')
  const [order, setOrder] = useState<RunOrder>({ column: 'created', isRising: false })
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const shown = useMemo(() => sortRuns(filterRuns(runs ?? [], filter), order), [runs, filter, order])
  const [isGrouped, setGrouped] = useState(true)
  const open = useOpenNetwork()
  const groups: readonly RunGroup[] = isGrouped
    ? groupRuns(shown, open)
    : shown.length === 0
      ? []
      : [{ key: 'all', title: '', detail: '', runs: shown }]
  // Curves stand in the order of the table; a run that is gone is selected no more.
  const chosen = groups.flatMap(({ runs: rows }) => rows.filter(({ id }) => selected.has(id)))
  const [only] = chosen
  const knownTags = [...new Set((runs ?? []).flatMap(({ tags }) => tags))].sort()
  return (
    <div className={classes.screen}>
      <h1 className={classes.hidden}>Runs</h1>
      {error !== null && (
        <Alert
          role="alert"
          color="red"
          variant="light"
          m={12}
          mb={0}
          withCloseButton={failure !== null}
          closeButtonLabel="Dismiss"
          onClose={dismissError}
        >
          <FailureText error={error} ways={[{ label: 'Try again', run: retry }]} />
        </Alert>
      )}
      {runs === null && error === null && <Loading />}
      {runs?.length === 0 && <EmptyRuns />}
      {runs && runs.length > 0 && (
        <>
          <div className={classes.tools}>
            <TextInput
              aria-label="Filter runs"
              placeholder="Filter by name, network, dataset, recipe, tag or note"
              leftSection={<IconSearch size={14} aria-hidden />}
              value={filter}
              w={360}
              onChange={(event) => setFilter(event.currentTarget.value)}
            />
            <Text size="xs" c="dimmed" component="output">
              {filter === '' ? countRuns(runs.length) : `${shown.length} of ${countRuns(runs.length)}`}
              {chosen.length > 0 && `, ${chosen.length} selected`}
            </Text>
            <Switch
              size="xs"
              label="By document"
              checked={isGrouped}
              onChange={(event) => setGrouped(event.currentTarget.checked)}
            />
            <span className={classes.spacer} />
            <Button
              variant="default"
              leftSection={<IconTable size={14} aria-hidden />}
              disabled={shown.length === 0}
              onClick={() => saveTextFile('runs.csv', printRunsCsv(shown), 'text/csv')}
            >
              CSV
            </Button>
            {chosen.length > 1 && (
              <Button
                variant="default"
                leftSection={<IconTrash size={14} aria-hidden />}
                disabled={chosen.some(({ state }) => state === 'running')}
                onClick={() => void trashRuns(chosen)}
              >
                Delete {chosen.length} runs
              </Button>
            )}
          </div>
          <RunsTable
            groups={groups}
            chosen={chosen}
            order={order}
            selected={selected}
            onOrder={setOrder}
            onSelect={setSelected}
            onTag={setFilter}
          />
          {only && (
            <div className={classes.lower}>
              <RunOverlay runs={chosen} shown={shown} />
              {chosen.length === 1 ? (
                <RunDetails key={only.id} run={only} knownTags={knownTags} />
              ) : (
                <ComparePanel runs={chosen} />
              )}
            </div>
          )}
        </>
      )}
    </div>
  )
}
