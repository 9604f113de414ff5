// The check before a run: predicted and measured memory, times and the largest batch; not computing them (the core does).
import { printBytes, printCount, printDuration } from '../../../../shared/graph/printNumbers'
import { Button, Skeleton, Text } from '@mantine/core'
import { IconAlertTriangle, IconGauge } from '@tabler/icons-react'
import { useDelayed } from '../../../kernel/ui/useDelayed'
import type { Preflight } from '../../../../shared/contract/trainingCalls'
import type { Recipe } from '../../../../shared/training/recipe'
import { deviceTitle } from '../../../kernel/devices/devicesStore'
import { useDocument } from '../../../session/document/documentStore'
import { useUiStore } from '../../../kernel/ui/uiStore'
import { findUntrained } from '../../../../shared/network/findUntrained'
import { Notice } from '../../../kernel/parts/Notice'
import { useWork } from '../../../kernel/queries/work'
import { checkFirst, checking, presentPreflight, useFollowedRun } from '../follow/trainingStore'
import { isAlive } from '../follow/runProgress'
import { setRecipeField } from '../../../session/recipe/useRecipe'
import classes from '../training.module.css'

function Row({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

type Choice = NonNullable<Preflight['choice']>

/** What each device took for a step of this network, where there was a choice. */
function ChoiceRows({ choice }: { readonly choice: Choice }) {
  if (choice.measured.length === 0) return <Row name="Device">{`${deviceTitle(choice.device)} only`}</Row>
  return choice.measured.map(({ device, secondsPerStep }) => (
    <Row key={device} name={`${deviceTitle(device)}${device === choice.device ? ', taken' : ''}`}>
      {secondsPerStep === null ? 'failed' : printDuration(secondsPerStep)}
    </Row>
  ))
}

/** Why a device could not be measured. */
function ChoiceProblems({ choice }: { readonly choice: Choice }) {
  return choice.measured.map(
    ({ device, problem }) =>
      problem !== null && (
        <Text key={device} size="xs" c="dimmed">
          {`${deviceTitle(device)}: ${problem}`}
        </Text>
      ),
  )
}

function Numbers({ preflight, recipe }: { readonly preflight: Preflight; readonly recipe: Recipe }) {
  const { predictedMemoryBytes, measuredMemoryBytes, freeMemoryBytes, largestBatch } = preflight
  const needed = Math.max(predictedMemoryBytes, measuredMemoryBytes ?? 0)
  const isTight = needed > freeMemoryBytes || recipe.batchSize > largestBatch
  return (
    <>
      <dl className={classes.numbers}>
        <Row name="Whole run">{printDuration(preflight.secondsInAll)}</Row>
        <Row name="Per epoch">{printDuration(preflight.secondsPerEpoch)}</Row>
        <Row name="Per step">{printDuration(preflight.secondsPerStep)}</Row>
        <Row name="Memory, predicted">{printBytes(predictedMemoryBytes)}</Row>
        <Row name="Memory, measured">
          {measuredMemoryBytes === null ? 'not measured' : printBytes(measuredMemoryBytes)}
        </Row>
        <Row name="Memory, free">{printBytes(freeMemoryBytes)}</Row>
        <Row name="Largest batch">{printCount(largestBatch)}</Row>
        {preflight.choice && <ChoiceRows choice={preflight.choice} />}
      </dl>
      {preflight.choice && <ChoiceProblems choice={preflight.choice} />}
      {isTight && (
        <output className={classes.tight}>
          <IconAlertTriangle size={16} aria-label="Warning" className={classes.warningIcon} />
          <Text size="xs">This batch may not fit into the memory that is free now.</Text>
          {largestBatch >= 1 && largestBatch < recipe.batchSize && (
            <Button size="compact-xs" variant="subtle" onClick={() => setRecipeField('batchSize', largestBatch)}>
              Use a batch of {largestBatch}
            </Button>
          )}
        </output>
      )}
    </>
  )
}

/** The pre-flight button with its numbers; numbers of another recipe or network are not shown. */
export function PreflightPanel({ isBlocked, recipe }: { readonly isBlocked: boolean; readonly recipe: Recipe }) {
  const check = useWork(checking)
  const isChecking = check.isRunning
  const isTraining = useFollowedRun((state) => isAlive(state.progress))
  // These make the request: another one makes the numbers old.
  const document = useDocument()
  useUiStore((state) => state.device)
  const preflight = presentPreflight(check)
  const showsSkeleton = useDelayed(isChecking, 150)
  return (
    <section className={classes.preflight} aria-label="Pre-flight" aria-busy={isChecking}>
      {findUntrained(document).map(({ message }) => (
        <Notice key={message} tone="warning">
          {message}
        </Notice>
      ))}
      {preflight && <Numbers preflight={preflight} recipe={recipe} />}
      {showsSkeleton && (
        <>
          <Text size="xs" c="dimmed">
            Predicting, and measuring three steps
          </Text>
          <Skeleton height={14} />
          <Skeleton height={14} width="80%" />
          <Skeleton height={14} width="90%" />
        </>
      )}
      {!preflight && !isChecking && (
        <Button
          fullWidth
          variant="default"
          leftSection={<IconGauge size={16} aria-hidden />}
          disabled={isBlocked || isTraining}
          onClick={() => void checkFirst()}
        >
          Pre-flight
        </Button>
      )}
    </section>
  )
}
