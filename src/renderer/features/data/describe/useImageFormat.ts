// The form in which the network of the present document takes its images.
import { useMemo } from 'react'
import type { ImageFormat, ResizePolicy } from '../../../../shared/datasets/dataset'
import { useInference } from '../../../session/document/documentStore'

/** Undefined where the network has no single input of 1 or 3 channels. */
export function useImageFormat(resize: ResizePolicy): ImageFormat | undefined {
  const inference = useInference()
  const shape = inference.inputId === undefined ? undefined : inference.nodes.get(inference.inputId)?.outputs[0]
  const [channels, height, width] = shape ?? []
  return useMemo(
    () =>
      (channels === 1 || channels === 3) && height !== undefined && width !== undefined
        ? { channels, height, width, resize }
        : undefined,
    [channels, height, width, resize],
  )
}
