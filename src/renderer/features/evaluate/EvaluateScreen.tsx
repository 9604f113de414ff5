// The evaluation screen: a model, the images it is measured on, what came out, and one image to try.
import { printCount } from '../../../shared/graph/printNumbers'
import { Button, Group, Progress, Skeleton, Stack, Text } from '@mantine/core'
import { IconChartDots } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { RunSummary } from '../../../shared/contract/runCalls'
import { Notice } from '../../kernel/parts/Notice'
import { client, messageOf } from '../../kernel/core/client'
import { useRegisterCommands, type Command } from '../../kernel/commands/commands'
import { uiStore } from '../../kernel/ui/uiStore'
import { chooseModel, evaluateNow, evaluationStore, presentModel, useEvaluation } from './model/evaluationStore'
import { browseModel, ModelBar } from './model/ModelBar'
import { PredictPanel } from './predict/PredictPanel'
import { Results } from './results/Results'
import styles from './evaluate.module.css'

type Runs = { readonly runs: readonly RunSummary[] } | { readonly error: string } | null

/** The active run when the screen was last opened: a newer one is what a person comes for. */
let lastActiveRun: string | null = null

/** Runs whose weights can be used, newest first; the first or the active one is chosen where none was. */
function useRuns(): { readonly runs: Runs; readonly retry: () => void } {
  const [runs, setRuns] = useState<Runs>(null)
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    const controller = new AbortController()
    const load = async (): Promise<void> => {
      try {
        const all = await client.runs.list(undefined, { signal: controller.signal })
        const usable = all
          .filter(({ epochs, state }) => epochs > 0 || state === 'finished')
          .sort((a, b) => b.createdMs - a.createdMs)
        setRuns({ runs: usable })
        const { activeRun } = uiStore.getState()
        const active = usable.find(({ id }) => id === activeRun)
        const isNew = active !== undefined && active.id !== lastActiveRun
        if (active) lastActiveRun = active.id
        const first = isNew ? active : evaluationStore.getState().model ? undefined : usable[0]
        const own = isNew || evaluationStore.getState().model ? null : presentModel()
        if (own) chooseModel(own)
        else if (first) chooseModel({ path: first.id, name: first.name, isRun: true })
      } catch (error) {
        if (!controller.signal.aborted) setRuns({ error: messageOf(error) })
      }
    }
    if (attempt >= 0) void load()
    return () => controller.abort()
  }, [attempt])
  return { runs, retry: () => setAttempt((count) => count + 1) }
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
  const progress = useEvaluation((state) => state.progress)
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
  const isRunning = useEvaluation((state) => state.isRunning)
  const error = useEvaluation((state) => state.error)
  const hasModel = useEvaluation((state) => state.model !== null)
  return (
    <div className={styles.main}>
      {isRunning && <Running />}
      {error !== null && (
        <div className={styles.notices}>
          <Notice tone="error" title="The evaluation ended">
            {error}
            <br />
            <Button mt={8} size="compact-xs" variant="default" onClick={() => void evaluateNow()}>
              Try again
            </Button>
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

const commands: readonly Command[] = [
  {
    id: 'evaluate.run',
    title: 'Evaluate the chosen model',
    group: 'Evaluate',
    isEnabled: () => evaluationStore.getState().model !== null,
    run: evaluateNow,
  },
  { id: 'evaluate.chooseModel', title: 'Choose a model file to evaluate...', group: 'Evaluate', run: browseModel },
]

/** The whole screen. */
export function EvaluateScreen() {
  useRegisterCommands(commands)
  const { runs, retry } = useRuns()
  const model = useEvaluation((state) => state.model)
  if (runs === null && model === null) {
    return (
      <Stack p="md" gap="md">
        <Skeleton height={32} />
        <Skeleton height={320} />
      </Stack>
    )
  }
  if (runs && 'error' in runs && model === null) {
    return (
      <div className={styles.notices}>
        <Notice tone="error" title="The runs could not be listed">
          {runs.error}
          <br />
          <Button mt={8} variant="default" onClick={retry}>
            Try again
          </Button>
        </Notice>
      </div>
    )
  }
  const list = runs && 'runs' in runs ? runs.runs : []
  if (list.length === 0 && model === null) return <Empty />
  return (
    <div className={styles.screen}>
      <ModelBar runs={list} />
      <div className={styles.columns}>
        <Main />
        <aside className={styles.side} aria-label="Single images">
          <PredictPanel />
        </aside>
      </div>
    </div>
  )
}
