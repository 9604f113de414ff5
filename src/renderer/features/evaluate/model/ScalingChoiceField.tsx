// Asks how pixels become inputs of a model that does not say, in the message that says so; not what is measured with it.
import { Button, Stack } from '@mantine/core'
import { useState } from 'react'
import { namedScalings } from '../../../../shared/datasets/namedScalings'
import type { InputScaling } from '../../../../shared/graph/document'
import { plainErrorOf } from '../../../kernel/core/client'
import { ScalingField } from '../../../session/dataset/ScalingField'
import {
  beginScaling,
  checkScalingChoice,
  scalingOf,
  type ScalingChoice,
} from '../../../session/dataset/scalingChoices'
import { evaluationStore } from './evaluationStore'

/** Whether it failed because nobody says how pixels become inputs. */
export function isScalingUnknown(error: unknown): boolean {
  return plainErrorOf(error)?.code === 'model.scaling'
}

/** A known scaling as it is named, since the channels of the model are not known here. */
function statedScaling(choice: ScalingChoice): InputScaling | undefined {
  return choice.kind === 'own' ? scalingOf(choice) : namedScalings[choice.kind]
}

/** The choice, and a button that goes on with it; it holds for the chosen model until another one is chosen. */
export function ScalingChoiceField({ onChosen }: { readonly onChosen: () => void }) {
  const [choice, setChoice] = useState<ScalingChoice>(() => beginScaling(undefined, 3))
  const isSound = checkScalingChoice(choice) === null
  const use = (): void => {
    evaluationStore.setState({ statedScaling: statedScaling(choice) ?? null })
    onChosen()
  }
  return (
    <Stack gap={8} mt={8} maw={420}>
      <ScalingField choice={choice} onChange={setChoice} />
      <Button size="compact-sm" w="fit-content" disabled={!isSound} onClick={use}>
        Go on with this scaling
      </Button>
    </Stack>
  )
}
