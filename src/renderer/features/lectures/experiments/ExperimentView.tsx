// One experiment: its claim beside the own outcome, its networks, curves and tables, and its earlier results.
import { Select, Skeleton } from '@mantine/core'
import { IconCheck, IconCircleCheck, IconCircleDashed, IconCircleX, IconX } from '@tabler/icons-react'
import { useMemo } from 'react'
import type { Experiment } from '../../../../shared/lectures/experiments/experimentPlan'
import {
  verdictOf,
  type ExperimentState,
  type ResultSummary,
  type Verdict,
} from '../../../../shared/lectures/experiments/results'
import { FailureText } from '../../../kernel/failures/FailureText'
import { Notice } from '../../../kernel/parts/Notice'
import { useResult, useResults } from './experimentQueries'
import { openResult, settingsOf, shownResult, useExperiments } from './experimentsStore'
import { ResultCurves } from './ResultCurves'
import { RunControls, Running } from './RunControls'
import { TruthTableView } from './TruthTableView'
import { VariantTable } from './VariantTable'
import styles from './experiments.module.css'

/** A result in a list: when, how large, what came of it. */
export function printResult({ startedMs, size, data, state, agrees }: ResultSummary, ownData: string): string {
  const when = new Date(startedMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
  const outcome = agrees === null ? state : agrees ? 'as claimed' : 'not as claimed'
  return [when, ...(size === 'quick' ? ['quick look'] : []), ...(data === ownData ? [] : [data]), outcome].join(' · ')
}

function Judged({ verdict: { agrees, parts, text } }: { readonly verdict: Verdict }) {
  if (agrees === null)
    return (
      <>
        <p className={styles.noOutcome}>
          <IconCircleDashed size={16} stroke={1.75} aria-hidden />
          Quick look, too small to be judged: run it in full
        </p>
        <p>{text}</p>
      </>
    )
  const Icon = agrees ? IconCircleCheck : IconCircleX
  return (
    <>
      <p className={styles.verdict} data-agrees={agrees}>
        <Icon size={16} stroke={1.75} aria-hidden />
        {agrees ? 'As claimed' : parts.some((part) => part.agrees) ? 'Not as claimed in every part' : 'Not as claimed'}
      </p>
      {!agrees && (
        <ul className={styles.parts}>
          {parts.map((part) => (
            <li key={part.what} data-agrees={part.agrees}>
              {part.agrees ? <IconCheck size={14} aria-label="So it is:" /> : <IconX size={14} aria-label="Not so:" />}
              {part.what}
            </li>
          ))}
        </ul>
      )}
      <p>{text}</p>
    </>
  )
}

function Outcome({ state }: { readonly state: ExperimentState | null }) {
  const verdict = state && verdictOf(state)
  if (verdict) return <Judged verdict={verdict} />
  const words: Readonly<Record<ExperimentState['state'], string>> = {
    running: 'It is running; the outcome stands here at the end.',
    stopped: 'It was stopped before its end, so there is no outcome.',
    interrupted: 'It was interrupted before its end, so there is no outcome.',
    failed: 'It failed before its end, so there is no outcome.',
    finished: 'There is no outcome.',
  }
  return (
    <p className={styles.noOutcome}>
      <IconCircleDashed size={16} stroke={1.75} aria-hidden />
      {state ? words[state.state] : 'Run the experiment to see what comes out on this machine.'}
    </p>
  )
}

function Results({ experiment, shown }: { readonly experiment: Experiment; readonly shown: string | null }) {
  const { data: results } = useResults()
  const own = results?.filter((result) => result.experiment === experiment.id) ?? []
  if (own.length < 2) return null
  return (
    <Select
      size="xs"
      label="Results"
      w={300}
      allowDeselect={false}
      value={shown}
      data={own.map((result) => ({ value: result.id, label: printResult(result, experiment.data.reference) }))}
      onChange={(id) => id !== null && openResult(experiment.id, id)}
    />
  )
}

/** The claim of the lecture and the own outcome, side by side. */
function Claim({ experiment, state }: { readonly experiment: Experiment; readonly state: ExperimentState | null }) {
  return (
    <div className={styles.claims}>
      <section className={styles.card} aria-label="The claim">
        <h3>The lecture claims</h3>
        <p>{experiment.claim}</p>
        <p className={styles.note}>{experiment.lecture}</p>
      </section>
      <section className={styles.card} aria-label="Your outcome" aria-live="polite">
        <h3>Your outcome</h3>
        <Outcome state={state} />
      </section>
    </div>
  )
}

/** The whole of one experiment. */
export function ExperimentView({ experiment }: { readonly experiment: Experiment }) {
  const { data: list, isPending } = useResults()
  const chosen = useExperiments((state) => state.shown)
  const shown = shownResult({ shown: chosen }, list, experiment.id)
  const { data: state = null, error, refetch } = useResult(shown)
  const settings = useExperiments((all) => all.settings)
  const { size, seed } = settingsOf({ settings }, experiment.id)
  const [wantedSize, wantedSeed] = [state?.size ?? size, state?.seed ?? seed]
  const variants = useMemo(
    () => experiment.variants({ size: wantedSize, seed: wantedSeed, data: experiment.data }),
    [experiment, wantedSize, wantedSeed],
  )
  const results = useMemo(() => state?.variants.flatMap(({ result }) => result ?? []) ?? [], [state?.variants])
  return (
    <article className={styles.view} aria-label={experiment.title}>
      <header>
        <h2 className={styles.title}>{experiment.title}</h2>
        <p className={styles.method}>{experiment.method}</p>
      </header>
      <div className={styles.head}>
        <RunControls experiment={experiment} />
        <Results experiment={experiment} shown={shown} />
      </div>
      {state?.state === 'running' && <Running state={state} />}
      {state?.state === 'failed' && (
        <Notice tone="error" title="The experiment failed">
          <p>{state.error}</p>
        </Notice>
      )}
      {error !== null && (
        <Notice tone="error" title="The result could not be read">
          <FailureText error={error} ways={[{ label: 'Read it again', run: async () => void (await refetch()) }]} />
        </Notice>
      )}
      <Claim experiment={experiment} state={state} />
      {isPending || (shown !== null && state === null && error === null) ? (
        <Skeleton height={160} />
      ) : (
        <VariantTable experiment={experiment} variants={variants} state={state} />
      )}
      {experiment.curve !== null && <ResultCurves variants={variants} results={results} />}
      <div className={styles.tables}>
        {results.map((result) => {
          const title = variants.find(({ id }) => id === result.id)?.title ?? result.id
          return result.table && <TruthTableView key={`${shown} ${result.id}`} title={title} result={result} />
        })}
      </div>
    </article>
  )
}
