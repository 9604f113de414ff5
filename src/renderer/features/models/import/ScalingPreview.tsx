// What a scaling makes of an image, and what the network says of it: a wrong guess is seen at once; not the choice of the scaling.
import { printShare } from '../../../../shared/graph/printNumbers'
import { Skeleton, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { ImageChooser } from '../../../session/dataset/ImageChooser'
import type { ImageSource } from '../../../../shared/contract/call'
import type { StageImage } from '../../../kernel/images/imageValues'
import type { InputScaling } from '../../../../shared/graph/document'
import { client, messageOf } from '../../../kernel/core/client'
import { withImageSource } from '../../../kernel/images/withImageSource'
import { measureInputs } from '../../../session/dataset/scalingChoices'
import styles from '../models.module.css'

type Answer = Awaited<ReturnType<typeof client.imports.preview>>

/** Typing numbers asks once, not with every key. */
const settleMs = 200

/** The answer for the latest image and scaling; null while it is awaited, a text where there is none. */
function useAnswer(id: string | null, scaling: InputScaling | undefined, image: StageImage | null) {
  const asked = useMemo(() => (id !== null && scaling && image ? { id, scaling, image } : null), [id, scaling, image])
  const [settled] = useDebouncedValue(asked, settleMs)
  const { data, error } = useQuery({
    queryKey: ['imports.preview', settled?.id, settled?.scaling, settled?.image.base64] as const,
    gcTime: 0,
    queryFn: settled
      ? ({ signal }) => {
          const { file, name } = settled.image
          const given = { mean: [...settled.scaling.mean], deviation: [...settled.scaling.deviation] }
          const ask = (source: ImageSource) =>
            client.imports.preview({ id: settled.id, scaling: given, image: source }, { signal })
          return withImageSource(file, name, ask, { signal })
        }
      : skipToken,
  })
  if (asked !== settled || settled === null) return null
  return error ? messageOf(error) : (data ?? null)
}

function Range({ image, scaling }: { readonly image: StageImage; readonly scaling: InputScaling }) {
  const { values, channels } = image.maps
  const { least, most, mean, deviation } = measureInputs(values, channels, scaling)
  return (
    <Text size="xs" c="dimmed" className={styles.number}>
      Inputs {least.toFixed(2)} to {most.toFixed(2)}, mean {mean.toFixed(2)}, deviation {deviation.toFixed(2)}
    </Text>
  )
}

function Bars({ answer, names }: { readonly answer: Answer; readonly names: readonly string[] | undefined }) {
  return (
    <ol className={styles.bars} aria-label="What the network says of the image">
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
  const [image, setImage] = useState<StageImage | null>(null)
  const answer = useAnswer(id, scaling, image)
  return (
    <section className={styles.preview} aria-label="Check with an image">
      <h3 className={styles.heading}>Check with an image</h3>
      <div className={styles.previewPair}>
        <div>{image && <img src={`data:;base64,${image.base64}`} alt={image.name} className={styles.image} />}</div>
        <div className={styles.answer}>
          {image && scaling && <Range image={image} scaling={scaling} />}
          {typeof answer === 'string' && (
            <Text size="xs" c="red">
              {answer}
            </Text>
          )}
          {answer === null && <Skeleton height={72} aria-label="Asking the network" />}
          {answer !== null && typeof answer !== 'string' && <Bars answer={answer} names={names} />}
        </div>
      </div>
      <ImageChooser image={image} onChoose={setImage} />
    </section>
  )
}
