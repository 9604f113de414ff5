// The bar above an evaluation: which model, which images, Evaluate, and what can be taken away from it.
import { printShare } from '../../../../shared/graph/printNumbers'
import { ActionIcon, Button, Group, SegmentedControl, Select, Text, Tooltip } from '@mantine/core'
import { IconChartDots, IconDownload, IconFile, IconTable } from '@tabler/icons-react'
import { fileNameOf } from '../../../kernel/dialogs/filePaths'
import type { RunSummary } from '../../../../shared/contract/runCalls'
import { splitNames } from '../../../../shared/datasets/dataset'
import { choosePath } from '../../../kernel/dialogs/questions'
import { splitTitles } from '../../../kernel/print/splitTexts'
import { showFailure } from '../../../kernel/failures/showFailure'
import { useWork } from '../../../kernel/queries/work'
import { useDocumentStore } from '../../../session/document/documentStore'
import { useDatasetStore } from '../../../session/dataset/datasetStore'
import { saveTextFile } from '../../../kernel/files/saveTextFile'
import {
  canEvaluate,
  chooseModel,
  evaluateNow,
  evaluating,
  evaluationStore,
  modelOfRun,
  presentModel,
  useEvaluation,
  type ChosenModel,
  type DatasetSource,
} from './evaluationStore'
import { relateRun, useOpenNetwork } from '../../../session/runs/runRelation'
import { canExport, showExport } from './exportStore'
import { printPredictionsCsv } from './predictionsCsv'
import styles from '../evaluate.module.css'

/** Lets a person choose a model file; nothing where it is cancelled. */
export function browseModel(): void {
  choosePath('openDocument')
    .then((path) => path !== null && chooseModel({ path, name: fileNameOf(path), isRun: false }))
    .catch((error: unknown) => showFailure('The model was not opened', error))
}

function describeRun({ name, val, epochs }: RunSummary): string {
  const accuracy = val ? `, ${printShare(val.accuracy)} validation` : ''
  return `${name} (${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}${accuracy})`
}

interface ModelOption {
  readonly value: string
  readonly label: string
}

function groupModels(own: readonly ModelOption[], others: readonly ModelOption[]) {
  return [
    ...(own.length === 0 ? [] : [{ group: 'This network', items: [...own] }]),
    { group: own.length === 0 ? 'Runs' : 'Other networks', items: [...others] },
  ]
}

function ModelSelect({ runs, model }: { readonly runs: readonly RunSummary[]; readonly model: ChosenModel | null }) {
  const open = useOpenNetwork()
  const isOwn = (run: RunSummary) => relateRun(run, open) !== 'other'
  const options = runs.filter(isOwn).map((run) => ({ value: run.id, label: describeRun(run) }))
  const others = runs.filter((run) => !isOwn(run)).map((run) => ({ value: run.id, label: describeRun(run) }))
  const weights = useDocumentStore((state) => state.document.weights)
  const own = weights === undefined ? null : presentModel()
  if (own) options.unshift({ value: own.path, label: `This network, ${own.name}` })
  if (model && !model.isRun && model.path !== own?.path) options.unshift({ value: model.path, label: model.name })
  return (
    <Group gap={4} wrap="nowrap" className={styles.modelSelect}>
      <Select
        flex={1}
        aria-label="Model"
        placeholder="Choose a run"
        searchable
        allowDeselect={false}
        nothingFoundMessage="No such run"
        data={others.length === 0 ? options : groupModels(options, others)}
        value={model?.path ?? null}
        onChange={(value) => {
          if (own && value === own.path) return chooseModel(own)
          const run = runs.find(({ id }) => id === value)
          if (run) chooseModel(modelOfRun(run))
        }}
      />
      <Tooltip label="Choose a document with weights or an ONNX file">
        <ActionIcon variant="default" aria-label="Choose a model file" onClick={browseModel}>
          <IconFile size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  )
}

function DatasetSelect({ model }: { readonly model: ChosenModel | null }) {
  const source = useEvaluation((state) => state.source)
  const reference = useDatasetStore((state) => state.noted?.reference ?? null)
  const data: { value: DatasetSource; label: string }[] = []
  if (model?.isRun) data.push({ value: 'own', label: 'The dataset of the run' })
  if (reference !== null) data.push({ value: 'inUse', label: reference })
  return (
    <Select
      w={165}
      aria-label="Dataset"
      placeholder="Choose a dataset first"
      allowDeselect={false}
      disabled={data.length === 0}
      data={data}
      value={data.some(({ value }) => value === source) ? source : null}
      onChange={(value) => evaluationStore.setState({ source: value === 'own' ? 'own' : 'inUse' })}
    />
  )
}

function SplitChoice() {
  const split = useEvaluation((state) => state.split)
  return (
    <SegmentedControl
      aria-label="Split"
      data={splitNames.toReversed().map((name) => ({ value: name, label: splitTitles[name] }))}
      value={split}
      onChange={(value) => evaluationStore.setState({ split: splitNames.find((name) => name === value) ?? split })}
    />
  )
}

/** Export as ONNX and CSV. */
function Takeaways({ model }: { readonly model: ChosenModel }) {
  const result = useEvaluation((state) => state.result)
  return (
    <Group gap={4} ml="auto" wrap="nowrap">
      {result && (
        <Button
          variant="default"
          leftSection={<IconTable size={14} aria-hidden />}
          onClick={() =>
            saveTextFile(`${result.model.name}-${result.split}.csv`, printPredictionsCsv(result.evaluation), 'text/csv')
          }
        >
          Predictions as CSV
        </Button>
      )}
      {canExport(model) && (
        <Button
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() => showExport(model)}
        >
          Export model
        </Button>
      )}
    </Group>
  )
}

/** The bar. */
export function ModelBar({ runs }: { readonly runs: readonly RunSummary[] }) {
  const model = useEvaluation((state) => state.model)
  const source = useEvaluation((state) => state.source)
  const isRunning = useWork(evaluating, (state) => state.isRunning)
  const hasDataset = useDatasetStore((state) => state.noted !== null)
  const mayRun = canEvaluate({ model, source }, hasDataset)
  return (
    <div className={styles.bar}>
      <ModelSelect runs={runs} model={model} />
      <Text size="xs" c="dimmed">
        on
      </Text>
      <DatasetSelect model={model} />
      <SplitChoice />
      {isRunning ? (
        <Button variant="default" onClick={evaluating.cancel}>
          Cancel
        </Button>
      ) : (
        <Button
          leftSection={<IconChartDots size={14} aria-hidden />}
          disabled={!mayRun}
          onClick={() => void evaluateNow()}
        >
          Evaluate
        </Button>
      )}
      {model && <Takeaways model={model} />}
    </div>
  )
}
