// What a network says of what a camera sees, frame after frame: the next one is taken when the last one is answered, so that none waits.
import { printShare } from '../../../../shared/graph/printNumbers'
import { Button, Group, Stack, Text } from '@mantine/core'
import { IconPlayerStop } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import type { NetworkDocument } from '../../../../shared/graph/document'
import { CameraSelect, CameraView } from '../../../kernel/camera/CameraView'
import { FrameRate } from '../../../kernel/camera/frameRate'
import { nextFrame, takeSquare } from '../../../kernel/camera/squareFrame'
import { useCamera } from '../../../kernel/camera/useCamera'
import { client } from '../../../kernel/core/client'
import { FailureText } from '../../../kernel/failures/FailureText'
import { readBase64 } from '../../../kernel/files/readBase64'
import { Notice } from '../../../kernel/parts/Notice'
import { useWork, Work } from '../../../kernel/queries/work'
import { findModel, presentScaling, type ChosenModel } from '../model/evaluationStore'
import { isScalingUnknown, ScalingChoiceField } from '../model/ScalingChoiceField'
import { ProbabilityBars, type Prediction } from './ProbabilityBars'
import styles from '../evaluate.module.css'

interface Watched {
  readonly model: ChosenModel
  readonly video: HTMLVideoElement
}

interface Seen {
  readonly prediction: Prediction | null
  /** Frames per second; null before the second one. */
  readonly rate: number | null
}

/** Side of the square that is handed over: more than what most networks take. */
const frameSide = 256

/** What the core knows a model by; that of a network on the screen again whenever the network has changed. */
class FollowedModel {
  private known: { readonly id: string; readonly document: NetworkDocument | undefined } | undefined

  constructor(private readonly model: ChosenModel) {}

  async find(signal: AbortSignal): Promise<string> {
    const document = this.model.session?.state.document
    if (this.known?.document === document && this.known) return this.known.id
    const id = await findModel(this.model, signal)
    this.known = { id, document }
    return id
  }
}

/** Frames of a camera as a model sees them, until it is put away. */
const watching = new Work<Watched, Seen>('watching', async ({ model, video }, { signal, tell }) => {
  const followed = new FollowedModel(model)
  const rate = new FrameRate()
  let seen: Seen = { prediction: null, rate: null }
  while (!signal.aborted) {
    await nextFrame(video, signal)
    const frame = signal.aborted ? null : await takeSquare(video, frameSide)
    if (!frame) continue
    const [image, id] = await Promise.all([readBase64(frame), followed.find(signal)])
    const request = { model: id, image, otherwiseScaling: presentScaling() }
    const prediction = await client.models.predict(request, { signal })
    seen = { prediction, rate: rate.note(performance.now()) }
    tell(seen)
  }
  return seen
})

function printRate(rate: number): string {
  return `${rate < 10 ? rate.toFixed(1) : Math.round(rate)} frames/s`
}

function Verdict({ prediction, rate }: { readonly prediction: Prediction; readonly rate: number | null }) {
  const [first] = prediction
  return (
    <>
      <div>
        <p className={styles.verdict}>{first?.name}</p>
        <Group justify="space-between" wrap="nowrap">
          <Text size="xs" c="dimmed">
            {printShare(first?.probability ?? 0)} sure
          </Text>
          <Text size="xs" c="dimmed" data-rate={rate ?? undefined}>
            {rate !== null && printRate(rate)}
          </Text>
        </Group>
      </div>
      <ProbabilityBars prediction={prediction} isSteady />
    </>
  )
}

/** The camera, and below it what the model says; another model goes on with the same camera. */
export function LivePrediction({ model, onStop }: { readonly model: ChosenModel; readonly onStop: () => void }) {
  const camera = useCamera()
  const [video, setVideo] = useState<HTMLVideoElement | null>(null)
  const { told, error } = useWork(watching)
  const { stream } = camera
  const watch = useRef(() => {})
  useEffect(() => {
    watch.current = () => {
      if (stream && video) void watching.start({ model, video })
    }
    watch.current()
    return watching.putAway
  }, [stream, model, video])
  const prediction = told?.prediction
  return (
    <Stack gap="sm" component="section" aria-label="What the camera sees">
      <CameraView camera={camera} onVideo={setVideo} />
      <CameraSelect camera={camera} />
      <Button variant="default" leftSection={<IconPlayerStop size={14} aria-hidden />} onClick={onStop}>
        {camera.failure ? 'Close' : 'Stop the webcam'}
      </Button>
      {error !== null && (
        <Notice tone="error">
          <FailureText error={error} ways={[{ label: 'Try again', run: () => watch.current() }]}>
            {isScalingUnknown(error) && <ScalingChoiceField onChosen={() => watch.current()} />}
          </FailureText>
        </Notice>
      )}
      {prediction && <Verdict prediction={prediction} rate={told.rate} />}
    </Stack>
  )
}
