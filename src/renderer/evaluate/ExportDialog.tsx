// Exporting a model as ONNX, and the receipt of the check that the file gives the same outputs.
import { Button, Checkbox, Code, Group, Modal, Stack, Table, Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useState } from 'react'
import { choosePath } from '../app/dialogs'
import { Notice } from '../data/Notice'
import { printBytes } from '../data/printNumbers'
import { client, messageOf } from '../state/client'
import type { ChosenModel } from './evaluationStore'
import styles from './evaluate.module.css'

type Exported = Awaited<ReturnType<typeof client.models.exportOnnx>>

function printDifference(value: number): string {
  return value === 0 ? '0' : value.toExponential(1)
}

function Receipt({ exported }: { readonly exported: Exported }) {
  const rows = [
    ['File', <Code key="path">{exported.path}</Code>],
    ['Size', printBytes(exported.sizeBytes)],
    ['Largest difference', printDifference(exported.maxAbs)],
    ['Largest relative difference', printDifference(exported.maxRel)],
  ] as const
  return (
    <div className={styles.receipt}>
      <p>
        <IconCircleCheck size={18} aria-hidden />
        Exported, and checked in ONNX Runtime against the engine
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
  const [scalingInside, setScalingInside] = useState(false)
  const [isRunning, setRunning] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const [exported, setExported] = useState<Exported | null>(null)

  async function run(): Promise<void> {
    setError(null)
    try {
      const path = await choosePath('saveOnnx', `${model.name.replace(/\.netloom\.json$/, '')}.onnx`)
      if (path === null) return
      setRunning(true)
      setExported(await client.models.exportOnnx({ model: model.path, path, scalingInside }))
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
      title={`Export "${model.name}" as ONNX`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        {exported ? (
          <Receipt exported={exported} />
        ) : (
          <>
            <Checkbox
              label="Put the scaling of pixels inside the model"
              description="The file then takes pixels from 0 to 255. Otherwise it takes scaled inputs and names the numbers in its metadata."
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
