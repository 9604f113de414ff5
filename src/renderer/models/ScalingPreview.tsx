// What a scaling makes of a picture, and what the network says of it: a wrong guess is seen at once; not the choice of the scaling.
import { Skeleton, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { PictureChooser } from '../arithmetic/PictureChooser'
import type { StagePicture } from '../arithmetic/pictureValues'
import { printShare } from '../data/printNumbers'
import type { InputScaling } from '../../shared/graph/document'
import { client, messageOf } from '../state/client'
import { measureInputs } from './scalingChoices'
import styles from './models.module.css'

type Answer = Awaited<ReturnType<typeof client.imports.preview>>

/** The answer for the latest picture and scaling; null while it is awaited. */
function useAnswer(id: string | null, scaling: InputScaling | undefined, picture: StagePicture | null) {
  const [answer, setAnswer] = useState<{ readonly key: string; readonly found: Answer | string } | null>(null)
  const base64 = picture?.base64
  const key = id === null || !scaling || base64 === undefined ? null : JSON.stringify([id, scaling, base64.slice(-64)])
  useEffect(() => {
    if (key === null || id === null || !scaling || base64 === undefined) return undefined
    const controller = new AbortController()
    const take = (found: Answer | string): void => {
      if (!controller.signal.aborted) setAnswer({ key, found })
    }
    // Typing numbers asks once, not with every key.
    const timer = setTimeout(() => {
      client.imports
        .preview(
          { id, scaling: { mean: [...scaling.mean], deviation: [...scaling.deviation] }, picture: base64 },
          { signal: controller.signal },
        )
        .then(take, (error: unknown) => take(messageOf(error)))
    }, 200)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
    // The key stands for scaling and picture.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [key])
  return answer?.key === key ? answer.found : null
}

function Range({ picture, scaling }: { readonly picture: StagePicture; readonly scaling: InputScaling }) {
  const { values, channels } = picture.maps
  const { least, most, mean, deviation } = measureInputs(values, channels, scaling)
  return (
    <Text size="xs" c="dimmed" className={styles.number}>
      Inputs {least.toFixed(2)} to {most.toFixed(2)}, mean {mean.toFixed(2)}, deviation {deviation.toFixed(2)}
    </Text>
  )
}

function Bars({ answer, names }: { readonly answer: Answer; readonly names: readonly string[] | undefined }) {
  return (
    <ol className={styles.bars} aria-label="What the network says of the picture">
      {answer.map(({ index, probability }) => (
        <li key={index}>
          <span className={styles.barName} title={names?.[index]}>
            {names?.[index] ?? `class ${index}`}
          </span>
          <span className={styles.track}>
            <span className={styles.fill} style={{ width: `${100 * probability}%` }} />
          </span>
          <span className={styles.number}>{printShare(probability)}</span>
        </li>
      ))}
    </ol>
  )
}

/** The preview; `id` is null while the network is not ready. */
export function ScalingPreview(props: {
  readonly id: string | null
  readonly scaling: InputScaling | undefined
  readonly names: readonly string[] | undefined
}) {
  const { id, scaling, names } = props
  const [picture, setPicture] = useState<StagePicture | null>(null)
  const answer = useAnswer(id, scaling, picture)
  return (
    <section className={styles.preview} aria-label="Check with a picture">
      <h3 className={styles.heading}>Check with a picture</h3>
      <div className={styles.previewPair}>
        <div>
          {picture && <img src={`data:;base64,${picture.base64}`} alt={picture.name} className={styles.picture} />}
        </div>
        <div className={styles.answer}>
          {picture && scaling && <Range picture={picture} scaling={scaling} />}
          {typeof answer === 'string' && (
            <Text size="xs" c="red">
              {answer}
            </Text>
          )}
          {answer === null && <Skeleton height={72} aria-label="Asking the network" />}
          {answer !== null && typeof answer !== 'string' && <Bars answer={answer} names={names} />}
        </div>
      </div>
      <PictureChooser picture={picture} onChoose={setPicture} />
    </section>
  )
}
