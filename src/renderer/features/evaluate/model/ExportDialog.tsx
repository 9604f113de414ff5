// Exporting a model as ONNX, for TensorFlow.js or as PyTorch code, and the receipt of the check that it gives the same outputs.
import type { ChosenPath } from '../../../../shared/contract/fileCalls'
import { countOf, printBytes } from '../../../../shared/graph/printNumbers'
import { Button, Checkbox, Code, Group, Modal, SegmentedControl, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { ask, chooseTarget, type BrowseMode } from '../../../kernel/dialogs/questions'
import { FailureText } from '../../../kernel/failures/FailureText'
import { Notice } from '../../../kernel/parts/Notice'
import { findImage } from '../../../session/dataset/findImage'
import { ReceiptView } from '../../../kernel/parts/ReceiptView'
import type { Comparison, Verdict } from '../../../kernel/parts/receipts'
import { loadAppInfo } from '../../../kernel/core/appInfo'
import { client, plainErrorOf } from '../../../kernel/core/client'
import { exportPlace } from './exportPlace'
import { findModel, useEvaluation, type ChosenModel } from './evaluationStore'

const formatNames = ['onnx', 'tfjs', 'pytorch'] as const
type Format = (typeof formatNames)[number]

type Exported = Awaited<ReturnType<typeof client.models.exportTfjs>> & {
  readonly format: Format
  /** The file against the engine. */
  readonly comparisons: readonly Comparison[]
}

interface FormatWords {
  readonly label: string
  readonly text: string
  readonly mode: BrowseMode
  /** What runs the file as a check. */
  readonly program: string
  /** Why it was not. */
  readonly unchecked: string
}

const formats: Readonly<Record<Format, FormatWords>> = {
  onnx: {
    label: 'ONNX',
    text: 'One file for ONNX Runtime, PyTorch tools and most other programs.',
    mode: 'saveOnnx',
    program: 'ONNX Runtime',
    unchecked: 'Exported, but compared on no image',
  },
  tfjs: {
    label: 'TensorFlow.js',
    text: 'A folder for web pages, which tf.loadLayersModel reads. Its model takes images as height, width, channels.',
    mode: 'saveTfjs',
    program: 'TensorFlow.js',
    unchecked: 'Exported; too large a network to be run in plain JavaScript as a check',
  },
  pytorch: {
    label: 'PyTorch',
    text: 'A folder with readable code that needs nothing but torch, the weights, and an example that names the classes of an image.',
    mode: 'savePytorch',
    program: 'PyTorch',
    unchecked: 'Exported, but not run as a check: no Python with PyTorch was found here',
  },
}

/** What the dialog says. */
interface Chosen {
  readonly format: Format
  readonly model: ChosenModel
  readonly scalingInside: boolean
  /** Left out: logits stay as they are. */
  readonly temperature?: number
}

async function write(
  { format, model, scalingInside, temperature }: Chosen,
  path: string,
  force: boolean,
): Promise<Exported> {
  const request = { model: await findModel(model), path, scalingInside, force }
  if (format === 'onnx') {
    const exported = await client.models.exportOnnx({ ...request, temperature, image: await findImage() })
    const comparisons = exported.comparisons.map((each) => ({ ...each, output: 'output' }))
    return { format, images: comparisons.length, ...exported, comparisons }
  }
  const exported = await (format === 'tfjs' ? client.models.exportTfjs(request) : client.models.exportPytorch(request))
  const { images, maxAbs, maxRel } = exported
  const comparisons = images === 0 ? [] : [{ output: 'output', inputs: 'random', count: images, maxAbs, maxRel }]
  return { format, ...exported, comparisons }
}

/** Writes; what lies there and no export wrote goes only after a yes. @returns null where that was not given */
async function writeOrAsk(chosen: Chosen, { path, mayReplace }: ChosenPath): Promise<Exported | null> {
  try {
    return await write(chosen, path, mayReplace)
  } catch (error) {
    const plain = plainErrorOf(error)
    if (plain?.code !== 'file.exists') throw error
    const choices = [{ value: 'replace', label: 'Replace it', tone: 'danger' }] as const
    const answer = await ask({ title: 'Replace what is there?', message: plain.message, choices })
    return answer === 'replace' ? write(chosen, path, true) : null
  }
}

/** Asks where to write, beginning in the folder of the project. */
async function choosePlace({ format, model }: Chosen): Promise<ChosenPath | null> {
  const { home } = await loadAppInfo()
  return chooseTarget(formats[format].mode, exportPlace(model, format, model.session?.state.path, home))
}

function titlesOf(format: Format): Readonly<Record<Verdict, string>> {
  const { program, unchecked } = formats[format]
  return {
    equal: `Exported, and checked in ${program} against the engine: equal but for rounding`,
    close: `Exported; in ${program} it is close to the engine, but more than rounding apart`,
    different: `Exported, but in ${program} it gives something else than the engine`,
    unknown: unchecked,
  }
}

function Receipt({ exported }: { readonly exported: Exported }) {
  const { format, path, sizeBytes, comparisons } = exported
  return (
    <>
      <ReceiptView titles={titlesOf(format)} comparisons={comparisons} />
      <Text size="xs">
        {format === 'onnx' ? 'File' : 'Folder'} <Code>{path}</Code>, {printBytes(sizeBytes)}
      </Text>
    </>
  )
}

/** Asks for a place, writes the file, and shows its receipt. */
export function ExportDialog({ model, onClose }: { readonly model: ChosenModel; readonly onClose: () => void }) {
  const [format, setFormat] = useState<Format>('onnx')
  const [scalingInside, setScalingInside] = useState(false)
  const [isTempered, setTempered] = useState(false)
  const fitted = useEvaluation((state) => state.fitted)
  const canTemper = format === 'onnx' && fitted
  const temperature = canTemper && isTempered ? fitted.temperature : undefined
  const chosen: Chosen = { format, model, scalingInside, temperature }
  const writing = useMutation({ mutationFn: (place: ChosenPath) => writeOrAsk(chosen, place) })
  const choosing = useMutation({
    mutationFn: () => choosePlace(chosen),
    onSuccess: (place) => place !== null && writing.mutate(place),
  })
  const { data: exported, isPending: isRunning } = writing
  const error = writing.error ?? choosing.error

  return (
    <Modal opened onClose={onClose} size="lg" title={`Export "${model.name}"`}>
      <Stack gap="md">
        {exported ? (
          <Receipt exported={exported} />
        ) : (
          <>
            <Stack gap={6}>
              <SegmentedControl
                aria-label="Format"
                data={formatNames.map((value) => ({ value, label: formats[value].label }))}
                value={format}
                onChange={(value) => setFormat(formatNames.find((name) => name === value) ?? 'onnx')}
              />
              <Text size="sm" c="dimmed">
                {formats[format].text}
              </Text>
            </Stack>
            <Checkbox
              label="Put the scaling of pixels inside the model"
              description={`The model then takes pixels from 0 to 255. Otherwise it takes scaled inputs and names the numbers in its ${format === 'pytorch' ? 'code' : 'metadata'}.`}
              checked={scalingInside}
              onChange={(event) => setScalingInside(event.currentTarget.checked)}
            />
            {canTemper && (
              <Checkbox
                label={`Divide logits by the temperature ${fitted.temperature}`}
                description={`Fitted on ${countOf(fitted.images, 'validation image')}: the model is then about as sure as it is right. Its answers stay the same.`}
                checked={isTempered}
                onChange={(event) => setTempered(event.currentTarget.checked)}
              />
            )}
            {error !== null && (
              <Notice tone="error">
                <FailureText error={error} />
              </Notice>
            )}
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
            <Button
              loading={isRunning}
              onClick={() => {
                writing.reset()
                choosing.mutate()
              }}
            >
              Choose where to save
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}
