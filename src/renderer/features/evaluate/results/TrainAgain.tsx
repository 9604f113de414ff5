// Offers to train the evaluated run once more on what was corrected since, follows it, and says what it gained.
import { Button, Group, Progress, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { countOf, printCount, printPoints } from '../../../../shared/graph/printNumbers'
import { comparePaired, pairedGain } from '../../../../shared/training/judgement'
import { request } from '../../../kernel/commands/requests'
import { FailureText } from '../../../kernel/failures/FailureText'
import { Notice } from '../../../kernel/parts/Notice'
import { splitTitles } from '../../../kernel/print/splitTexts'
import { queries } from '../../../kernel/queries/queryClient'
import { useRunList } from '../../../kernel/queries/runList'
import { useWork } from '../../../kernel/queries/work'
import { chooseModel, modelOfRun, type EvaluationDone } from '../model/evaluationStore'
import { trainingAgain, type AgainTold } from './trainingAgain'
import type { ModelComparison } from './compareEvaluations'

/** Corrections that were made since a run began. */
function useChangesSince({ dataset, model }: EvaluationDone): number {
  const { data: runs = [] } = useRunList()
  const createdMs = runs.find(({ id }) => id === model.path)?.createdMs
  const input = dataset ?? { reference: '', options: {} }
  const isAsked = dataset !== null && createdMs !== undefined
  const { data: entries = [] } = useQuery({ ...queries.datasets.corrections.queryOptions({ input }), enabled: isAsked })
  if (createdMs === undefined) return 0
  return entries.filter(({ kind, at }) => kind !== 'keep' && Date.parse(at) > createdMs).length
}

function printSigned(points: number): string {
  return `${points > 0 ? '+' : points < 0 ? '−' : ''}${printPoints(points)}`
}

/** `Better: +4.2 points (95%: 1.1 to 7.4) on 812 images that both were measured on.` */
export function describeGain({ mended, broken, images }: ModelComparison): string {
  const { verdict } = comparePaired(broken.length, mended.length)
  const { gain, interval } = pairedGain(broken.length, mended.length, images)
  const words = { first: 'Worse', second: 'Better', undecided: 'Cannot be told apart' }
  const range = `95%: ${printSigned(interval[0])} to ${printSigned(interval[1])}`
  return `${words[verdict]}: ${printSigned(gain)} accuracy (${range}) on ${countOf(images, 'image')} that both were measured on; ${printCount(mended.length)} right that were wrong before, ${printCount(broken.length)} the other way.`
}

const stepTitles: Readonly<Record<AgainTold['step'], string>> = {
  starting: 'Starting',
  training: 'Training with the same recipe and seed',
  evaluating: 'Measuring both on the same images',
}

function Following({ told }: { readonly told: AgainTold | null }) {
  const { step = 'starting', fraction = null } = told ?? {}
  return (
    <>
      <Text size="xs">{stepTitles[step]}</Text>
      <Progress my={6} size="xs" value={100 * (fraction ?? 0)} aria-label={stepTitles[step]} />
      {told?.run != null && (
        <Button size="compact-xs" variant="default" onClick={() => told.run && request('training.showRun', told.run)}>
          Show its curves
        </Button>
      )}
    </>
  )
}

function Gain({ told, result }: { readonly told: AgainTold; readonly result: EvaluationDone }) {
  const { data: runs = [] } = useRunList()
  const run = runs.find(({ id }) => id === told.run)
  return (
    <>
      <Text size="xs">
        {told.comparison
          ? describeGain(told.comparison)
          : 'The training was stopped, or there are no images that both can be measured on.'}{' '}
        {told.comparison && `${splitTitles[result.split]} images, as they are corrected now.`}
      </Text>
      <Group gap={6} mt={6}>
        {run && (
          <Button size="compact-xs" variant="default" onClick={() => chooseModel(modelOfRun(run))}>
            Evaluate the new run
          </Button>
        )}
        <Button size="compact-xs" variant="subtle" onClick={() => trainingAgain.putAway()}>
          Dismiss
        </Button>
      </Group>
    </>
  )
}

/** Nothing where nothing was corrected since, and for what is no run. */
export function TrainAgain({ result }: { readonly result: EvaluationDone }) {
  const changes = useChangesSince(result)
  const { asked, told, isRunning, error } = useWork(trainingAgain)
  const { model, dataset, split } = result
  const isOwn = asked?.model.path === model.path
  if (!model.isRun || (changes === 0 && !isOwn)) return null
  const begin = (): void => void trainingAgain.start({ model, against: { dataset, split } })
  if (isOwn && isRunning)
    return (
      <Notice tone="info" title={`${model.name}, once more`}>
        <Following told={told} />
      </Notice>
    )
  if (isOwn && error !== null)
    return (
      <Notice tone="error" title="It was not trained again">
        <FailureText error={error} ways={[{ label: 'Try again', run: begin }]} />
      </Notice>
    )
  if (isOwn && told?.isDone)
    return (
      <Notice tone="info" title="Trained again on the corrected images">
        <Gain told={told} result={result} />
      </Notice>
    )
  return (
    <Notice tone="info" title={`${countOf(changes, 'change')} of the dataset since this run`}>
      <Text size="xs">The same network, recipe and seed on the corrected images, and what that gains.</Text>
      <Button mt={6} size="compact-xs" disabled={isRunning} onClick={begin}>
        Train again
      </Button>
    </Notice>
  )
}
