// The choice of how pixels become inputs, with own numbers where none of the usual ones fits; not the preview (ScalingPreview.tsx).
import { Group, Select, TextInput } from '@mantine/core'
import { Notice } from '../../kernel/parts/Notice'
import { checkScalingChoice, fittingScalings, scalingTitles, type ScalingChoice } from './scalingChoices'

const guess =
  'The file does not say how pixels become inputs. This is the usual way: check it with an image whose class you know.'

/** The choice. */
export function ScalingField({
  choice,
  onChange,
}: {
  readonly choice: ScalingChoice
  readonly onChange: (choice: ScalingChoice) => void
}) {
  const kinds = fittingScalings(choice.channels)
  const set = (change: Partial<ScalingChoice>): void => onChange({ ...choice, ...change, from: 'person' })
  const problem = checkScalingChoice(choice)
  return (
    <>
      <Select
        label="Normalisation"
        description={choice.from === 'file' ? 'As the file says.' : 'How pixels from 0 to 255 become inputs.'}
        data={kinds.map((kind) => ({ value: kind, label: scalingTitles[kind] }))}
        value={choice.kind}
        allowDeselect={false}
        onChange={(value) => set({ kind: kinds.find((kind) => kind === value) ?? choice.kind })}
      />
      {choice.kind === 'own' && (
        <Group grow gap="sm" align="start">
          <TextInput
            label="Mean"
            value={choice.mean}
            error={problem}
            onChange={(event) => set({ mean: event.currentTarget.value })}
          />
          <TextInput
            label="Deviation"
            value={choice.deviation}
            onChange={(event) => set({ deviation: event.currentTarget.value })}
          />
        </Group>
      )}
      {choice.from === 'guess' && <Notice tone="warning">{guess}</Notice>}
    </>
  )
}
