// The images of a folder with what the model says of each: a table by class and confidence, CSV, copies sorted by class.
import { Button, Group, Modal, Progress, RangeSlider, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState } from 'react'
import { countOf, printCount, printShare } from '../../../../shared/graph/printNumbers'
import { client } from '../../../kernel/core/client'
import { fileNameOf } from '../../../kernel/dialogs/filePaths'
import { choosePath } from '../../../kernel/dialogs/questions'
import { FailureText } from '../../../kernel/failures/FailureText'
import { saveTextFile } from '../../../kernel/files/saveTextFile'
import { ImageView } from '../../../kernel/images/ImageTile'
import { Notice } from '../../../kernel/parts/Notice'
import { queries } from '../../../kernel/queries/queryClient'
import { useWork, Work } from '../../../kernel/queries/work'
import { findModel, presentScaling, type ChosenModel } from '../model/evaluationStore'
import { isScalingUnknown, ScalingChoiceField } from '../model/ScalingChoiceField'
import { countClasses, everyRow, filterRows, printRowsCsv, type PredictedRow, type RowFilter } from './predictedRows'
import styles from '../evaluate.module.css'

interface Asked {
  readonly model: ChosenModel
  readonly folder: string
}

interface Told {
  readonly total: number
  readonly rows: readonly PredictedRow[]
}

/** Predicting the images of a folder. */
export const predictingFolder = new Work<Asked, Told>('folder', async ({ model, folder }, { signal, tell }) => {
  const request = { model: await findModel(model, signal), folder, otherwiseScaling: presentScaling() }
  let told: Told = { total: 0, rows: [] }
  for await (const { total, rows } of await client.models.predictFolder(request, { signal })) {
    told = { total, rows: [...told.rows, ...rows] }
    tell(told)
  }
  return told
})

interface CopyAsked {
  readonly folder: string
  readonly into: string
  readonly rows: { file: string; class: string }[]
}

const copying = new Work<CopyAsked, { readonly done: number; readonly total: number }>(
  'copies by class',
  async (asked, { signal, tell }) => {
    let told = { done: 0, total: asked.rows.length }
    for await (const event of await client.models.copyPredicted(asked, { signal })) {
      told = event
      tell(told)
    }
    return told
  },
)

/** Lets a person choose a folder and predicts its images. */
export async function predictFolder(model: ChosenModel): Promise<void> {
  const folder = await choosePath('openFolder')
  if (folder === null) return
  copying.putAway()
  void predictingFolder.start({ model, folder })
}

const rowHeight = 44
const side = 36

function Row({ row, folder }: { readonly row: PredictedRow; readonly folder: string }) {
  const { data } = useQuery(
    queries.models.folderImages.queryOptions({ input: { folder, files: [row.file], size: 2 * side }, gcTime: 30_000 }),
  )
  const png = data?.[0]
  return (
    <>
      <ImageView side={side} image={png === undefined ? undefined : { index: 0, name: row.file, label: 0, png }} />
      <span className={styles.predictedFile} title={row.file}>
        {row.file}
      </span>
      <span className={styles.predictedClass}>{row.class ?? row.error}</span>
      <span className={styles.predictedShare}>{row.class === null ? '' : printShare(row.confidence)}</span>
    </>
  )
}

function Rows({ rows, folder }: { readonly rows: readonly PredictedRow[]; readonly folder: string }) {
  const scroller = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoised by React's compiler
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  })
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls it
    <div ref={scroller} className={styles.predicted} tabIndex={0}>
      <ul aria-label="Predictions" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          if (!row) return null
          return (
            <li
              key={row.file}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              style={{ height: rowHeight, transform: `translateY(${start}px)` }}
            >
              <Row row={row} folder={folder} />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function Filters({
  rows,
  filter,
  onFilter,
}: {
  readonly rows: readonly PredictedRow[]
  readonly filter: RowFilter
  readonly onFilter: (filter: RowFilter) => void
}) {
  const classes = useMemo(() => countClasses(rows), [rows])
  return (
    <Group gap="md" align="center">
      <Select
        size="xs"
        w={220}
        aria-label="Predicted class"
        placeholder="All classes"
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Show all classes' }}
        value={filter.class}
        onChange={(name) => onFilter({ ...filter, class: name })}
        data={classes.map(([name, count]) => ({ value: name, label: `${name} (${printCount(count)})` }))}
      />
      <Text size="xs">Confidence</Text>
      <RangeSlider
        size="sm"
        w={200}
        min={0}
        max={100}
        minRange={1}
        label={(value) => `${value}%`}
        thumbFromLabel="Least confidence in percent"
        thumbToLabel="Most confidence in percent"
        value={[Math.round(100 * filter.least), Math.round(100 * filter.most)]}
        onChange={([least, most]) => onFilter({ ...filter, least: least / 100, most: most / 100 })}
      />
    </Group>
  )
}

function Copying() {
  const { told, isRunning, error, asked } = useWork(copying)
  if (error !== null)
    return (
      <Notice tone="error" title="Not all images were copied">
        <FailureText error={error} />
      </Notice>
    )
  if (!asked) return null
  const { done, total } = told ?? { done: 0, total: asked.rows.length }
  if (!isRunning)
    return (
      <Text size="xs" component="output">
        {countOf(done, 'image')} copied into {asked.into}, a folder for each class. Nothing was moved or written over.
      </Text>
    )
  return (
    <Group gap="sm">
      <Progress style={{ flex: 1 }} size="sm" value={total > 0 ? (100 * done) / total : 0} aria-label="Images copied" />
      <Button size="compact-xs" variant="default" onClick={() => copying.cancel()}>
        Cancel
      </Button>
    </Group>
  )
}

function Found({ told, folder }: { readonly told: Told; readonly folder: string }) {
  const [filter, setFilter] = useState(everyRow)
  const shown = useMemo(() => filterRows(told.rows, filter), [told.rows, filter])
  const isCopying = useWork(copying, (state) => state.isRunning)
  const copy = async (): Promise<void> => {
    const into = await choosePath('openFolder')
    if (into === null) return
    const rows = shown.flatMap((row) => (row.class === null ? [] : [{ file: row.file, class: row.class }]))
    void copying.start({ folder, into, rows })
  }
  return (
    <>
      <Filters rows={told.rows} filter={filter} onFilter={setFilter} />
      <Rows rows={shown} folder={folder} />
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {printCount(shown.length)} of {countOf(told.rows.length, 'image')}
        </Text>
        <Group gap="xs">
          <Button
            variant="default"
            onClick={() => saveTextFile(`${fileNameOf(folder)} predictions.csv`, printRowsCsv(shown), 'text/csv')}
          >
            Save as CSV
          </Button>
          <Button disabled={isCopying || shown.every((row) => row.class === null)} onClick={() => void copy()}>
            Copy into folders by class...
          </Button>
        </Group>
      </Group>
      <Copying />
    </>
  )
}

/** The dialog; nothing while no folder was chosen. */
export function FolderDialog() {
  const { asked, told, isRunning, error } = useWork(predictingFolder)
  if (!asked) return null
  const { folder, model } = asked
  const close = (): void => {
    predictingFolder.putAway()
    copying.putAway()
  }
  return (
    <Modal opened onClose={close} size="xl" centered title={`${model.name} on ${fileNameOf(folder)}`}>
      <Stack gap="sm">
        {error !== null && (
          <Notice tone="error" title="The folder was not predicted to its end">
            <FailureText error={error}>
              {isScalingUnknown(error) && (
                <ScalingChoiceField onChosen={() => void predictingFolder.start({ model, folder })} />
              )}
            </FailureText>
          </Notice>
        )}
        {isRunning && (
          <Group gap="sm">
            <Progress
              style={{ flex: 1 }}
              size="sm"
              value={told && told.total > 0 ? (100 * told.rows.length) / told.total : 0}
              aria-label="Images predicted"
            />
            <Button size="compact-xs" variant="default" onClick={() => predictingFolder.cancel()}>
              Cancel
            </Button>
          </Group>
        )}
        {told && told.rows.length > 0 && <Found told={told} folder={folder} />}
      </Stack>
    </Modal>
  )
}
