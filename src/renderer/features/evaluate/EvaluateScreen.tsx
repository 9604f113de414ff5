// The evaluation screen: a model, the images it is measured on, what came out, and one image to try.
import { printCount } from '../../../shared/graph/printNumbers'
import { Button, Group, Progress, Skeleton, Stack, Text } from '@mantine/core'
import { IconChartDots } from '@tabler/icons-react'
import { useEffect, useMemo } from 'react'
import { Notice } from '../../kernel/parts/Notice'
import { FailureText } from '../../kernel/failures/FailureText'
import { useRunList } from '../../kernel/queries/runList'
import { useWork } from '../../kernel/queries/work'
import { useRegisterCommands, type Command } from '../../kernel/commands/commands'
import { uiStore } from '../../kernel/ui/uiStore'
import { canEvaluate, evaluateNow, evaluating, proposeModel, usableRuns, useEvaluation } from './model/evaluationStore'
import { isScalingUnknown, ScalingChoiceField } from './model/ScalingChoiceField'
import type { RunSummary } from '../../../shared/contract/runCalls'
import { useDocument } from '../../session/document/documentStore'
import { relateRun, useOpenNetwork } from '../../session/runs/runRelation'
import { OpenButton, TrainedBefore } from '../../session/runs/TrainedBefore'
import { browseModel, ModelBar } from './model/ModelBar'
import { PredictPanel } from './predict/PredictPanel'
import { Results } from './results/Results'
import styles from './evaluate.module.css'

/** Runs whose weights can be used; something is proposed to be evaluated where nothing is chosen, or where a run is new. */
function useRunsToChoose() {
  const { data, error, isPending, refetch } = useRunList()
  const hasModel = useEvaluation((state) => state.model !== null)
  const runs = useMemo(() => data && usableRuns(data), [data])
  useEffect(() => {
    if (runs) proposeModel(runs)
  }, [runs])
  useEffect(() => {
    // The model went with its network.
    if (runs && !hasModel) proposeModel(runs)
  }, [runs, hasModel])
  return { runs: runs ?? [], error, isPending, retry: () => void refetch() }
}

function Empty() {
  return (
    <div className={styles.empty}>
      <Stack align="center" gap={12} maw={420}>
        <IconChartDots size={40} stroke={1.25} aria-hidden className={styles.emptyIcon} />
        <h2 className={styles.emptyTitle}>Nothing to evaluate yet</h2>
        <Text size="sm" c="dimmed" ta="center">
          Train a network, and see here what it recognises, what it confuses, and what it says of your own images.
        </Text>
        <Group gap="sm">
          <Button size="sm" onClick={() => uiStore.getState().setScreen('train')}>
            Train a network
          </Button>
          <Button size="sm" variant="default" onClick={browseModel}>
            Choose a model file
          </Button>
        </Group>
      </Stack>
    </div>
  )
}

function Running() {
  const progress = useWork(evaluating, ({ told }) => told?.progress)
  const { done, total } = progress ?? { done: 0, total: 0 }
  return (
    <Stack gap={6} p="md" component="output">
      <Text size="xs" c="dimmed">
        {total > 0 ? `${printCount(done)} of ${printCount(total)} images` : 'Loading the model and the images'}
      </Text>
      <Progress
        size="xs"
        value={total > 0 ? (100 * done) / total : 100}
        animated={total === 0}
        aria-label="Images evaluated"
      />
    </Stack>
  )
}

function Main() {
  const result = useEvaluation((state) => state.result)
  const { isRunning, error } = useWork(evaluating)
  const hasModel = useEvaluation((state) => state.model !== null)
  return (
    <div className={styles.main}>
      {isRunning && <Running />}
      {error !== null && (
        <div className={styles.notices}>
          <Notice tone="error" title="The evaluation ended">
            <FailureText error={error} ways={[{ label: 'Try again', run: evaluateNow }]}>
              {isScalingUnknown(error) && <ScalingChoiceField onChosen={() => void evaluateNow()} />}
            </FailureText>
          </Notice>
        </div>
      )}
      {result && <Results key={`${result.model.path} ${result.split}`} result={result} />}
      {!result && !isRunning && error === null && (
        <div className={styles.hint}>
          <Text size="sm" c="dimmed" ta="center" maw={380}>
            {hasModel
              ? 'Evaluate shows accuracy, every class, and which images are taken for which others.'
              : 'Choose a model above.'}
          </Text>
        </div>
      )}
    </div>
  )
}

/** Says where the chosen run is not of the network as it is on the screen. */
function ModelOrigin({ run }: { readonly run: RunSummary | null }) {
  const open = useOpenNetwork()
  const hasLayers = useDocument().nodes.length > 0
  const relation = run && hasLayers ? relateRun(run, open) : 'present'
  if (run === null || relation === 'present') return null
  return (
    <div className={styles.notices}>
      {relation === 'changed' ? (
        <TrainedBefore run={run} />
      ) : (
        <Notice tone="info" title="A run of another network">
          {run.architecture === open.name
            ? `${run.name} is of another network that is called ${open.name} too.`
            : `${run.name} is of ${run.architecture}, not of ${open.name}.`}
          <OpenButton run={run} />
        </Notice>
      )}
    </div>
  )
}

/** What the screen adds to the commands. */
export const evaluateCommands: readonly Command[] = [
  {
    id: 'evaluate.run',
    title: 'Evaluate the chosen model',
    group: 'Evaluate',
    isEnabled: () => canEvaluate(),
    run: evaluateNow,
  },
  { id: 'evaluate.chooseModel', title: 'Choose a model file to evaluate...', group: 'Evaluate', run: browseModel },
]

/** The whole screen. */
export function EvaluateScreen() {
  useRegisterCommands(evaluateCommands)
  const { runs, error, isPending, retry } = useRunsToChoose()
  const model = useEvaluation((state) => state.model)
  if (isPending && model === null) {
    return (
      <Stack p="md" gap="md">
        <Skeleton height={32} />
        <Skeleton height={320} />
      </Stack>
    )
  }
  if (error !== null && model === null) {
    return (
      <div className={styles.notices}>
        <Notice tone="error" title="The runs could not be listed">
          <FailureText error={error} ways={[{ label: 'Try again', run: retry }]} />
        </Notice>
      </div>
    )
  }
  if (runs.length === 0 && model === null) return <Empty />
  return (
    <div className={styles.screen}>
      <ModelBar runs={runs} />
      <ModelOrigin run={runs.find(({ id }) => id === model?.path) ?? null} />
      <div className={styles.columns}>
        <Main />
        <aside className={styles.side} aria-label="Single images">
          <PredictPanel />
        </aside>
      </div>
    </div>
  )
}
