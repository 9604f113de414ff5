// The particulars of one selected run: its note, what went wrong, its numbers and its actions.
import { deviceTitle, engineTitle } from '../../kernel/devices/devicesStore'
import { printAccuracy, printCount } from '../../../shared/graph/printNumbers'
import { Alert, Button, TagsInput, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { isResumable } from '../../../shared/training/runStates'
import type { RunSummary } from '../../../shared/contract/runCalls'
import { printLoss } from '../../kernel/print/printTraining'
import { evaluateRun, resumeRun, showCurves } from './runActions'
import { openAsTrained } from '../../session/runs/openAsTrained'
import { TrainedBefore } from '../../session/runs/TrainedBefore'
import { noteRun, tagRun } from './runChanges'
import { describeRecipe } from './runTable'
import classes from './runs.module.css'

function Row({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

/** What is known of a run, beside its row. */
export function RunDetails({
  run,
  knownTags,
}: {
  readonly run: RunSummary
  /** Tags of any run, to choose from. */
  readonly knownTags: readonly string[]
}) {
  const [note, setNote] = useState(run.note)
  return (
    <aside className={classes.details} aria-label={`Particulars of ${run.name}`}>
      <Text fw={600} truncate title={run.name}>
        {run.name}
      </Text>
      <div className={classes.buttons}>
        <Button size="compact-sm" variant="default" onClick={() => showCurves(run)}>
          Show curves
        </Button>
        {isResumable(run.state) && (
          <Button size="compact-sm" variant="default" onClick={() => resumeRun(run)}>
            Resume from epoch {run.epochs + 1}
          </Button>
        )}
        {run.epochs > 0 && (
          <Button size="compact-sm" variant="default" onClick={() => evaluateRun(run)}>
            Evaluate
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={() => void openAsTrained(run)}>
          Open as trained
        </Button>
      </div>
      <TrainedBefore run={run} />
      {run.error !== null && (
        <Alert color="red" variant="light" bg="var(--nl-error-soft)" p={8}>
          <Text size="xs">{run.error}</Text>
        </Alert>
      )}
      <dl className={classes.facts}>
        <Row name="Network">{`${run.architecture}, ${printCount(run.parameters)} parameters, ${printCount(run.macs)} MACs`}</Row>
        <Row name="Recipe">{describeRecipe(run.recipe)}</Row>
        <Row name="Device">{`${engineTitle(run.engine)}, ${deviceTitle(run.device)}`}</Row>
        <Row name="Epochs">{`${run.epochs} of ${Math.max(run.epochs, run.recipe.epochs)}`}</Row>
        {run.val && (
          <Row name={run.bestEpoch === null ? 'Validation' : `Best, epoch ${run.bestEpoch}`}>
            {`loss ${printLoss(run.val.loss)}, accuracy ${printAccuracy(run.val.accuracy)}`}
          </Row>
        )}
        {run.test && (
          <Row name="Test">{`top-1 ${printAccuracy(run.test.top1)}${(run.test.classes ?? Infinity) > 5 ? `, top-5 ${printAccuracy(run.test.top5)}` : ''}`}</Row>
        )}
        <Row name="Folder">{run.id}</Row>
      </dl>
      <TagsInput
        size="xs"
        label="Tags"
        placeholder={run.tags.length === 0 ? 'Words to find it by' : undefined}
        data={[...knownTags]}
        value={[...run.tags]}
        maxTags={40}
        acceptValueOnBlur
        onChange={(tags) => void tagRun(run.id, tags.map((tag) => tag.trim().slice(0, 60)).filter(Boolean))}
      />
      <Textarea
        label="Note"
        placeholder="What was tried, and what came of it"
        autosize
        minRows={2}
        maxRows={6}
        maxLength={10_000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        onBlur={() => note !== run.note && void noteRun(run.id, note)}
      />
    </aside>
  )
}
