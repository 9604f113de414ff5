// What a training starts from: the document's weights or random ones; not where the choice is used (trainingStore.ts).
import { printCount } from '../../../../shared/graph/printNumbers'
import { Skeleton, Switch, Text } from '@mantine/core'
import { describeAnew, useLayerWeights } from '../../../session/document/layerWeights'
import styles from './startingWeights.module.css'

/** The switch with what follows from it; nothing for a document without weights. */
export function StartingWeights(props: { readonly isRandom: boolean; readonly onChange: (isRandom: boolean) => void }) {
  const { isRandom, onChange } = props
  const weights = useLayerWeights()
  if (weights === null) return null
  if (weights === 'loading') return <Skeleton height={40} />
  const isBroken = 'problem' in weights
  const kept = isBroken ? 0 : weights.layers - weights.anew.length
  const anew = isBroken ? '' : describeAnew(weights.anew)
  const text = isBroken
    ? weights.problem
    : isRandom
      ? `All ${printCount(weights.layers)} layers start anew.`
      : `${printCount(kept)} of ${printCount(weights.layers)} layers${anew === '' ? '' : `; ${anew}`}.`
  return (
    <div className={styles.starting}>
      <Switch
        size="xs"
        label="Start from the document's weights"
        checked={!isRandom}
        onChange={(event) => onChange(!event.currentTarget.checked)}
      />
      <Text size="xs" c={isBroken ? 'red' : 'dimmed'} className={styles.startingText}>
        {text}
      </Text>
    </div>
  )
}
