// Whether a model is as often right as it is sure: the reliability diagram, the calibration error, and the temperature fitted on validation images.
import { countOf, printAccuracy, printCount, printShare } from '../../../../shared/graph/printNumbers'
import { measureReliability, type Reliability, type ReliabilityBin } from '../../../../shared/training/calibration'
import { Button, Table, Text } from '@mantine/core'
import { useMemo } from 'react'
import { evaluateSplitNow, useEvaluation, type EvaluationDone } from '../model/evaluationStore'
import { linePath, plotSide, plotX, plotY, UnitPlot } from './UnitPlot'
import styles from './plots.module.css'

/** A surplus below this share is no tendency. */
const smallSurplus = 0.01

function describeTendency({ surplus, error }: Reliability): string {
  if (surplus === null || error === null) return ''
  if (Math.abs(surplus) < smallSurplus)
    return 'On the whole it is as often right as it is sure; the bins say where it is not.'
  const points = (100 * Math.abs(surplus)).toFixed(1)
  return surplus > 0
    ? `It is too sure: its confidence is on average ${points} points above its accuracy.`
    : `It is not sure enough: its confidence is on average ${points} points below its accuracy.`
}

function Bar({ bin }: { readonly bin: ReliabilityBin }) {
  const { low, high, accuracy, confidence } = bin
  if (accuracy === null || confidence === null) return null
  const [x, width] = [plotX(low) + 1, plotX(high - low) - 2]
  const [upper, lower] = [Math.max(accuracy, confidence), Math.min(accuracy, confidence)]
  return (
    <g>
      <rect className={styles.bar} x={x} width={width} y={plotY(accuracy)} height={plotSide - plotY(accuracy)} />
      <rect className={styles.gap} x={x} width={width} y={plotY(upper)} height={plotY(lower) - plotY(upper)} />
    </g>
  )
}

function Bins({ bins }: Pick<Reliability, 'bins'>) {
  return (
    <Table className={styles.table}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Confidence</Table.Th>
          <Table.Th className={styles.right}>Images</Table.Th>
          <Table.Th className={styles.right}>Mean confidence</Table.Th>
          <Table.Th className={styles.right}>Accuracy</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {bins
          .filter(({ images }) => images > 0)
          .map(({ low, high, images, confidence, accuracy }) => (
            <Table.Tr key={low}>
              <Table.Td>{`${printShare(low, 0)} to ${printShare(high, 0)}`}</Table.Td>
              <Table.Td className={styles.right}>{printCount(images)}</Table.Td>
              <Table.Td className={styles.right}>{printShare(confidence ?? 0)}</Table.Td>
              <Table.Td className={styles.right}>{printShare(accuracy ?? 0)}</Table.Td>
            </Table.Tr>
          ))}
      </Table.Tbody>
    </Table>
  )
}

function Temperature({ result }: { readonly result: EvaluationDone }) {
  const fitted = useEvaluation((state) => state.fitted)
  if (fitted) {
    const { temperature, images, error } = fitted
    return (
      <Text size="sm">
        <b>Temperature {temperature}</b>, fitted on {countOf(images, 'validation image')}: logits divided by it bring
        the calibration error there from {printAccuracy(error[0])} to {printAccuracy(error[1])}, and change no answer.
        Export model can keep it in the ONNX file.
      </Text>
    )
  }
  if (result.split === 'val')
    return (
      <Text size="sm" c="dimmed">
        No temperature can be fitted on these images.
      </Text>
    )
  return (
    <>
      <Text size="sm" c="dimmed">
        One number, the temperature, mends most of this. It is fitted on validation images, so that these stay a test.
      </Text>
      <div>
        <Button size="compact-sm" variant="default" onClick={() => void evaluateSplitNow('val')}>
          Evaluate validation images and fit
        </Button>
      </div>
    </>
  )
}

/** The diagram, the words, the table. */
export function CalibrationTab({ result }: { readonly result: EvaluationDone }) {
  const { answers } = result.evaluation
  const reliability = useMemo(
    () =>
      measureReliability(
        answers.map(({ label, predicted, confidence }) => ({ confidence, isRight: label === predicted })),
      ),
    [answers],
  )
  const { bins, error } = reliability
  if (error === null) return null
  return (
    <div className={styles.row}>
      <UnitPlot
        title="Reliability"
        description={`Calibration error ${printAccuracy(error)}. The table beside it has the numbers.`}
        xTitle="Confidence"
        yTitle="Accuracy"
      >
        {bins.map((bin) => (
          <Bar key={bin.low} bin={bin} />
        ))}
        <path
          className={styles.ideal}
          d={linePath([
            [0, 0],
            [1, 1],
          ])}
        />
      </UnitPlot>
      <div className={styles.words}>
        <Text size="sm">
          <b>Calibration error {printAccuracy(error)}</b> (ECE, {bins.length} bins): the mean distance of accuracy from
          confidence. {describeTendency(reliability)}
        </Text>
        <ul className={styles.legend}>
          <li>
            <svg width="12" height="12" aria-hidden>
              <rect className={styles.bar} width="12" height="12" />
            </svg>
            Accuracy
          </li>
          <li>
            <svg width="12" height="12" aria-hidden>
              <rect className={styles.gap} x="0.5" y="0.5" width="11" height="11" />
            </svg>
            Distance from confidence
          </li>
          <li>
            <svg width="16" height="12" aria-hidden>
              <path className={styles.ideal} d="M0 11L16 1" />
            </svg>
            Perfect
          </li>
        </ul>
        <Temperature result={result} />
        <Bins bins={bins} />
      </div>
    </div>
  )
}
