// What an evaluation found: its numbers, the confusion matrix with the images of a cell, the classes, the mistakes.
import { countOf, printCount, printRange, printShare } from '../../../../shared/graph/printNumbers'
import { describeTestUse, judgeEvaluation } from '../../../../shared/training/judgement'
import { Button, Tabs, Text } from '@mantine/core'
import { useMemo } from 'react'
import { splitTitles } from '../../../kernel/print/splitTexts'
import { Notice } from '../../../kernel/parts/Notice'
import { CalibrationTab } from './CalibrationTab'
import { ThresholdTab } from './ThresholdTab'
import { CompareTab } from './CompareTab'
import { TrainAgain } from './TrainAgain'
import { CellImages } from './CellImages'
import { ClassTable } from './ClassTable'
import { ConfusionMatrix } from './ConfusionMatrix'
import { chooseCell, evaluateSplitNow, useEvaluation, type EvaluationDone } from '../model/evaluationStore'
import { mostDrawnClasses } from './matrixShading'
import { listConfusions, imagesOfCell, worstMistakes } from '../model/mistakes'
import styles from '../evaluate.module.css'

function Numbers({ result }: { readonly result: EvaluationDone }) {
  const { images, loss, top1, top5, classes, answers, confusion } = result.evaluation
  const mistakes = answers.filter(({ label, predicted }) => label !== predicted).length
  const { interval, majority, balancedAccuracy, macroF1 } = useMemo(() => judgeEvaluation(confusion), [confusion])
  const numbers: readonly { readonly title: string; readonly value: string; readonly detail?: string }[] = [
    {
      title: 'Top-1 accuracy',
      value: printShare(top1, 2),
      detail: interval ? `95%: ${printRange(interval)}` : undefined,
    },
    ...(classes.length > 5 ? [{ title: 'Top-5 accuracy', value: printShare(top5, 2) }] : []),
    ...(majority === null
      ? []
      : [
          {
            title: 'Without looking',
            value: printShare(majority.share, 2),
            detail: `always ${classes[majority.classIndex] ?? ''}`,
          },
        ]),
    ...(balancedAccuracy === null ? [] : [{ title: 'Balanced accuracy', value: printShare(balancedAccuracy, 2) }]),
    ...(macroF1 === null ? [] : [{ title: 'Macro F1', value: macroF1.toFixed(4) }]),
    { title: 'Loss', value: loss.toFixed(4) },
    { title: `${splitTitles[result.split]} images`, value: printCount(images) },
    { title: 'Mistakes', value: printCount(mistakes) },
  ]
  return (
    <dl className={styles.numbers}>
      {numbers.map(({ title, value, detail }) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{value}</dd>
          {detail !== undefined && <dd className={styles.numberDetail}>{detail}</dd>}
        </div>
      ))}
    </dl>
  )
}

/** How the model's outputs were taken for the dataset's classes, where that is not by name for all of them. */
function ClassNotice({ result }: { readonly result: EvaluationDone }) {
  const { classesMatchedBy, leftOut } = result.evaluation
  const images = leftOut.reduce((sum, left) => sum + left.images, 0)
  const named = leftOut.slice(0, 5).map((left) => `${left.name} (${printCount(left.images)})`)
  return (
    <>
      {classesMatchedBy === 'order' && (
        <Notice tone="info" title="Classes taken in order">
          The model names none of the classes of these images, so its first output stands for the first class, and so
          on.
        </Notice>
      )}
      {images > 0 && (
        <Notice tone="info" title={`${countOf(images, 'image')} left out`}>
          The model does not know {named.join(', ')}
          {leftOut.length > named.length && `, and ${leftOut.length - named.length} more`}.
        </Notice>
      )}
    </>
  )
}

/** That test images which several models were measured on are no longer a test of the one that is chosen by them. */
function TestUseNotice({ result }: { readonly result: EvaluationDone }) {
  const { testUse } = result.evaluation
  const text = testUse && describeTestUse(testUse)
  if (!text) return null
  return (
    <Notice tone="info" title="Test images are for the end">
      {text}
      <br />
      <Button mt={6} size="compact-xs" variant="default" onClick={() => void evaluateSplitNow('val')}>
        Evaluate validation images
      </Button>
    </Notice>
  )
}

function Confusions({ result }: { readonly result: EvaluationDone }) {
  const { classes, confusion } = result.evaluation
  const cell = useEvaluation((state) => state.cell)
  const found = useMemo(() => listConfusions(confusion, 12), [confusion])
  if (found.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No image was taken for another class.
      </Text>
    )
  }
  return (
    <section aria-label="Most frequent confusions">
      <h2 className={styles.heading}>Most frequent confusions</h2>
      <ul className={styles.confusions}>
        {found.map(({ label, predicted, count, share }) => (
          <li key={`${label},${predicted}`}>
            <button
              type="button"
              aria-pressed={cell?.label === label && cell.predicted === predicted}
              onClick={() => chooseCell({ label, predicted })}
            >
              <span>
                <b>{classes[label]}</b> taken for <b>{classes[predicted]}</b>
              </span>
              <span className={styles.confusionCount}>
                {printCount(count)} · {printShare(share)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Matrix({ result }: { readonly result: EvaluationDone }) {
  const { classes, confusion, answers } = result.evaluation
  const cell = useEvaluation((state) => state.cell)
  const chosen = useMemo(() => (cell ? imagesOfCell(answers, cell) : []), [answers, cell])
  const isRight = cell?.label === cell?.predicted
  return (
    <div className={styles.matrixPair}>
      {classes.length <= mostDrawnClasses ? (
        <ConfusionMatrix classes={classes} confusion={confusion} chosen={cell} onChoose={chooseCell} />
      ) : (
        <Text size="sm" c="dimmed">
          {countOf(classes.length, 'class', 'classes')} are too many to draw as a matrix. The confusions that occur most
          often are listed here.
        </Text>
      )}
      <div className={styles.matrixAside}>
        {cell && (
          <CellImages
            key={`${cell.label},${cell.predicted}`}
            title={
              isRight
                ? `${classes[cell.label]}, recognised`
                : `${classes[cell.label]}, taken for ${classes[cell.predicted]}`
            }
            order={isRight ? 'the least sure first' : 'the surest first'}
            images={chosen}
            result={result}
          />
        )}
        <Confusions result={result} />
      </div>
    </div>
  )
}

/** The tabs below the bar. */
export function Results({ result }: { readonly result: EvaluationDone }) {
  const { confusion, perClass, answers, classes } = result.evaluation
  const mistakes = useMemo(() => worstMistakes(answers), [answers])
  return (
    <div className={styles.results}>
      <Numbers result={result} />
      <ClassNotice result={result} />
      <TestUseNotice result={result} />
      <TrainAgain result={result} />
      <Tabs defaultValue="matrix" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="matrix">Confusion matrix</Tabs.Tab>
          <Tabs.Tab value="classes">Classes</Tabs.Tab>
          <Tabs.Tab value="calibration">Calibration</Tabs.Tab>
          {classes.length === 2 && <Tabs.Tab value="threshold">Threshold</Tabs.Tab>}
          <Tabs.Tab value="compare">Compare</Tabs.Tab>
          <Tabs.Tab value="mistakes">Mistakes ({printCount(mistakes.length)})</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="matrix" pt="md">
          <Matrix result={result} />
        </Tabs.Panel>
        <Tabs.Panel value="classes" pt="md">
          <ClassTable perClass={perClass} confusion={confusion} />
        </Tabs.Panel>
        <Tabs.Panel value="calibration" pt="md">
          <CalibrationTab result={result} />
        </Tabs.Panel>
        {classes.length === 2 && (
          <Tabs.Panel value="threshold" pt="md">
            <ThresholdTab result={result} />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="compare" pt="md">
          <CompareTab result={result} />
        </Tabs.Panel>
        <Tabs.Panel value="mistakes" pt="md">
          <CellImages title="All mistakes" order="the surest first" images={mistakes} result={result} hasClasses />
        </Tabs.Panel>
      </Tabs>
    </div>
  )
}
