// The screen of the lectures' experiments: their list with the newest outcomes, and the chosen one.
import { Alert, Button } from '@mantine/core'
import { IconCircleCheck, IconCircleDashed, IconCircleX, IconLoader2 } from '@tabler/icons-react'
import { experiments, findExperiment } from '../../../../shared/lectures/experiments/index'
import type { Experiment } from '../../../../shared/lectures/experiments/experimentPlan'
import type { ResultSummary } from '../../../../shared/lectures/experiments/results'
import { wordOfState } from '../../../../shared/training/runStates'
import { FailureText } from '../../../kernel/failures/FailureText'
import { useAction } from '../../../kernel/queries/action'
import { ExperimentView } from './ExperimentView'
import { starting, stopping, useResults } from './experimentQueries'
import { newestResult, selectExperiment, useExperiments } from './experimentsStore'
import styles from './experiments.module.css'

/** How an experiment stands by its newest result, in a few words. */
function standingOf(result: ResultSummary | undefined) {
  if (!result) return { icon: IconCircleDashed, text: 'Not run yet', tone: 'none' } as const
  if (result.state === 'running') return { icon: IconLoader2, text: 'Running', tone: 'none' } as const
  if (result.agrees === null)
    return {
      icon: IconCircleDashed,
      text: `Last run ${wordOfState(result.state).title.toLowerCase()}`,
      tone: 'none',
    } as const
  return result.agrees
    ? ({ icon: IconCircleCheck, text: 'As claimed', tone: 'yes' } as const)
    : ({ icon: IconCircleX, text: 'Not as claimed', tone: 'no' } as const)
}

function Entry({ experiment, isSelected }: { readonly experiment: Experiment; readonly isSelected: boolean }) {
  const { data: results } = useResults()
  const result = newestResult(results, experiment.id)
  const { icon: Icon, text, tone } = standingOf(result)
  return (
    <li>
      <button
        type="button"
        className={styles.entry}
        aria-current={isSelected ? 'true' : undefined}
        onClick={() => selectExperiment(experiment.id)}
      >
        <span className={styles.entryTitle}>{experiment.title}</span>
        <span className={styles.entryState} data-tone={tone}>
          <Icon size={14} stroke={1.75} aria-hidden />
          {text}
        </span>
      </button>
    </li>
  )
}

/** What failed last: reading the list, starting or stopping. */
function Failure() {
  const { error: unread, refetch, isFetching } = useResults()
  const starts = useAction(starting)
  const stops = useAction(stopping)
  const error = starts.error ?? stops.error ?? unread
  if (error === null) return null
  const dismiss = (): void => {
    starting.dismiss()
    stopping.dismiss()
  }
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      mb={12}
      withCloseButton={error !== unread}
      closeButtonLabel="Dismiss"
      onClose={dismiss}
    >
      <FailureText error={error} />
      {unread !== null && (
        <Button size="compact-xs" variant="default" ml={8} loading={isFetching} onClick={() => void refetch()}>
          Read the results again
        </Button>
      )}
    </Alert>
  )
}

/** All experiments, and one of them. */
export function ExperimentsScreen() {
  const selected = useExperiments((state) => state.selected)
  const experiment = findExperiment(selected) ?? experiments[0]
  return (
    <div className={styles.screen}>
      <nav className={styles.list} aria-label="Experiments">
        <h1 className={styles.listTitle}>Experiments of the lectures</h1>
        <ul>
          {experiments.map((candidate) => (
            <Entry key={candidate.id} experiment={candidate} isSelected={candidate === experiment} />
          ))}
        </ul>
        <p className={styles.note}>Each network is trained as a run of its own and stays in Runs.</p>
      </nav>
      <div className={styles.main}>
        <Failure />
        {experiment && <ExperimentView key={experiment.id} experiment={experiment} />}
      </div>
    </div>
  )
}
