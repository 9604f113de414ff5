// What the thickness of wires stands for, while it is shown.
import { useCanvas } from '../../../session/view/canvasStore'
import { widthOfEdge } from '../nodes/edgeViews'

const samples = [
  [10, '10'],
  [1_000, '1 k'],
  [100_000, '100 k'],
  [10_000_000, '10 M'],
] as const

/** The legend of the wires' thickness: values per image. */
export function EdgeLegend() {
  const isShown = useCanvas((state) => state.sizesEdges)
  if (!isShown) return null
  return (
    <figure className="nl-legend" aria-label="Thickness of the wires">
      <figcaption>Values per image</figcaption>
      {samples.map(([values, text]) => (
        <span key={values} className="nl-legend-sample">
          <span className="nl-legend-line" style={{ height: widthOfEdge(values) }} />
          {text}
        </span>
      ))}
    </figure>
  )
}
