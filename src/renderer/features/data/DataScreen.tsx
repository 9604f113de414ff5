// The data screen: choosing a dataset, what is known of it, and its images.
import { Button, Group, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconFileTypeCsv, IconFolderOpen, IconPhoto, IconPhotoPlus } from '@tabler/icons-react'
import { useEffect, useState, type DragEvent } from 'react'
import { useCommand, useRegisterCommands, type Command } from '../../kernel/commands/commands'
import { useDocument } from '../../session/document/documentStore'
import { ClassCountFix } from './describe/ClassCountFix'
import { builtinDatasets, DatasetChooser, DescribingProgress, ReferenceField } from './choose/DatasetChooser'
import {
  chooseDataset,
  datasetStore,
  describeChosenAgain,
  describeNoted,
  useDatasetStore,
} from '../../session/dataset/datasetStore'
import { FittingNetworks } from './describe/FittingNetworks'
import { CorrectionHistory } from './describe/CorrectionHistory'
import { DescriptionPanel } from './describe/DescriptionPanel'
import { ImageBrowser } from './images/ImageBrowser'
import { ProblemsPanel } from './quality/ProblemsPanel'
import { browseCsv, browseDataset, openDropped } from './choose/browseDataset'
import styles from './data.module.css'

function useDatasetInUse(): void {
  const noted = useDocument().dataset
  useEffect(describeNoted, [noted])
}

function Empty() {
  const make = useCommand('data.make')
  return (
    <div className={styles.empty}>
      <Stack gap={16} className={styles.emptyInner}>
        <IconPhoto size={40} stroke={1.25} aria-hidden className={styles.emptyIcon} />
        <div>
          <h2 className={styles.emptyTitle}>Choose the images to learn from</h2>
          <Text size="sm" c="dimmed">
            A folder with one folder per class is enough. Splits are made for you, and nothing leaves this machine.
          </Text>
        </div>
        <Group justify="center">
          <Button size="sm" leftSection={<IconFolderOpen size={16} aria-hidden />} onClick={browseDataset}>
            Choose a folder
          </Button>
          <Button
            size="sm"
            variant="default"
            leftSection={<IconFileTypeCsv size={16} aria-hidden />}
            onClick={browseCsv}
          >
            Choose a CSV list
          </Button>
          <Button size="sm" variant="default" leftSection={<IconPhotoPlus size={16} aria-hidden />} onClick={make.run}>
            Make a dataset
          </Button>
        </Group>
        <div className={styles.emptyField}>
          <ReferenceField />
        </div>
        <div>
          <Text size="xs" c="dimmed" mb={8}>
            or try one that is built in
          </Text>
          <div className={styles.builtins} data-tour="datasetChosen">
            {builtinDatasets.map(({ reference, title, text }) => (
              <button
                key={reference}
                type="button"
                className={styles.builtin}
                onClick={() => void chooseDataset({ reference, options: {} })}
              >
                <b>{title}</b>
                <span>{text}</span>
              </button>
            ))}
          </div>
        </div>
        <DescribingProgress />
      </Stack>
    </div>
  )
}

function Workbench() {
  const chosen = useDatasetStore((state) => state.chosen)
  const description = useDatasetStore((state) => state.description)
  const isQuick = useDatasetStore((state) => state.isQuick)
  const isDescribing = useDatasetStore((state) => state.isDescribing)
  const [view, setView] = useState<'images' | 'problems'>('images')
  // By its name, since classes may be merged; it holds for its dataset alone.
  const [filter, setFilter] = useState<{ readonly of: string; readonly name: string } | null>(null)
  const found = filter?.of === chosen?.reference ? (description?.classes.indexOf(filter?.name ?? '') ?? -1) : -1
  const classFilter = found < 0 ? null : found
  const setClassFilter = (label: number | null): void => {
    const name = label === null ? undefined : description?.classes[label]
    setFilter(chosen && name !== undefined ? { of: chosen.reference, name } : null)
  }
  return (
    <div className={styles.workbench}>
      <aside className={styles.side} aria-label="Dataset">
        <div className={styles.chooser}>
          <DatasetChooser />
          {chosen && description && <ClassCountFix chosen={chosen} classes={description.classes} />}
        </div>
        {chosen && !description && !isDescribing && <CorrectionHistory chosen={chosen} />}
        {chosen && description && <FittingNetworks chosen={chosen} description={description} />}
        {chosen && description && (
          <DescriptionPanel
            chosen={chosen}
            description={description}
            isQuick={isQuick && !isDescribing}
            classFilter={classFilter}
            onClassFilter={setClassFilter}
          />
        )}
      </aside>
      {chosen && description ? (
        <div className={styles.main}>
          <SegmentedControl
            className={styles.views}
            size="xs"
            aria-label="What is shown"
            value={view}
            onChange={(value) => setView(value === 'problems' ? 'problems' : 'images')}
            data={[
              { value: 'images', label: 'Images' },
              { value: 'problems', label: 'Problems' },
            ]}
          />
          {view === 'images' ? (
            <ImageBrowser
              chosen={chosen}
              description={description}
              classFilter={classFilter}
              onClassFilter={setClassFilter}
            />
          ) : (
            <ProblemsPanel chosen={chosen} description={description} />
          )}
        </div>
      ) : (
        <div className={styles.waiting}>
          <Text size="sm" c="dimmed">
            {isDescribing ? 'The images appear here in a moment.' : 'Choose another dataset on the left.'}
          </Text>
        </div>
      )}
    </div>
  )
}

/** What the screen adds to the commands. */
export const dataCommands: readonly Command[] = [
  { id: 'data.chooseFolder', title: 'Choose a folder of images...', group: 'Data', run: browseDataset },
  { id: 'data.chooseCsv', title: 'Choose a CSV list of images...', group: 'Data', run: browseCsv },
  ...builtinDatasets.map(({ reference, title }) => ({
    id: `data.use.${reference}`,
    title: `Use the built-in ${title.toLowerCase()}`,
    group: 'Data',
    run: () => chooseDataset({ reference, options: {} }),
  })),
  {
    id: 'data.reload',
    title: 'Read the files of the dataset again',
    group: 'Data',
    isEnabled: () => datasetStore.getState().chosen !== null,
    run: describeChosenAgain,
  },
]

/** The whole screen; a folder can be dropped anywhere on it. */
export function DataScreen() {
  useRegisterCommands(dataCommands)
  useDatasetInUse()
  const hasDataset = useDatasetStore((state) => state.chosen !== null)
  const [isOver, setOver] = useState(false)
  const accepts = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files')
  return (
    <div
      className={styles.screen}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        if (!accepts(event)) return
        event.preventDefault()
        event.stopPropagation()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        if (!accepts(event)) return
        event.preventDefault()
        event.stopPropagation()
        setOver(false)
        openDropped(event.dataTransfer.files)
      }}
    >
      {hasDataset ? <Workbench /> : <Empty />}
    </div>
  )
}
