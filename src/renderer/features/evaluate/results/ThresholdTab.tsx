// Two classes by a threshold: ROC and precision-recall curves, and what comes of moving it; the sums are shared/training/thresholdCurves.ts.
import { printAccuracy, printCount, printShare } from '../../../../shared/graph/printNumbers'
import {
  bestThreshold,
  countsAt,
  ratesOf,
  traceThresholds,
  type ThresholdCounts,
} from '../../../../shared/training/thresholdCurves'
import { Button, Group, SegmentedControl, Slider, Table, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { EvaluationDone } from '../model/evaluationStore'
import { linePath, plotX, plotY, UnitPlot } from './UnitPlot'
import styles from './plots.module.css'

const printRate = (share: number | null): string => (share === null ? '–' : printAccuracy(share))
const usual = 0.5

function Counts({ counts, names }: { readonly counts: ThresholdCounts; readonly names: readonly [string, string] }) {
  const [negative, positive] = names
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = counts
  const rows = [
    { truth: positive, values: [truePositives, falseNegatives] },
    { truth: negative, values: [falsePositives, trueNegatives] },
  ]
  return (
    <Table className={styles.table}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>True class</Table.Th>
          <Table.Th className={styles.right}>{`taken for ${positive}`}</Table.Th>
          <Table.Th className={styles.right}>{`taken for ${negative}`}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ truth, values }) => (
          <Table.Tr key={truth}>
            <Table.Th scope="row" fw={400}>
              {truth}
            </Table.Th>
            {values.map((value, index) => (
              <Table.Td key={index} className={styles.right}>
                {printCount(value)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Rates({ counts }: { readonly counts: ThresholdCounts }) {
  const { precision, recall, falsePositiveRate, f1, accuracy } = ratesOf(counts)
  const rows = [
    ['Accuracy', printRate(accuracy)],
    ['Precision', printRate(precision)],
    ['Recall', printRate(recall)],
    ['False positive rate', printRate(falsePositiveRate)],
    ['F1', f1 === null ? '–' : f1.toFixed(4)],
  ] as const
  return (
    <Table className={styles.table}>
      <Table.Tbody>
        {rows.map(([title, value]) => (
          <Table.Tr key={title}>
            <Table.Th scope="row" fw={400}>
              {title}
            </Table.Th>
            <Table.Td className={styles.right}>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

interface Traced extends ReturnType<typeof traceThresholds> {
  /** Present counts. */
  readonly counts: ThresholdCounts
}

function Curves({ points, rocArea, averagePrecision, counts }: Traced) {
  const rates = useMemo(() => points.map(ratesOf), [points])
  const { recall, precision, falsePositiveRate } = ratesOf(counts)
  const roc = rates.map((rate) => [rate.falsePositiveRate ?? 0, rate.recall ?? 0] as const)
  // Before the first images are taken there is no precision: the curve begins with theirs.
  const found = rates.flatMap((rate) => (rate.precision === null ? [] : [[rate.recall ?? 0, rate.precision] as const]))
  return (
    <>
      {rocArea !== null && (
        <UnitPlot
          title={`ROC, area ${rocArea.toFixed(3)}`}
          description={`Here recall ${printRate(recall)} at a false positive rate of ${printRate(falsePositiveRate)}.`}
          xTitle="False positive rate"
          yTitle="Recall"
        >
          <path
            className={styles.ideal}
            d={linePath([
              [0, 0],
              [1, 1],
            ])}
          />
          <path className={styles.curve} d={linePath(roc)} />
          <circle className={styles.point} r={6} cx={plotX(falsePositiveRate ?? 0)} cy={plotY(recall ?? 0)} />
        </UnitPlot>
      )}
      {averagePrecision !== null && (
        <UnitPlot
          title={`Precision and recall, average precision ${averagePrecision.toFixed(3)}`}
          description={`Here precision ${printRate(precision)} at recall ${printRate(recall)}.`}
          xTitle="Recall"
          yTitle="Precision"
        >
          <path className={styles.curve} d={linePath([[0, found[0]?.[1] ?? 0], ...found])} />
          {precision !== null && (
            <circle className={styles.point} r={6} cx={plotX(recall ?? 0)} cy={plotY(precision)} />
          )}
        </UnitPlot>
      )}
    </>
  )
}

/** For evaluations of exactly two classes. */
export function ThresholdTab({ result }: { readonly result: EvaluationDone }) {
  const { classes, answers } = result.evaluation
  const [positive, setPositive] = useState<0 | 1>(1)
  const [threshold, setThreshold] = useState(usual)
  const traced = useMemo(
    () =>
      traceThresholds(
        answers.map(({ label, predicted, confidence }) => ({
          score: predicted === positive ? confidence : 1 - confidence,
          isPositive: label === positive,
        })),
      ),
    [answers, positive],
  )
  const counts = countsAt(traced.points, threshold)
  const best = bestThreshold(traced.points)
  const names = [classes[1 - positive] ?? '', classes[positive] ?? ''] as const
  if (!counts) return null
  return (
    <div className={styles.row}>
      <div className={styles.words}>
        <Group gap="xs">
          <Text size="sm" id="positive-class">
            Positive class
          </Text>
          <SegmentedControl
            size="xs"
            aria-labelledby="positive-class"
            data={classes.map((label, index) => ({ value: String(index), label }))}
            value={String(positive)}
            onChange={(value) => setPositive(value === '0' ? 0 : 1)}
          />
        </Group>
        <div>
          <Text size="sm" id="threshold-label">
            Threshold <b>{printShare(threshold)}</b>: taken for {names[1]} from this probability on
          </Text>
          <Slider
            mt={6}
            min={0}
            max={1}
            step={0.001}
            size="sm"
            label={(value) => printShare(value)}
            thumbProps={{ 'aria-labelledby': 'threshold-label' }}
            value={threshold}
            onChange={setThreshold}
          />
          <Group gap={8} mt={10}>
            <Button
              size="compact-xs"
              variant="default"
              disabled={threshold === usual}
              onClick={() => setThreshold(usual)}
            >
              50%
            </Button>
            {best !== null && (
              <Button
                size="compact-xs"
                variant="default"
                disabled={threshold === best}
                onClick={() => setThreshold(best)}
              >
                {`Highest F1, ${printShare(best)}`}
              </Button>
            )}
          </Group>
          {result.split === 'test' && (
            <Text size="xs" c="dimmed" mt={6}>
              Choose a threshold on validation images: one that suits these looks better here than it is.
            </Text>
          )}
        </div>
        <Rates counts={counts} />
        <Counts counts={counts} names={names} />
      </div>
      <Curves {...traced} counts={counts} />
    </div>
  )
}
