// The networks of an experiment: how far each is, what came out, and the ways to its network and its run.
import { printAccuracy, printCount, printDuration } from '../../../../shared/graph/printNumbers'
import { ActionIcon, Progress, Table, Tooltip, VisuallyHidden } from '@mantine/core'
import { IconChartLine, IconSchema } from '@tabler/icons-react'
import type { Experiment, Variant } from '../../../../shared/lectures/experiments/experimentPlan'
import type { ExperimentState, VariantState } from '../../../../shared/lectures/experiments/results'
import { openLoose } from '../../../session/document/documentFlows'
import { showFailure } from '../../../kernel/failures/showFailure'
import { printDatasetChoice } from '../../../../shared/datasets/documentDataset'
import { parseDocument } from '../../../../shared/graph/schema'
import { client } from '../../../kernel/core/client'
import { uiStore } from '../../../kernel/ui/uiStore'
import { request } from '../../../kernel/commands/requests'
import styles from './experiments.module.css'

/** Opens a network as it was trained, or, where it was not yet, as it would be. */
function openNetwork(variant: Variant, state: VariantState | undefined): void {
  const work = async () => {
    const run = state?.result?.run
    const text = run === undefined ? undefined : await client.runs.document({ run }).catch(() => undefined)
    const document = text === undefined ? variant.document : parseDocument(text)
    // With its images as they are here, so that training it anew repeats the experiment.
    const { reference, options } = variant
    openLoose({ ...document, dataset: printDatasetChoice({ reference, options, resize: 'stretch' }) })
  }
  work().catch((error: unknown) => showFailure('The network was not opened', error))
}

function showCurves(run: string): void {
  request('training.showRun', run)
  uiStore.getState().setScreen('train')
}

const words = { waiting: 'waiting', training: 'training', measuring: 'measuring', done: 'done' } as const

function Standing({ state, isRunning }: { readonly state: VariantState; readonly isRunning: boolean }) {
  const { epoch, epochs, fraction, title } = state
  if (!isRunning) return <span className={styles.note}>not trained to its end</span>
  if (state.state !== 'training') return <span className={styles.note}>{words[state.state]}</span>
  return (
    <span className={styles.standing}>
      <Progress value={100 * fraction} size="sm" w={72} aria-label={`Training of ${title}`} />
      <span className={styles.note}>
        epoch {epoch}/{epochs}
      </span>
    </span>
  )
}

/** One row per network. */
export function VariantTable({
  experiment,
  variants,
  state,
}: {
  readonly experiment: Experiment
  readonly variants: readonly Variant[]
  readonly state: ExperimentState | null
}) {
  const measures = variants[0]?.measures ?? []
  const isTable = variants.some(({ watch }) => watch === 'table')
  const columns = [
    'Parameters',
    'Training error',
    isTable ? 'Rows right' : 'Test',
    ...measures.map(({ title }) => title),
  ]
  return (
    <div className={styles.variants}>
      <Table aria-label={`Networks of ${experiment.title}`} className={styles.variantTable}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Network</Table.Th>
            {columns.map((title) => (
              <Table.Th key={title} data-numeric>
                {title}
              </Table.Th>
            ))}
            <Table.Th data-numeric>Time</Table.Th>
            <Table.Th>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {variants.map((variant) => (
            <VariantRow
              key={variant.id}
              variant={variant}
              columns={columns.length}
              isRunning={state?.state === 'running'}
              state={state?.variants.find(({ id }) => id === variant.id)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function VariantRow({
  variant,
  state,
  isRunning,
  columns,
}: {
  readonly variant: Variant
  readonly state: VariantState | undefined
  readonly isRunning: boolean
  readonly columns: number
}) {
  const { title, measures } = variant
  const result = state?.result
  const train = result?.epochs.at(-1)?.train
  const run = state?.run
  const numbers = [
    result ? printCount(result.parameters) : '',
    train ? printAccuracy(1 - train.accuracy) : '',
    result?.test ? printAccuracy(result.test.top1) : '',
    ...measures.map(({ id }) => {
      const found = result?.measures.find((measure) => measure.id === id)
      return found ? printAccuracy(found.top1) : ''
    }),
  ]
  return (
    <Table.Tr>
      <Table.Td>{title}</Table.Td>
      {result ? (
        numbers.map((text, index) => (
          <Table.Td key={index} data-numeric>
            {text}
          </Table.Td>
        ))
      ) : (
        <Table.Td colSpan={columns}>{state && <Standing state={state} isRunning={isRunning} />}</Table.Td>
      )}
      <Table.Td data-numeric>{result ? printDuration(result.seconds) : ''}</Table.Td>
      <Table.Td className={styles.actions}>
        <Tooltip label="Open this network in Design">
          <ActionIcon
            aria-label={`Open ${title} in Design`}
            variant="subtle"
            onClick={() => openNetwork(variant, state)}
          >
            <IconSchema size={16} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Show its training">
          <ActionIcon
            aria-label={`Show the training of ${title}`}
            variant="subtle"
            disabled={!run}
            onClick={() => run && showCurves(run)}
          >
            <IconChartLine size={16} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Table.Td>
    </Table.Tr>
  )
}
