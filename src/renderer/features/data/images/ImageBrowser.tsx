// The images of a dataset with their filters and what the network sees of them; not the grid itself.
import { printCount } from '../../../../shared/graph/printNumbers'
import { Button, Group, SegmentedControl, Select, Slider, Switch, Text, Tooltip } from '@mantine/core'
import { IconPhoto } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import {
  resizePolicies,
  splitNames,
  type ImageFormat,
  type ResizePolicy,
  type SplitName,
} from '../../../../shared/datasets/dataset'
import { augmentationDescriptions, type AugmentationPreset } from '../../../../shared/datasets/augmentation'
import { augmentationPresets } from '../../../../shared/training/recipe'
import { client } from '../../../kernel/core/client'
import { showFailure } from '../../../kernel/failures/showFailure'
import { setRecipeField, useRecipe } from '../../../session/recipe/useRecipe'
import { adviseAugmentation } from '../describe/augmentationAdvice'
import { setResize, useDatasetStore } from '../../../session/dataset/datasetStore'
import type { DatasetChosen, Description } from '../../../session/dataset/descriptions'
import { Notice } from '../../../kernel/parts/Notice'
import { ImageDialog } from './ImageDialog'
import { ImageGrid } from './ImageGrid'
import { noImages, rangesOf, type ImageSelection } from './imageSelection'
import { SelectionBar } from './SelectionBar'
import { correctImages, type ImageChange } from '../../../session/dataset/correctionSteps'
import { splitTitles } from '../../../kernel/print/splitTexts'
import { useImageFormat } from '../describe/useImageFormat'
import type { ImageQuery } from './useImagePages'
import type { SmallImage } from '../../../kernel/images/ImageTile'
import styles from '../data.module.css'

const resizeTitles: Readonly<Record<ResizePolicy, string>> = {
  stretch: 'Stretch to fit',
  crop: 'Crop the middle',
  letterbox: 'Add bars',
}
const augmentationTitles: Readonly<Record<AugmentationPreset, string>> = {
  none: 'No augmentation',
  flip: 'Flip',
  'crop-flip': 'Crop and flip',
  digits: 'Digits',
  colour: 'Colour',
  cutout: 'Cutout',
}

export interface ImageBrowserProps {
  readonly chosen: DatasetChosen
  readonly description: Description
  /** The class that the images are filtered by; null: all. */
  readonly classFilter: number | null
  readonly onClassFilter: (label: number | null) => void
}

/** Splits that have images, in their order. */
function splitsOf({ splits }: Description): readonly SplitName[] {
  return splitNames.filter((name) => (splits[name]?.count ?? 0) > 0)
}

/** The side in which small images are asked for: a few steps, so that a moved slider does not fetch anew each time. */
function sizeFor(tile: number): number {
  return Math.min(512, Math.ceil((tile * Math.min(2, window.devicePixelRatio || 1)) / 64) * 64)
}

function Filters({
  description,
  split,
  onSplit,
  classFilter,
  onClassFilter,
  tile,
  onTile,
}: Pick<ImageBrowserProps, 'description' | 'classFilter' | 'onClassFilter'> & {
  readonly split: SplitName
  readonly tile: number
  readonly onSplit: (split: SplitName) => void
  readonly onTile: (tile: number) => void
}) {
  const { classes, splits } = description
  return (
    <Group gap="sm" wrap="wrap">
      <SegmentedControl
        size="xs"
        aria-label="Split"
        value={split}
        onChange={(value) => onSplit(splitNames.find((name) => name === value) ?? split)}
        data={splitsOf(description).map((name) => ({
          value: name,
          label: `${splitTitles[name]} ${printCount(splits[name]?.count ?? 0)}`,
        }))}
      />
      <Select
        size="xs"
        w={190}
        aria-label="Class"
        placeholder="All classes"
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Show all classes' }}
        nothingFoundMessage="No such class"
        value={classFilter === null ? null : String(classFilter)}
        onChange={(value) => onClassFilter(value === null ? null : Number(value))}
        data={classes.map((name, index) => ({ value: String(index), label: name }))}
      />
      <div className={styles.sizes}>
        <IconPhoto size={13} stroke={1.5} aria-hidden />
        <Slider
          className={styles.sizeSlider}
          size="xs"
          aria-label="Size of the images"
          thumbLabel="Size of the images"
          label={null}
          min={48}
          max={192}
          step={16}
          value={tile}
          onChange={onTile}
        />
        <IconPhoto size={19} stroke={1.5} aria-hidden />
      </div>
    </Group>
  )
}

function NetworkView({
  format,
  isShown,
  onShown,
  augmentation,
  onAugmentation,
}: {
  readonly format: ImageFormat | undefined
  readonly isShown: boolean
  readonly augmentation: AugmentationPreset
  readonly onShown: (isShown: boolean) => void
  readonly onAugmentation: (preset: AugmentationPreset) => void
}) {
  const inTraining = useRecipe().recipe.augmentation
  return (
    <Group gap="sm" wrap="wrap">
      <Tooltip
        disabled={format !== undefined}
        label="The network has no input layer for images yet. Add one on the Design screen."
      >
        <Switch
          size="xs"
          label="Preview what the network sees"
          checked={isShown && format !== undefined}
          disabled={format === undefined}
          onChange={(event) => onShown(event.currentTarget.checked)}
        />
      </Tooltip>
      {isShown && format && (
        <>
          <Text size="xs" c="dimmed" className={styles.mono}>
            {format.channels}×{format.height}×{format.width}
          </Text>
          <Select
            size="xs"
            w={150}
            aria-label="How images are brought to size"
            allowDeselect={false}
            value={format.resize}
            onChange={(value) => setResize(resizePolicies.find((policy) => policy === value) ?? 'stretch')}
            data={resizePolicies.map((value) => ({ value, label: resizeTitles[value] }))}
          />
          <Select
            size="xs"
            w={170}
            aria-label="Augmentation"
            allowDeselect={false}
            value={augmentation}
            onChange={(value) => onAugmentation(augmentationPresets.find((preset) => preset === value) ?? 'none')}
            data={augmentationPresets.map((value) => ({ value, label: augmentationTitles[value] }))}
          />
          {augmentation !== inTraining && (
            <Button variant="default" onClick={() => setRecipeField('augmentation', augmentation)}>
              Train with this
            </Button>
          )}
        </>
      )}
    </Group>
  )
}

interface Selected {
  /** Which list of images it is of. */
  readonly list: string
  readonly selection: ImageSelection
  /** How long that list is. */
  readonly total: number
}

/** The right side of the data screen. */
export function ImageBrowser({ chosen, description, classFilter, onClassFilter }: ImageBrowserProps) {
  const resize = useDatasetStore((state) => state.resize)
  const format = useImageFormat(resize)
  const there = splitsOf(description)
  const [wantedSplit, setSplit] = useState<SplitName>('train')
  const split = there.includes(wantedSplit) ? wantedSplit : (there[0] ?? 'train')
  const [isNetworkView, setNetworkView] = useState(false)
  const [augmentation, setAugmentation] = useState<AugmentationPreset>('none')
  const [tile, setTile] = useState(96)
  const [opened, setOpened] = useState<{ readonly image: SmallImage; readonly place: number } | null>(null)
  const shown = isNetworkView ? format : undefined
  const size = sizeFor(tile)
  const { reference, options } = chosen
  const query = useMemo<ImageQuery>(
    () => ({
      reference,
      options,
      split,
      size,
      ...(classFilter !== null && { class: classFilter }),
      ...(shown && { format: shown, augmentation }),
    }),
    [reference, options, split, size, classFilter, shown, augmentation],
  )
  const list = `${reference} ${JSON.stringify(options)} ${split} ${classFilter}`
  const [selected, setSelected] = useState<Selected>({ list, selection: noImages, total: 0 })
  // A selection is of the list that it was made in.
  const selection = selected.list === list ? selected.selection : noImages

  async function change(to: ImageChange): Promise<void> {
    const ranges = rangesOf(selection.chosen)
    const place = { ...(classFilter !== null && { class: classFilter }), ranges, total: selected.total }
    try {
      await correctImages(chosen, { by: 'place', split, ...place }, to)
      setSelected({ list, selection: noImages, total: 0 })
    } catch (error) {
      showFailure('The dataset was not corrected', error)
    }
  }

  const warning = shown && adviseAugmentation(augmentation, description.classes, Math.min(shown.height, shown.width))

  async function move(step: -1 | 1): Promise<void> {
    const place = (opened?.place ?? 0) + step
    if (place < 0) return
    try {
      const { images } = await client.datasets.images({ ...query, from: place, count: 1 })
      const [image] = images
      // An image that was closed meanwhile stays closed.
      if (image) setOpened((present) => present && { image, place })
    } catch (error) {
      showFailure('The image could not be read', error)
    }
  }

  return (
    <section className={styles.browser} aria-label="Images">
      <div className={styles.toolbar}>
        <Filters {...{ description, split, classFilter, onClassFilter, tile }} onSplit={setSplit} onTile={setTile} />
        <NetworkView
          format={format}
          isShown={isNetworkView}
          onShown={setNetworkView}
          augmentation={augmentation}
          onAugmentation={setAugmentation}
        />
        {shown && augmentation !== 'none' && (
          <Text size="xs" c="dimmed">
            {augmentationDescriptions[augmentation]} Only training images are changed, each time anew.
          </Text>
        )}
        {warning && <Notice tone="warning">{warning}</Notice>}
      </div>
      <SelectionBar
        count={selection.chosen.size}
        classes={description.classes}
        split={split}
        onChange={(to) => void change(to)}
        onClear={() => setSelected({ list, selection: noImages, total: 0 })}
      />
      <ImageGrid
        // Once damaged files are known they leave the list, so it is asked for anew.
        key={`${JSON.stringify(query)} ${description.unreadable.length}`}
        query={query}
        classes={description.classes}
        tile={tile}
        selection={selection}
        onSelect={(next, total) => setSelected({ list, selection: next, total })}
        onOpen={(image, place) => setOpened({ image, place })}
      />
      {opened && (
        <ImageDialog
          query={query}
          image={opened.image}
          classes={description.classes}
          format={format}
          onMove={(step) => void move(step)}
          onClose={() => setOpened(null)}
        />
      )}
    </section>
  )
}
