// Exporting a model as ONNX or for TensorFlow.js, and the receipt of the check that it gives the same outputs.
import { Button, Checkbox, Code, Group, Modal, SegmentedControl, Stack, Table, Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { choosePath } from '../app/dialogs'
import { Notice } from '../data/Notice'
import { printBytes } from '../data/printNumbers'
import { client, messageOf } from '../state/client'
import { findModel, type ChosenModel } from './evaluationStore'
import styles from './evaluate.module.css'

type Format = 'onnx' | 'tfjs'

type Exported = Awaited<ReturnType<typeof client.models.exportOnnx>> & {
  readonly format: Format
  /** Pictures it was compared on; undefined where that is not said. */
  readonly images?: number
}

const formats: Readonly<Record<Format, { readonly label: string; readonly text: string }>> = {
  onnx: { label: 'ONNX', text: 'One file for ONNX Runtime, PyTorch tools and most other programs.' },
  tfjs: {
    label: 'TensorFlow.js',
    text: 'A folder for web pages, which tf.loadLayersModel reads. Its model takes pictures as height, width, channels.',
  },
}

async function write(format: Format, model: ChosenModel, scalingInside: boolean, path: string): Promise<Exported> {
  const request = { model: await findModel(model), path, scalingInside }
  return format === 'onnx'
    ? { format, ...(await client.models.exportOnnx(request)) }
    : { format, ...(await client.models.exportTfjs(request)) }
}

function printDifference(value: number): string {
  return value === 0 ? '0' : value.toExponential(1)
}

function Receipt({ exported }: { readonly exported: Exported }) {
  const isChecked = exported.images !== 0
  const program = exported.format === 'onnx' ? 'ONNX Runtime' : 'TensorFlow.js'
  const rows: readonly (readonly [title: string, value: ReactNode])[] = [
    [exported.format === 'onnx' ? 'File' : 'Folder', <Code key="path">{exported.path}</Code>],
    ['Size', printBytes(exported.sizeBytes)],
    ...(isChecked
      ? [
          ['Largest difference', printDifference(exported.maxAbs)] as const,
          ['Largest relative difference', printDifference(exported.maxRel)] as const,
        ]
      : []),
  ]
  return (
    <div className={styles.receipt}>
      <p>
        <IconCircleCheck size={18} aria-hidden />
        {isChecked
          ? `Exported, and checked in ${program} against the engine`
          : 'Exported; too large a network to be run in plain JavaScript as a check'}
      </p>
      <Table withRowBorders={false} mt={4}>
        <Table.Tbody>
          {rows.map(([title, value]) => (
            <Table.Tr key={title}>
              <Table.Th fw={400}>{title}</Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

/** Asks for a place, writes the file, and shows its receipt. */
export function ExportDialog({ model, onClose }: { readonly model: ChosenModel; readonly onClose: () => void }) {
  const [format, setFormat] = useState<Format>('onnx')
  const [scalingInside, setScalingInside] = useState(false)
  const [isRunning, setRunning] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const [exported, setExported] = useState<Exported | null>(null)

  async function run(): Promise<void> {
    setError(null)
    try {
      const name = `${model.name.replace(/\.netloom\.json$/, '')}.${format}`
      const path = await choosePath(format === 'onnx' ? 'saveOnnx' : 'saveTfjs', name)
      if (path === null) return
      setRunning(true)
      setExported(await write(format, model, scalingInside, path))
    } catch (failure) {
      setError(messageOf(failure))
    } finally {
      setRunning(false)
    }
  }

  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={`Export "${model.name}"`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        {exported ? (
          <Receipt exported={exported} />
        ) : (
          <>
            <Stack gap={6}>
              <SegmentedControl
                aria-label="Format"
                data={Object.entries(formats).map(([value, { label }]) => ({ value, label }))}
                value={format}
                onChange={(value) => setFormat(value === 'tfjs' ? 'tfjs' : 'onnx')}
              />
              <Text size="sm" c="dimmed">
                {formats[format].text}
              </Text>
            </Stack>
            <Checkbox
              label="Put the scaling of pixels inside the model"
              description="The model then takes pixels from 0 to 255. Otherwise it takes scaled inputs and names the numbers in its metadata."
              checked={scalingInside}
              onChange={(event) => setScalingInside(event.currentTarget.checked)}
            />
            {error !== null && <Notice tone="error">{error}</Notice>}
          </>
        )}
        <Group justify="flex-end" gap="sm">
          {isRunning && (
            <Text size="xs" c="dimmed">
              Writing and checking
            </Text>
          )}
          <Button variant="default" onClick={onClose}>
            {exported ? 'Done' : 'Cancel'}
          </Button>
          {!exported && (
            <Button loading={isRunning} onClick={() => void run()}>
              Choose where to save
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}
