// What a network says of one image, a bar for each class; not asking it.
import { Button } from '@mantine/core'
import { useState } from 'react'
import { compareNaturally } from '../../../../shared/datasets/naturalOrder'
import { printShare } from '../../../../shared/graph/printNumbers'
import type { client } from '../../../kernel/core/client'
import styles from '../evaluate.module.css'

/** Classes by probability, the largest first. */
export type Prediction = Awaited<ReturnType<typeof client.models.predict>>

const shownClasses = 8
/** Up to this many classes that keep their places are all shown, so that none comes and goes. */
const steadyClasses = 12

/** The probabilities, the largest marked. @param isSteady classes keep their places, for what changes while it is read */
export function ProbabilityBars({
  prediction,
  isSteady = false,
}: {
  readonly prediction: Prediction
  readonly isSteady?: boolean
}) {
  const [isWhole, setWhole] = useState(false)
  const limit = isSteady && prediction.length <= steadyClasses ? steadyClasses : shownClasses
  const chosen = isWhole ? prediction : prediction.slice(0, limit)
  const first = prediction[0]?.name
  const shown = isSteady ? chosen.toSorted((a, b) => compareNaturally(a.name, b.name)) : chosen
  return (
    <>
      <ol className={styles.bars} aria-label={isSteady ? 'Probabilities' : 'Probabilities, largest first'}>
        {shown.map(({ name, probability }) => (
          <li key={name} data-first={name === first || undefined}>
            <span className={styles.barName} title={name}>
              {name}
            </span>
            <span className={styles.shareTrack}>
              <span className={styles.shareFill} style={{ width: `${100 * probability}%` }} />
            </span>
            <span className={styles.barShare}>{printShare(probability)}</span>
          </li>
        ))}
      </ol>
      {prediction.length > limit && (
        <Button size="compact-xs" variant="subtle" onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show fewer' : `Show all ${prediction.length}`}
        </Button>
      )}
    </>
  )
}
