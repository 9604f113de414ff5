// Arrays as files of NumPy (.npy, version 1.0); not where they are written.

/** @see NumPy, "numpy.lib.format": magic, version, length of the header, a dictionary padded to 64 bytes, the values */
export function encodeNpy(values: Float32Array, dims: readonly number[]): readonly [Uint8Array, Uint8Array] {
  const shape = dims.length === 1 ? `${dims[0]},` : dims.join(', ')
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`
  const prefix = 10
  const padded = `${text.padEnd(Math.ceil((prefix + text.length + 1) / 64) * 64 - prefix - 1)}\n`
  const header = new Uint8Array(prefix + padded.length)
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8])
  header.set(new TextEncoder().encode(padded), prefix)
  return [header, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]
}
