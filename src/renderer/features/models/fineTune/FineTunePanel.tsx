// Fine-tuning a network with weights: a new head for the dataset, and which stages learn, how fast and from when on; not the recipe's form.
import { printCount, printShare, printShort } from '../../../../shared/graph/printNumbers'
import { ActionIcon, Button, Group, Text, TextInput, Tooltip } from '@mantine/core'
import { IconLock, IconLockOpen } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { Disclosure } from '../../../kernel/parts/Disclosure'
import { splitFrozen } from '../../../../shared/lower/splitFrozen'
import { findHead, freezeBefore, listStages, replaceHead, type NetworkStage } from '../../../../shared/edits/transfer'
import type { NetworkDocument } from '../../../../shared/graph/document'
import type { Edit } from '../../../../shared/graph/edits'
import { NetloomError } from '../../../../shared/graph/errors'
import type { Recipe } from '../../../../shared/training/recipe'
import { documentStore, useAnalysis, useDocument, useInference } from '../../../session/document/documentStore'
import { useDatasetStore } from '../../../session/dataset/datasetStore'
import { recipeOf, setRecipeField } from '../../../session/recipe/useRecipe'
import { factorOf, freezeStage, patternsOf, unfreezeAll, unfreezeEpochOf, withFactor, withUnfreeze } from './stageEdits'
import styles from '../models.module.css'

function apply(edit: Edit, label: string): void {
  if (edit.type === 'batch' && edit.edits.length === 0) return
  documentStore.getState().apply(edit, label)
}

/** What a sound document can be asked; the message of its first error else. */
function readNetwork(
  document: NetworkDocument,
): { readonly stages: readonly NetworkStage[]; readonly head: string | null } | string {
  try {
    const stages = listStages(document)
    try {
      return { stages, head: findHead(document) }
    } catch {
      // A network without a single layer that decides its outputs can be frozen, but gets no new head.
      return { stages, head: null }
    }
  } catch (error) {
    if (error instanceof NetloomError) return error.message
    throw error
  }
}

function HeadRow({ document, head }: { readonly document: NetworkDocument; readonly head: string | null }) {
  const classes = useDatasetStore((state) => state.classes)
  const reason =
    head === null
      ? 'No single layer decides the number of outputs.'
      : classes === null
        ? 'Choose a dataset first.'
        : null
  return (
    <Tooltip label={reason} disabled={reason === null}>
      <Button
        fullWidth
        size="compact-sm"
        variant="default"
        data-disabled={reason === null ? undefined : true}
        aria-disabled={reason !== null}
        onClick={() => {
          if (classes !== null && reason === null) apply(replaceHead(document, classes), 'Replace the head')
        }}
      >
        {classes === null
          ? 'Replace the head for a dataset'
          : `Replace the head for ${printCount(classes.length)} classes`}
      </Button>
    </Tooltip>
  )
}

/** A number that is taken over when it is in range; an empty field stands for `empty`. */
function SmallNumber(props: {
  readonly label: string
  readonly value: string
  readonly placeholder: string
  readonly isSound: (value: number) => boolean
  readonly onChange: (value: number | null) => void
}) {
  const { label, value, placeholder, isSound, onChange } = props
  const [draft, setDraft] = useState<string | null>(null)
  const number = draft === null || draft.trim() === '' ? null : Number(draft.replace(',', '.'))
  const isWrong = number !== null && !isSound(number)
  return (
    <TextInput
      size="xs"
      aria-label={label}
      placeholder={placeholder}
      inputMode="decimal"
      value={draft ?? value}
      error={isWrong}
      onChange={(event) => {
        const next = event.currentTarget.value
        setDraft(next)
        const read = next.trim() === '' ? null : Number(next.replace(',', '.'))
        if (read === null || isSound(read)) onChange(read)
      }}
      onBlur={() => setDraft(null)}
      classNames={{ input: styles.smallNumber }}
    />
  )
}

function StageRow({
  stage,
  recipe,
  patterns,
}: {
  readonly stage: NetworkStage
  readonly recipe: Recipe
  readonly patterns: readonly string[]
}) {
  const { name, parameters, frozen } = stage
  const isFrozen = frozen === 'all'
  const factor = factorOf(recipe, patterns)
  const unfreeze = unfreezeEpochOf(recipe, patterns)
  const LockIcon = frozen === 'none' ? IconLockOpen : IconLock
  return (
    <li className={styles.stage} data-frozen={frozen}>
      <Tooltip
        label={
          isFrozen
            ? 'Frozen: let it learn'
            : frozen === 'some'
              ? 'Frozen in part: freeze all of it'
              : 'Learns: freeze it'
        }
      >
        <ActionIcon
          variant={frozen === 'none' ? 'subtle' : 'light'}
          size={24}
          aria-label={`Freeze ${name}`}
          aria-pressed={isFrozen}
          onClick={() => apply(freezeStage(stage, !isFrozen), isFrozen ? `Unfreeze ${name}` : `Freeze ${name}`)}
        >
          <LockIcon size={14} stroke={1.5} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <span className={styles.stageName} title={`${name}, ${printCount(parameters)} parameters`}>
        {name}
      </span>
      <span className={styles.stageCount}>{printShort(parameters)}</span>
      <SmallNumber
        label={`Learning rate of ${name}, times`}
        value={factor === 1 ? '' : String(factor)}
        placeholder="× 1"
        isSound={(value) => value > 0 && Number.isFinite(value)}
        onChange={(value) => setRecipeField('learningRateFactors', withFactor(recipe, patterns, value ?? 1))}
      />
      {frozen === 'none' ? (
        <span />
      ) : (
        <SmallNumber
          label={`Unfreeze ${name} after epochs`}
          value={unfreeze === null ? '' : String(unfreeze)}
          placeholder="never"
          isSound={(value) => Number.isInteger(value) && value >= 1}
          onChange={(value) => setRecipeField('unfreeze', withUnfreeze(recipe, patterns, value))}
        />
      )}
    </li>
  )
}

/** How much is trained, and what freezing saves. */
function Summary({ document, recipe }: { readonly document: NetworkDocument; readonly recipe: Recipe }) {
  const { parameters } = useAnalysis()
  const split = useMemo(() => splitFrozen(document, recipe.freeze), [document, recipe.freeze])
  const share = split ? split.bodyMacs / split.macs : 0
  return (
    <Text size="xs" c="dimmed">
      {printCount(parameters.trainable)} parameters learn, {printCount(parameters.frozen)} are frozen.
      {share > 0 &&
        ` ${printShare(share, 0)} of the arithmetic comes before the first layer that learns: it gets no gradients`}
      {share > 0 &&
        (recipe.augmentation === 'none'
          ? ', and its features are kept from the first epoch on.'
          : '; without augmentation its features could be kept, too.')}
    </Text>
  )
}

function Body({ document }: { readonly document: NetworkDocument }) {
  const recipe = recipeOf(document.recipe)
  const inference = useInference()
  const network = useMemo(() => readNetwork(document), [document])
  if (typeof network === 'string')
    return (
      <Text size="xs" c="red">
        {network}
      </Text>
    )
  const { stages, head } = network
  return (
    <>
      <HeadRow document={document} head={head} />
      <Group gap={4} grow wrap="nowrap">
        <Button
          size="compact-xs"
          variant="default"
          title="Freeze all but the head"
          disabled={head === null}
          onClick={() => apply(freezeBefore(document), 'Freeze all but the head')}
        >
          Freeze the body
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => apply(unfreezeAll(document), 'Unfreeze everything')}>
          Unfreeze all
        </Button>
      </Group>
      <div className={styles.stageHead} aria-hidden>
        <span>Stage</span>
        <span>Rate</span>
        <span>Unfreeze</span>
      </div>
      <ul className={styles.stages} aria-label="Stages">
        {stages.map((stage) => (
          <StageRow
            key={stage.name}
            stage={stage}
            recipe={recipe}
            patterns={patternsOf(stage, inference.layers.keys())}
          />
        ))}
      </ul>
      <Summary document={document} recipe={recipe} />
    </>
  )
}

/** The panel; nothing for a document without weights. */
export function FineTunePanel() {
  const document = useDocument()
  const [isOpen, setOpen] = useState(true)
  if (document.weights === undefined) return null
  return (
    <section className={styles.fineTune} aria-label="Fine-tune">
      <Disclosure title="Fine-tune" isOpen={isOpen} onToggle={setOpen}>
        <div className={styles.fineTuneBody}>
          <Body document={document} />
        </div>
      </Disclosure>
    </section>
  )
}
