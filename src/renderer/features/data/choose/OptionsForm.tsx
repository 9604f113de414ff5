// The form of a dataset's options: how its splits are made and how many images are used.
import { Button, Group, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { chooseDataset, useDatasetStore } from '../../../session/dataset/datasetStore'
import type { DatasetChosen } from '../../../session/dataset/descriptions'
import { parseOptionFields, printOptions, type FieldErrors, type OptionFields } from './optionFields'
import styles from '../data.module.css'

interface FieldText {
  readonly label: string
  readonly placeholder: string
  readonly help: string
}

const texts: Readonly<Record<Exclude<keyof OptionFields, 'centre' | 'leaveOutCopies'>, FieldText>> = {
  valPercent: {
    label: 'Validation, % of train',
    placeholder: '10',
    help: 'Spread over the classes. A validation split of its own stays.',
  },
  testPercent: {
    label: 'Test, % of all',
    placeholder: '10',
    help: 'Where the dataset has no test split.',
  },
  trainRange: {
    label: 'Train range',
    placeholder: '0:5000',
    help: 'In file order, FROM:TO.',
  },
  testRange: { label: 'Test range', placeholder: '0:1000', help: 'In file order, FROM:TO.' },
  limit: { label: 'At most per split', placeholder: 'all', help: 'Spread over the classes.' },
  seed: { label: 'Seed', placeholder: '1', help: 'The same seed, the same splits.' },
  shift: { label: 'Shift test images, px', placeholder: '0', help: 'Each its own way, always the same.' },
  permute: { label: 'Permute pixels, seed', placeholder: 'no', help: 'One random order for all images.' },
  valDirectory: {
    label: 'Validation folder',
    placeholder: 'none',
    help: 'A dataset of the same classes whose images are the validation split.',
  },
}

const pairs = ['valPercent', 'testPercent', 'trainRange', 'testRange', 'limit', 'seed', 'shift', 'permute'] as const

/** The options of the dataset in use; Apply reads it again with them. */
export function OptionsForm() {
  const chosen = useDatasetStore((state) => state.chosen)
  return <OptionFieldsForm key={JSON.stringify([chosen?.reference, chosen?.options])} chosen={chosen} />
}

function OptionFieldsForm({ chosen }: { readonly chosen: DatasetChosen | null }) {
  const [fields, setFields] = useState<OptionFields>(() => printOptions(chosen?.options ?? {}))
  const [errors, setErrors] = useState<FieldErrors>({})
  const apply = (wanted: OptionFields): void => {
    const result = parseOptionFields(wanted)
    setErrors('errors' in result ? result.errors : {})
    if (!('options' in result) || !chosen) return
    // Names of classes are given beside the form, and stay.
    const { classNames } = chosen.options
    const options = { ...result.options, ...(classNames && { classNames }) }
    void chooseDataset({ reference: chosen.reference, options })
  }
  const field = (name: keyof typeof texts) => (
    <TextInput
      key={name}
      size="xs"
      label={texts[name].label}
      placeholder={texts[name].placeholder}
      description={texts[name].help}
      inputWrapperOrder={['label', 'input', 'error', 'description']}
      classNames={{ input: styles.numbers, description: styles.help, error: styles.help }}
      error={errors[name]}
      value={fields[name]}
      onChange={(event) => {
        const { value } = event.currentTarget
        setFields((present) => ({ ...present, [name]: value }))
      }}
    />
  )
  const toggle = (name: 'centre' | 'leaveOutCopies', label: string, help: string) => (
    <Switch
      size="xs"
      label={label}
      description={help}
      checked={fields[name] !== ''}
      onChange={(event) => {
        const { checked } = event.currentTarget
        setFields((present) => ({ ...present, [name]: checked ? 'yes' : '' }))
      }}
    />
  )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        apply(fields)
      }}
    >
      <Stack gap="xs">
        <SimpleGrid cols={2} spacing="xs" verticalSpacing="xs">
          {pairs.map(field)}
        </SimpleGrid>
        {field('valDirectory')}
        {toggle(
          'leaveOutCopies',
          'Leave copies out',
          'Images with the same content are used once; in two classes, not at all.',
        )}
        {toggle('centre', 'Centre the images', 'Moves the bright part of every image to the middle.')}
        <Group gap="xs" justify="flex-end">
          <Button
            size="compact-sm"
            variant="default"
            disabled={!chosen}
            onClick={() => {
              const empty = printOptions({})
              setFields(empty)
              apply(empty)
            }}
          >
            Back to defaults
          </Button>
          <Button size="compact-sm" type="submit" variant="light" disabled={!chosen}>
            Apply
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
