// Broadcasting of shapes by the rule that ONNX shares with NumPy; not the gradients of it (autodiff).

/**
 * The common shape of several shapes: aligned at their last axes, extents are equal or 1.
 * @returns undefined where they do not fit
 * @see ONNX, "Broadcasting in ONNX", multidirectional
 */
export function broadcastShapes(shapes: readonly (readonly number[])[]): number[] | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length))
  const result: number[] = []
  for (let axis = 0; axis < rank; axis++) {
    let extent = 1
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length] ?? 1
      if (own === 1 || own === extent) continue
      if (extent !== 1) return undefined
      extent = own
    }
    result.push(extent)
  }
  return result
}
