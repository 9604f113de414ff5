// What a block shows beside its name: the layers inside as small coloured cells, and how many of it stand in a row.
import { memo } from 'react'

function DrawnStrip({ cells }: { readonly cells: string }) {
  return (
    <div className="nl-node-strip" aria-hidden>
      {cells.split(' ').map((category, index) => (
        <span key={index} className="nl-node-cell" data-category={category} />
      ))}
    </div>
  )
}

/** The layers inside a block, in the order of the data. @param cells categories with spaces between them */
export const BlockStrip = memo(DrawnStrip)

/** `×3` on a block that stands for three. */
export function RepeatBadge({ count }: { readonly count: number }) {
  return (
    <span className="nl-node-repeat" title={`${count} of this block, one after the other`}>
      ×{count}
    </span>
  )
}
