// A short piece of a curve in its look, for rows and lists that name it.
import { cornersOf, type CurveLook } from './curveLooks'

/** A line of 26 x 12 with its mark in the middle. */
export function CurveSample({ look }: { readonly look: CurveLook }) {
  const { color, dash, mark } = look
  const ink = `var(--nl-chart-${color})`
  const corners = cornersOf(mark, 3.2).map(([x, y]) => `${x + 13},${y + 6}`)
  return (
    <svg width={26} height={12} viewBox="0 0 26 12" aria-hidden>
      <line x1={0} x2={26} y1={6} y2={6} stroke={ink} strokeWidth={2} strokeDasharray={dash.join(' ')} />
      {corners.length === 0 ? (
        <circle cx={13} cy={6} r={3.4} fill={ink} />
      ) : (
        <polygon points={corners.join(' ')} fill={ink} />
      )}
    </svg>
  )
}
