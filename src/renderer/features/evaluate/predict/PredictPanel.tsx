// Trying one image: chosen, dropped or pasted; what the network says of it, as bars; or what a camera sees (LivePrediction.tsx).
import { printShare } from '../../../../shared/graph/printNumbers'
import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import { IconFolder, IconPhotoUp, IconVideo } from '@tabler/icons-react'
import { useCallback, useEffect, useRef, useState, type DragEvent } from 'react'
import { client } from '../../../kernel/core/client'
import { FailureText } from '../../../kernel/failures/FailureText'
import { Notice } from '../../../kernel/parts/Notice'
import { isScalingUnknown, ScalingChoiceField } from '../model/ScalingChoiceField'
import { useWork, Work } from '../../../kernel/queries/work'
import { uiStore, useUiStore } from '../../../kernel/ui/uiStore'
import { findModel, presentScaling, useEvaluation, type ChosenModel } from '../model/evaluationStore'
import { FolderDialog, predictFolder } from './FolderDialog'
import { withImageSource } from '../../../kernel/images/withImageSource'
import { LivePrediction } from './LivePrediction'
import { ProbabilityBars, type Prediction } from './ProbabilityBars'
import styles from '../evaluate.module.css'

interface Trial {
  readonly file: File
  /** An object URL of the image. */
  readonly url: string
  readonly model: ChosenModel
}

interface TrialTold {
  /** The part of a large file that has been handed over, in [0, 1]; null for a small one. */
  readonly sent: number | null
  readonly prediction: Prediction | null
}

/** What the network says of the image that was tried last. */
const trying = new Work<Trial, TrialTold>('trial', async ({ file, model }, { signal, tell }) => {
  const found = await findModel(model, signal)
  const prediction = await withImageSource(
    file,
    file.name,
    (image) => client.models.predict({ model: found, image, otherwiseScaling: presentScaling() }, { signal }),
    { signal, onProgress: (sent) => tell({ sent, prediction: null }) },
  )
  return { sent: null, prediction }
})

/** How another image is tried; another model sees the same one. */
function useTrial(model: ChosenModel | null): (file: File) => void {
  const asked = useWork(trying, (state) => state.asked)
  const url = asked?.url
  useEffect(() => (url === undefined ? undefined : () => URL.revokeObjectURL(url)), [url])
  useEffect(() => trying.putAway, [])
  const take = useCallback(
    (file: File): void => {
      if (model) void trying.start({ file, url: URL.createObjectURL(file), model })
    },
    [model],
  )
  const file = asked?.file
  const isForModel = asked?.model.path === model?.path
  useEffect(() => {
    if (file && !isForModel) take(file)
  }, [file, isForModel, take])
  return take
}

function Answer({ trial: { file, url }, onAgain }: { readonly trial: Trial; readonly onAgain: (file: File) => void }) {
  const { told, error } = useWork(trying)
  const { prediction = null, sent = null } = told ?? {}
  const [first] = prediction ?? []
  return (
    <Stack gap="sm">
      <div className={styles.tried}>
        <img src={url} alt={`Tried: ${file.name}`} />
        <div>
          {first && <p className={styles.verdict}>{first.name}</p>}
          {first && (
            <Text size="xs" c="dimmed">
              {printShare(first.probability)} sure
            </Text>
          )}
          <Text size="xs" c="dimmed" className={styles.fileName}>
            {file.name}
          </Text>
        </div>
      </div>
      <output>
        {error !== null && (
          <Notice tone="error">
            <FailureText error={error}>
              {isScalingUnknown(error) && <ScalingChoiceField onChosen={() => onAgain(file)} />}
            </FailureText>
          </Notice>
        )}
        {sent !== null && !prediction && error === null && (
          <Progress value={100 * sent} size="xs" aria-label={`Handing over ${file.name}`} />
        )}
        {prediction && <ProbabilityBars key={url} prediction={prediction} />}
      </output>
    </Stack>
  )
}

function imageOf(data: DataTransfer | null): File | undefined {
  return Array.from(data?.files ?? []).find((file) => file.type.startsWith('image/'))
}

/** The panel; an image can also be pasted anywhere on the screen. */
export function PredictPanel() {
  const model = useEvaluation((state) => state.model)
  const [isLive, setLive] = useState(false)
  const tryImage = useTrial(model)
  const take = useCallback(
    (file: File): void => {
      setLive(false)
      tryImage(file)
    },
    [tryImage],
  )
  const trial = useWork(trying, (state) => state.asked)
  const dropped = useUiStore((state) => state.droppedImage)
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  const latest = useRef(take)
  useEffect(() => {
    latest.current = take
  })
  useEffect(() => {
    if (!dropped || !model) return
    uiStore.getState().dropImage(null)
    latest.current(dropped)
  }, [dropped, model])
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const file = imageOf(event.clipboardData)
      if (!file) return
      event.preventDefault()
      latest.current(file)
    }
    window.addEventListener('paste', paste)
    return () => window.removeEventListener('paste', paste)
  }, [])
  const drop = (event: DragEvent): void => {
    const file = imageOf(event.dataTransfer)
    setOver(false)
    if (!file) return
    event.preventDefault()
    event.stopPropagation()
    take(file)
  }
  return (
    <section className={styles.panel} aria-label="Try an image" data-tour="predicted">
      <h2 className={styles.heading}>Try an image</h2>
      <button
        type="button"
        className={styles.dropField}
        data-over={isOver || undefined}
        disabled={!model}
        onClick={() => input.current?.click()}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Group gap={8} justify="center" wrap="nowrap">
          <IconPhotoUp size={18} stroke={1.5} aria-hidden />
          <span>{model ? 'Choose, drop or paste an image' : 'Choose a model first'}</span>
        </Group>
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        aria-label="Image to try"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? []
          event.currentTarget.value = ''
          if (file) take(file)
        }}
      />
      {isLive && model ? (
        <LivePrediction model={model} onStop={() => setLive(false)} />
      ) : (
        <Button
          variant="default"
          leftSection={<IconVideo size={14} aria-hidden />}
          disabled={!model}
          onClick={() => {
            trying.putAway()
            setLive(true)
          }}
        >
          Try the webcam
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconFolder size={14} aria-hidden />}
        disabled={!model}
        onClick={() => model && void predictFolder(model)}
      >
        Predict a folder
      </Button>
      <FolderDialog />
      {!isLive && trial && model && <Answer trial={trial} onAgain={take} />}
    </section>
  )
}
