// A second model on the same images as an evaluation: numbers side by side, classes, and where the two disagree; its sums are compareEvaluations.ts.
import { countOf, printCount, printShare } from '../../../../shared/graph/printNumbers'
import { Button, Group, Progress, SegmentedControl, Select, Stack, Table, Text } from '@mantine/core'
import { IconArrowsDiff } from '@tabler/icons-react'
import { useEffect, useMemo, useState } from 'react'
import type { EvaluationResult } from '../../../../shared/contract/modelCalls'
import { comparePaired } from '../../../../shared/training/judgement'
import { choosePath } from '../../../kernel/dialogs/questions'
import { fileNameOf } from '../../../kernel/dialogs/filePaths'
import { Notice } from '../../../kernel/parts/Notice'
import { CellImages } from './CellImages'
import {
  findModel,
  modelOfRun,
  presentModel,
  presentScaling,
  usableRuns,
  type ChosenModel,
  type EvaluationDone,
} from '../model/evaluationStore'
import { client } from '../../../kernel/core/client'
import { FailureText } from '../../../kernel/failures/FailureText'
import { isScalingUnknown, ScalingChoiceField } from '../model/ScalingChoiceField'
import { useRunList } from '../../../kernel/queries/runList'
import { useWork, Work } from '../../../kernel/queries/work'
import { compareEvaluations, type ModelComparison } from './compareEvaluations'
import styles from './compareTab.module.css'

interface Compared {
  readonly model: ChosenModel
  readonly evaluation: EvaluationResult
  /** Whether its pixels were scaled as the present document says, since the file does not. */
  readonly isScaledOtherwise: boolean
}

interface ComparingTold {
  /** In [0, 1]. */
  readonly fraction: number
  readonly compared: Compared | null
}

interface ComparingAsked {
  readonly model: ChosenModel
  /** What it is held against, image by image. */
  readonly against: Pick<EvaluationDone, 'dataset' | 'split'>
  readonly scaling: ReturnType<typeof presentScaling>
}

/** Evaluates another model on the very images of a result. */
const comparing = new Work<ComparingAsked, ComparingTold>('second model', async (asked, { signal, tell }) => {
  const { model, against, scaling } = asked
  const { dataset, split } = against
  let told: ComparingTold = { fraction: 0, compared: null }
  const found = await findModel(model, signal)
  const request = { model: found, dataset, split, asGiven: true, otherwiseScaling: scaling }
  for await (const event of await client.models.evaluate(request, { signal })) {
    if (event.kind === 'progress') told = { ...told, fraction: event.total > 0 ? event.done / event.total : 0 }
    else {
      const { evaluation, isScaledOtherwise = false } = event
      told = { ...told, compared: { model, evaluation, isScaledOtherwise } }
    }
    tell(told)
  }
  return told
})

function Chooser(props: {
  readonly result: EvaluationDone
  readonly chosen: ChosenModel | null
  readonly onChoose: (model: ChosenModel) => void
}) {
  const { result, chosen, onChoose } = props
  // Without the list a file can still be chosen.
  const { data: runs = [] } = useRunList()
  const own = presentModel()
  const models: readonly ChosenModel[] = [
    ...(own ? [own] : []),
    ...usableRuns(runs).map(modelOfRun),
    ...(chosen && !chosen.isRun && chosen.path !== own?.path ? [chosen] : []),
  ].filter(({ path }) => path !== result.model.path)
  return (
    <Group gap="xs">
      <Text size="sm">
        <b>{result.model.name}</b> against
      </Text>
      <Select
        w={280}
        aria-label="Second model"
        placeholder={models.length === 0 ? 'No other run' : 'Choose a model'}
        searchable
        allowDeselect={false}
        data={models.map(({ path, name }) => ({
          value: path,
          label: path === own?.path ? `This network, ${name}` : name,
        }))}
        value={chosen?.path ?? null}
        onChange={(value) => {
          const model = models.find(({ path }) => path === value)
          if (model) onChoose(model)
        }}
      />
      <Button
        variant="default"
        onClick={() => {
          void choosePath('openDocument').then((path) => {
            if (path !== null) onChoose({ path, name: fileNameOf(path), isRun: false })
          })
        }}
      >
        Choose a file
      </Button>
    </Group>
  )
}

interface Sides {
  readonly first: Pick<Compared, 'model' | 'evaluation'>
  readonly second: Pick<Compared, 'model' | 'evaluation'>
  readonly comparison: ModelComparison
}

/** A difference in percent points, with its sign. */
function printChange(change: number | null): string {
  if (change === null) return ''
  const points = (100 * change).toFixed(1)
  return change > 0 ? `+${points}` : points.replace('-', '\u2212')
}

/** The numbers side by side. Top-5 is of all images of each, so it stands only where these are the same. */
function Totals({ first, second, comparison }: Sides) {
  const hasTop5 = comparison.onlyOne === 0 && first.evaluation.classes.length > 5
  const shares = [
    { title: 'Top-1', a: comparison.first.top1, b: comparison.second.top1 },
    ...(hasTop5 ? [{ title: 'Top-5', a: first.evaluation.top5, b: second.evaluation.top5 }] : []),
  ]
  const { loss: a } = comparison.first
  const { loss: b } = comparison.second
  return (
    <Table className={styles.totals} withRowBorders={false}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th aria-label="Measure" />
          <Table.Th>{first.model.name}</Table.Th>
          <Table.Th>{second.model.name}</Table.Th>
          <Table.Th>Change</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {shares.map((share) => (
          <Table.Tr key={share.title}>
            <Table.Th>{share.title}</Table.Th>
            <Table.Td>{printShare(share.a)}</Table.Td>
            <Table.Td>{printShare(share.b)}</Table.Td>
            <Table.Td>{printChange(share.b - share.a)}</Table.Td>
          </Table.Tr>
        ))}
        <Table.Tr>
          <Table.Th>Loss</Table.Th>
          <Table.Td>{a.toFixed(4)}</Table.Td>
          <Table.Td>{b.toFixed(4)}</Table.Td>
          <Table.Td>{(b - a).toFixed(4).replace('-', '\u2212')}</Table.Td>
        </Table.Tr>
      </Table.Tbody>
    </Table>
  )
}

/** Whether one of them is better, or the images are too few to tell. */
function Verdict({
  comparison: { images, mended, broken },
  names: [first, second],
}: {
  readonly comparison: ModelComparison
  readonly names: readonly [string, string]
}) {
  const { p, verdict } = comparePaired(broken.length, mended.length)
  const counts = `${printCount(mended.length)} of ${countOf(images, 'image')} only ${second} gets right, ${printCount(broken.length)} only ${first}`
  const title =
    verdict === 'undecided'
      ? `The two cannot be told apart on ${countOf(images, 'image')}`
      : `${verdict === 'first' ? first : second} is better`
  return (
    <Notice tone="info" title={title}>
      {`${counts}. Were both equally good, so large a difference or a larger one would come about in ${p < 0.001 ? 'less than 0.1%' : printShare(p)} of cases (McNemar’s test).`}
    </Notice>
  )
}

const mostClasses = 100

function Classes({
  comparison,
  names,
}: {
  readonly comparison: ModelComparison
  readonly names: readonly [string, string]
}) {
  return (
    <Table className={styles.totals} aria-label="Recall of each class" stickyHeader>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Class</Table.Th>
          <Table.Th>Images</Table.Th>
          {names.map((name, index) => (
            <Table.Th key={index}>{name}</Table.Th>
          ))}
          <Table.Th>Change</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {comparison.classes
          .filter(({ count }) => count > 0)
          .slice(0, mostClasses)
          .map(({ name, count, first, second, change }) => (
            <Table.Tr key={name}>
              <Table.Td>{name}</Table.Td>
              <Table.Td>{printCount(count)}</Table.Td>
              {[first, second].map((value, index) => (
                <Table.Td key={index}>{value === null ? 'none' : printShare(value)}</Table.Td>
              ))}
              <Table.Td data-change={change === null || change === 0 ? undefined : change > 0 ? 'better' : 'worse'}>
                {printChange(change)}
              </Table.Td>
            </Table.Tr>
          ))}
      </Table.Tbody>
    </Table>
  )
}

const kinds = ['mended', 'broken', 'otherwise'] as const
type Kind = (typeof kinds)[number]

function Disagreements({
  comparison,
  result,
}: {
  readonly comparison: ModelComparison
  readonly result: EvaluationDone
}) {
  const [kind, setKind] = useState<Kind>('mended')
  const titles: Readonly<Record<Kind, string>> = {
    mended: `Now right (${printCount(comparison.mended.length)})`,
    broken: `Now wrong (${printCount(comparison.broken.length)})`,
    otherwise: `Wrong otherwise (${printCount(comparison.otherwise.length)})`,
  }
  return (
    <Stack gap="xs">
      <Text size="sm">
        They agree on {countOf(comparison.agreed, 'image')} of {printCount(comparison.images)}.
      </Text>
      <SegmentedControl
        aria-label="Disagreements"
        data={kinds.map((value) => ({ value, label: titles[value] }))}
        value={kind}
        onChange={(value) => setKind(kinds.find((each) => each === value) ?? kind)}
      />
      <CellImages
        key={kind}
        title={titles[kind]}
        order="the surest of the second model first"
        images={comparison[kind]}
        result={result}
        classNames={comparison.classNames}
        hasClasses
      />
    </Stack>
  )
}

/** The tab. */
export function CompareTab({ result }: { readonly result: EvaluationDone }) {
  const { asked, told, isRunning, error } = useWork(comparing)
  useEffect(() => comparing.putAway, [])
  const chosen = asked?.model ?? null
  const compared = told?.compared
  const comparison = useMemo(
    () => (compared ? compareEvaluations(result.evaluation, compared.evaluation) : undefined),
    [result, compared],
  )
  const choose = (model: ChosenModel): void =>
    void comparing.start({ model, against: result, scaling: presentScaling() })
  return (
    <Stack gap="md">
      <Chooser result={result} chosen={chosen} onChoose={choose} />
      {isRunning && <Progress size="xs" value={100 * (told?.fraction ?? 0)} aria-label="Images evaluated" />}
      {error !== null && (
        <Notice tone="error" title="The second model was not evaluated">
          <FailureText error={error}>
            {chosen && isScalingUnknown(error) && <ScalingChoiceField onChosen={() => choose(chosen)} />}
          </FailureText>
        </Notice>
      )}
      {chosen === null && (
        <Text size="sm" c="dimmed">
          <IconArrowsDiff size={16} aria-hidden className={styles.inlineIcon} /> See what another model makes of the
          same images: which it recognises now, and which no more.
        </Text>
      )}
      {compared?.isScaledOtherwise && (
        <Notice tone="info">
          {compared.model.name} does not say how pixels become inputs: they are scaled as for the network that is open.
        </Notice>
      )}
      {compared && !comparison && (
        <Notice tone="warning" title="Not the same images">
          The two models were not measured on the same images, so they cannot be compared one by one.
        </Notice>
      )}
      {compared && comparison && (
        <>
          {comparison.onlyOne > 0 && (
            <Notice tone="info">
              {`Measured on the ${countOf(comparison.images, 'image')} whose class both models know; ${countOf(comparison.onlyOne, 'image')} of other classes were left out.`}
            </Notice>
          )}
          <Totals first={result} second={compared} comparison={comparison} />
          <Verdict comparison={comparison} names={[result.model.name, compared.model.name]} />
          <Disagreements comparison={comparison} result={result} />
          <Classes comparison={comparison} names={[result.model.name, compared.model.name]} />
        </>
      )}
    </Stack>
  )
}
