// The left side of the train screen: dataset, device, recipe, what blocks, and the buttons that check and start; not the run.
import { findNormNotes } from '../../../../shared/network/normNotes'
import type { Recipe } from '../../../../shared/training/recipe'
import { printCount } from '../../../../shared/graph/printNumbers'
import { Button, Select, Text, Tooltip, UnstyledButton } from '@mantine/core'
import { IconDatabase, IconPlayerPlayFilled } from '@tabler/icons-react'
import { useEffect, type ReactNode } from 'react'
import { useStore } from 'zustand'
import { useCommand } from '../../../kernel/commands/commands'
import { DeviceSelect } from '../../../kernel/devices/DeviceSelect'
import { sessionStore, useDocument, useSessionNumber } from '../../../session/document/documentStore'
import { leaveLine, useWaiting } from '../follow/trainingLine'
import { Notice } from '../../../kernel/parts/Notice'
import { uiStore } from '../../../kernel/ui/uiStore'
import { describeNoted, useDatasetStore } from '../../../session/dataset/datasetStore'
import { StartingWeights } from './StartingWeights'
import { BlockerList } from './BlockerList'
import { useBlockers, usePrecisionProblem } from '../follow/presentBlockers'
import { PreflightPanel } from './PreflightPanel'
import { findPreset, recipePresets } from '../../../session/recipe/presets'
import { RecipeForm } from './RecipeForm'
import { datasetLabel } from '../../../kernel/print/printTraining'
import { startTraining, trainingStore, useFollowedRun, useIsStarting, useTraining } from '../follow/trainingStore'
import { isAlive } from '../follow/runProgress'
import { useRecipe } from '../../../session/recipe/useRecipe'
import classes from '../training.module.css'

function DatasetChip() {
  const { dataset: noted } = useDocument()
  const dataset = noted?.source
  const description = useDatasetStore((state) => state.description)
  useEffect(describeNoted, [noted])
  const known = description && dataset === description.reference ? description : null
  const detail = known
    ? `${printCount(known.splits.train?.count ?? 0)} training images, ${printCount(known.classes.length)} classes`
    : 'Shown on the Data screen'
  return (
    <UnstyledButton
      className={classes.datasetChip}
      onClick={() => uiStore.getState().setScreen('data')}
      aria-label={dataset ? `Dataset ${dataset}, ${detail}` : 'Choose a dataset'}
    >
      <IconDatabase size={18} aria-hidden />
      <span className={classes.datasetText}>
        <span className={classes.datasetName}>{dataset ? datasetLabel(dataset) : 'Choose a dataset'}</span>
        <span className={classes.datasetDetail}>{dataset ? detail : 'Training needs images with classes'}</span>
      </span>
    </UnstyledButton>
  )
}

/** What training further does to the batch norms of a network with weights. */
function NormNotes({ recipe }: { readonly recipe: Recipe }) {
  const document = useDocument()
  return findNormNotes(document, document.weights !== undefined, recipe.freeze).map((note) => (
    <Notice key={note} tone="info">
      {note}
    </Notice>
  ))
}

/** Everything that is chosen before a run. */
export function SetupPanel({ fineTuning }: { readonly fineTuning: ReactNode }) {
  const { recipe, change, choosePreset } = useRecipe()
  const blockers = useBlockers()
  const startsRandom = useTraining((state) => state.startsRandom)
  const isStarting = useIsStarting()
  const isTraining = useFollowedRun((state) => isAlive(state.progress))
  const { shortcut } = useCommand('training.start')
  const unmixed = usePrecisionProblem()
  const preset = findPreset(recipe)
  const sessionNumber = useSessionNumber()
  const session = useStore(sessionStore, ({ present }) => present)
  const waiting = useWaiting(session)
  return (
    <aside className={classes.setup} aria-label="Recipe">
      <div className={classes.setupBody}>
        <DatasetChip />
        <DeviceSelect
          isDisabled={isTraining}
          classNames={{ root: classes.field ?? '', label: classes.fieldLabel ?? '' }}
        />
        <StartingWeights
          isRandom={startsRandom}
          onChange={(isRandom) => trainingStore.setState({ startsRandom: isRandom })}
        />
        {fineTuning}
        <NormNotes recipe={recipe} />
        <Select
          size="xs"
          label="Preset"
          placeholder="Own recipe"
          data={recipePresets.map(({ id, title }) => ({ value: id, label: title }))}
          value={preset?.id ?? null}
          allowDeselect={false}
          onChange={(id) => {
            const wanted = recipePresets.find((candidate) => candidate.id === id)
            if (wanted) choosePreset(wanted)
          }}
          classNames={{ root: classes.field, label: classes.fieldLabel }}
        />
        {preset && (
          <Text size="xs" c="dimmed">
            {preset.help}
          </Text>
        )}
        <RecipeForm
          // What was typed for another network is not this one's.
          key={sessionNumber}
          recipe={recipe}
          problems={unmixed === null ? {} : { mixedPrecision: unmixed }}
          onChange={change}
        />
      </div>
      <div className={classes.setupFoot}>
        <BlockerList blockers={blockers} />
        {waiting && (
          <Notice tone="info" title="Waits in line">
            <Text size="xs">
              It starts by itself, with the recipe of when it was asked for, as soon as the device is free.
            </Text>
            <Button size="compact-xs" variant="default" mt={6} onClick={() => leaveLine(session)}>
              Leave the line
            </Button>
          </Notice>
        )}
        <PreflightPanel isBlocked={blockers.length > 0} recipe={recipe} />
        <Tooltip label={`Train (${shortcut ?? 'Ctrl+Enter'})`} disabled={blockers.length > 0}>
          <Button
            fullWidth
            data-tour="trained"
            leftSection={<IconPlayerPlayFilled size={14} aria-hidden />}
            disabled={blockers.length > 0 || isTraining || waiting !== undefined}
            loading={isStarting}
            onClick={() => void startTraining()}
          >
            Train
          </Button>
        </Tooltip>
      </div>
    </aside>
  )
}
