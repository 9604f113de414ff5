// The middle square of a camera's frame, at a chosen size, as an image file; not when.
import { NetloomError } from '../../../shared/graph/errors'

/** The largest square in the middle of a frame, in its pixels. */
export function squareOf({ width, height }: { readonly width: number; readonly height: number }) {
  const side = Math.min(width, height)
  return { x: Math.round((width - side) / 2), y: Math.round((height - side) / 2), side }
}

/**
 * Takes what a video shows now, as the camera sees it and not mirrored.
 * @param size width and height of the image
 * @returns a PNG; null before the first frame
 */
export async function takeSquare(video: HTMLVideoElement, size: number): Promise<Blob | null> {
  const { x, y, side } = squareOf({ width: video.videoWidth, height: video.videoHeight })
  if (side === 0) return null
  const canvas = document.createElement('canvas')
  canvas.width = size
  canvas.height = size
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true })
  if (!context) throw new NetloomError('internal', 'internal: there is no canvas to draw on')
  context.imageSmoothingQuality = 'high'
  context.drawImage(video, x, y, side, side, 0, 0, size, size)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob)
      else reject(new NetloomError('internal', 'internal: the frame of the camera could not be written'))
    }, 'image/png')
  })
}

/** Resolves with the next frame of a video, so that none is taken twice; at once where the browser does not tell. */
export function nextFrame(video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => resolve()
    signal.addEventListener('abort', end, { once: true })
    const done = (): void => {
      signal.removeEventListener('abort', end)
      resolve()
    }
    // Browsers of before 2024 lack it.
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(done)
    else requestAnimationFrame(done)
  })
}
