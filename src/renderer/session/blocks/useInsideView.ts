// The inside that is shown at present, as a hook; how it is built stands in insideView.ts.
import { useEffect, useMemo } from 'react'
import { useDocument, useInference } from '../document/documentStore'
import { goOutTo, useInside } from './insideStore'
import { followPath, viewInside, type InsideView } from './insideView'

/** The inside of the innermost open block; undefined outside. A block that is gone or broken is left. */
export function useInsideView(): InsideView | undefined {
  const document = useDocument()
  const inference = useInference()
  const path = useInside((state) => state.path)
  const blocks = useMemo(() => followPath(inference, path), [inference, path])
  useEffect(() => {
    if (blocks.length < path.length) goOutTo(blocks.length)
  }, [blocks, path])
  const last = blocks.at(-1)
  return useMemo(() => (last ? viewInside(document, last) : undefined), [document, last])
}
