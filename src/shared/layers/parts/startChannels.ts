// What blocks begin with whose filters follow the channels that come in; not the parameters of layers.
import type { Shape } from '../../graph/shape'
import type { StartPlace } from '../define'

/** Channels of a feature map; 0 for a vector and where nothing is known. */
export function channelsAt(shape: Shape | undefined): number {
  return shape?.length === 3 ? (shape[0] ?? 0) : 0
}

/** As many filters as channels come in, so that a block fits as it is; 32 behind an image. */
export function startWithChannels({ shape }: StartPlace): { filters: number } {
  const channels = channelsAt(shape)
  return { filters: channels < 8 ? 32 : channels }
}
