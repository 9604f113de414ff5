// Multidirectional broadcasting of extents; not the operators that use it (elementwise.ts).

/**
 * The common extents of tensors that broadcast against each other, aligned at the last axis; an extent of 1 stretches.
 * @returns undefined where two extents differ and neither is 1
 * @see ONNX 1.16, docs/Broadcasting.md
 */
export function broadcastDims(shapes: readonly (readonly number[])[]): readonly number[] | undefined {
  const rank = Math.max(0, ...shapes.map((dims) => dims.length))
  const result = Array.from({ length: rank }, () => 1)
  for (const dims of shapes) {
    const offset = rank - dims.length
    for (let axis = 0; axis < dims.length; axis++) {
      const extent = dims[axis] ?? 1
      const present = result[offset + axis] ?? 1
      if (extent === 1 || extent === present) continue
      if (present !== 1) return undefined
      result[offset + axis] = extent
    }
  }
  return result
}
