// The weights of the present document in the inspector: how many layers have theirs, and a list of those that start anew.
import { printCount } from '../../../../shared/graph/printNumbers'
import { Button, Skeleton, UnstyledButton } from '@mantine/core'
import { PanelSection } from '../../../kernel/parts/PanelSection'
import { Notice } from '../../../kernel/parts/Notice'
import { focusNode } from '../../../session/view/focusNode'
import { FactList } from '../../../kernel/parts/FactList'
import { showDiff } from '../diff/diffStore'
import { useLayerWeights } from '../../../session/document/layerWeights'
import styles from '../models.module.css'

const mostListed = 30

/** The section; nothing for a document without weights. */
export function WeightsSection() {
  const weights = useLayerWeights()
  if (weights === null) return null
  return (
    <PanelSection label="Weights">
      {weights === 'loading' && <Skeleton height={20} />}
      {weights !== 'loading' && 'problem' in weights && (
        <Notice tone="error" title="The weights cannot be read">
          {weights.problem}
        </Notice>
      )}
      {weights !== 'loading' && 'layers' in weights && (
        <div className={styles.found}>
          <FactList
            facts={[
              {
                name: 'Weights',
                value: `${printCount(weights.layers - weights.anew.length)} of ${printCount(weights.layers)} layers`,
                tooltip: 'Layers whose weights come from the weights file',
              },
            ]}
          />
          {weights.anew.length > 0 && (
            <Notice tone="warning" title="These layers start anew">
              <ul className={styles.anew}>
                {weights.anew.slice(0, mostListed).map((path) => (
                  <li key={path}>
                    <UnstyledButton className={styles.anewLayer} onClick={() => focusNode(path)}>
                      {path}
                    </UnstyledButton>
                  </li>
                ))}
              </ul>
              {weights.anew.length > mostListed && `and ${printCount(weights.anew.length - mostListed)} more`}
            </Notice>
          )}
          <Button size="compact-xs" variant="default" onClick={() => showDiff(true)}>
            What changed
          </Button>
        </div>
      )}
    </PanelSection>
  )
}
