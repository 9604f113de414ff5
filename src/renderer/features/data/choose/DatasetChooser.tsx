// Choosing a dataset: a reference typed or browsed to, the built-in ones, and the options of its splits.
import type { DatasetChosen } from '../../../session/dataset/descriptions'
import { countOf, printCount } from '../../../../shared/graph/printNumbers'
import { ActionIcon, Button, Collapse, Group, Progress, Stack, Text, TextInput, Tooltip } from '@mantine/core'
import {
  IconAdjustments,
  IconFileTypeCsv,
  IconFolderOpen,
  IconPhotoPlus,
  IconRefresh,
  IconX,
} from '@tabler/icons-react'
import { useState } from 'react'
import { useCommand } from '../../../kernel/commands/commands'
import { showFailure } from '../../../kernel/failures/showFailure'
import {
  allowOutsideFolders,
  cancelDescribing,
  chooseDataset,
  describeChosenAgain,
  forgetDataset,
  useDatasetStore,
} from '../../../session/dataset/datasetStore'
import { countOptions } from './optionFields'
import { OptionsForm } from './OptionsForm'
import { browseCsv, browseDataset } from './browseDataset'
import styles from '../data.module.css'

export const builtinDatasets = [
  { reference: 'builtin:digits', title: 'Digits', text: '10,000 drawn digits, 28×28, grey' },
  { reference: 'builtin:shapes', title: 'Shapes', text: 'Ten kinds of shapes, 32×32, colour' },
] as const

/** Progress of reading the images, with Cancel. */
export function DescribingProgress() {
  const isDescribing = useDatasetStore((state) => state.isDescribing)
  const progress = useDatasetStore((state) => state.progress)
  if (!isDescribing) return null
  const { done, total } = progress ?? { done: 0, total: 0 }
  const text = total > 0 ? `Reading ${printCount(done)} of ${printCount(total)} images` : 'Looking at the files'
  return (
    <Stack gap={6} component="output">
      <Group justify="space-between" wrap="nowrap">
        <Text size="xs" c="dimmed">
          {text}
        </Text>
        <Button size="compact-xs" variant="default" onClick={cancelDescribing}>
          Cancel
        </Button>
      </Group>
      <Progress
        size="xs"
        value={total > 0 ? (100 * done) / total : 100}
        animated={total === 0}
        aria-label="Images read"
      />
    </Stack>
  )
}

/** A field for the reference; Enter opens it. */
export function ReferenceField() {
  const chosen = useDatasetStore((state) => state.chosen)
  return <ReferenceForm key={chosen?.reference} chosen={chosen} />
}

function ReferenceForm({ chosen }: { readonly chosen: DatasetChosen | null }) {
  const error = useDatasetStore((state) => state.error)
  const outside = useDatasetStore((state) => state.outside)
  const [draft, setDraft] = useState(chosen?.reference ?? '')
  const open = (reference: string): void => {
    if (reference !== '') void chooseDataset({ reference, options: chosen?.options ?? {} })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        open(draft.trim())
      }}
    >
      <TextInput
        label="Folder, file or reference"
        placeholder="/path/to/images or mnist:/path"
        description="Enter opens it. Folders of class folders, CSV, MNIST and CIFAR files are recognised."
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        spellCheck={false}
        classNames={{ input: styles.mono, description: styles.help, error: styles.help }}
        error={error}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        rightSectionWidth={60}
        rightSection={
          <Group gap={2} wrap="nowrap">
            <Tooltip label="Browse for a folder">
              <ActionIcon variant="subtle" aria-label="Browse for a folder" onClick={browseDataset}>
                <IconFolderOpen size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Browse for a CSV list">
              <ActionIcon variant="subtle" aria-label="Browse for a CSV list" onClick={browseCsv}>
                <IconFileTypeCsv size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </Group>
        }
      />
      {outside.length > 0 && (
        <Button
          type="button"
          size="compact-xs"
          variant="default"
          mt={6}
          title={outside.join('\n')}
          onClick={() => {
            allowOutsideFolders().catch((failure: unknown) => showFailure('The folders were not allowed', failure))
          }}
        >
          Allow {outside.length === 1 ? outside[0] : countOf(outside.length, 'folder')} for this dataset
        </Button>
      )}
    </form>
  )
}

/** The top of the data screen's left side. */
export function DatasetChooser() {
  const chosen = useDatasetStore((state) => state.chosen)
  const [isOpen, setOpen] = useState(false)
  const set = chosen ? countOptions(chosen.options) : 0
  const add = useCommand('data.addImages')
  const make = useCommand('data.make')
  return (
    <Stack gap="sm">
      <ReferenceField />
      <Group gap={6} data-tour="datasetChosen">
        {builtinDatasets.map(({ reference, title, text }) => (
          <Tooltip key={reference} label={text}>
            <Button
              size="compact-xs"
              variant={chosen?.reference === reference ? 'light' : 'default'}
              aria-pressed={chosen?.reference === reference}
              onClick={() => void chooseDataset({ reference, options: {} })}
            >
              {title}
            </Button>
          </Tooltip>
        ))}
        <Group gap={4} ml="auto">
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconAdjustments size={14} aria-hidden />}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {set > 0 ? `Splits (${set} set)` : 'Splits'}
          </Button>
          <Tooltip label={add.isEnabled ? 'Add images to this dataset' : 'Make a dataset of your own'}>
            <ActionIcon
              size="sm"
              variant="subtle"
              aria-label={add.isEnabled ? 'Add images to this dataset' : 'Make a dataset of your own'}
              onClick={add.isEnabled ? add.run : make.run}
            >
              <IconPhotoPlus size={14} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Read the files again">
            <ActionIcon
              size="sm"
              variant="subtle"
              aria-label="Read the files again"
              disabled={!chosen}
              onClick={describeChosenAgain}
            >
              <IconRefresh size={14} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Put the dataset away">
            <ActionIcon
              size="sm"
              variant="subtle"
              aria-label="Put the dataset away"
              disabled={!chosen}
              onClick={forgetDataset}
            >
              <IconX size={14} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      <Collapse expanded={isOpen}>
        <OptionsForm />
      </Collapse>
      <DescribingProgress />
    </Stack>
  )
}
