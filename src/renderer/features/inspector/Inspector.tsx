// The right panel: what is selected, with its parameters and what follows from them; its parts stand in their own files.
import { useMemo, type ReactNode } from 'react'
import { InsideInspector } from './inside/InsideInspector'
import { useInside } from '../../session/blocks/insideStore'
import { useInsideView } from '../../session/blocks/useInsideView'
import { useDocument, useSelection } from '../../session/document/documentStore'
import classes from './inspector.module.css'
import { LayerInspector, SeveralInspector } from './layer/LayerInspector'
import { NetworkInspector } from './network/NetworkInspector'

/**
 * The inspector of the present selection: one layer, several, or the network.
 * @param props.weights what stands below the totals of the network: its weights
 */
export function Inspector({ weights }: { readonly weights?: ReactNode }) {
  const { nodes } = useDocument()
  const selection = useSelection()
  const chosen = useMemo(() => nodes.filter(({ id }) => selection.has(id)), [nodes, selection])
  const [first] = chosen
  const inside = useInsideView()
  const innerId = useInside((state) => state.selected)
  if (inside && innerId !== null) {
    return (
      <div key={innerId} className={classes.inspector}>
        <InsideInspector view={inside} id={innerId} />
      </div>
    )
  }
  return (
    // Another selection begins at the top of the panel.
    <div key={chosen.map(({ id }) => id).join(' ')} className={classes.inspector}>
      {chosen.length === 0 && <NetworkInspector weights={weights} />}
      {chosen.length === 1 && first && <LayerInspector node={first} />}
      {chosen.length > 1 && <SeveralInspector nodes={chosen} />}
    </div>
  )
}
