// Shapes of one image's tensors as the document sees them, and how they are printed; not the arithmetic on them (shapes/).

/**
 * Extents of one image's tensor, without the batch axis: `[C, H, W]` for feature maps, `[F]` for vectors.
 * Every extent is a whole number of at least 1.
 */
export type Shape = readonly number[]

/** Prints a shape with its batch axis, as error messages and tables show it: `[N, 64, 2, 2]`. */
export function printShape(shape: Shape): string {
  return `[${['N', ...shape].join(', ')}]`
}

/** Number of elements of one image's tensor. */
export function countElements(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1)
}
