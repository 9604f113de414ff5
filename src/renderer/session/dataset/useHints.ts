// The hints on the network on the screen, also against the sizes of its images; what is found is shared/network's.
import { useDeferredValue, useMemo } from 'react'
import { findHints, type NetworkHint } from '../../../shared/network/findHints'
import { useDocument } from '../document/documentStore'
import { useDatasetStore } from './datasetStore'

/** Hints on the present document, a moment late while it changes. */
export function useHints(): readonly NetworkHint[] {
  const document = useDeferredValue(useDocument())
  const sizes = useDatasetStore((state) => state.description?.sizes)
  return useMemo(() => findHints(document, { sizes }), [document, sizes])
}
