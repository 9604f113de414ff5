// Taking images from a video some times a second until it is told to stop; not the camera, nor keeping the images.
import { takeSquare } from '../../kernel/camera/squareFrame'
import { beginBatch, collectStore, countPending } from './collectStore'

/** Images that wait for the disk; more are not taken until there is room. */
const mostWaiting = 12

export interface Recorder {
  readonly stop: () => void
}

/** Begins to record: the first image at once. */
export function recorderOf(options: {
  readonly className: string
  readonly video: HTMLVideoElement
  /** Width and height of the images. */
  readonly size: number
  /** Images per second. */
  readonly rate: number
  readonly onTaken: (count: number) => void
  /** An image could not be kept. */
  readonly onEnd: () => void
}): Recorder {
  const { className, video, size, rate, onTaken, onEnd } = options
  const batch = beginBatch(className)
  let [taken, isOver, isTaking] = [0, false, false]
  const take = async (): Promise<void> => {
    if (isTaking || countPending() >= mostWaiting) return
    isTaking = true
    try {
      const file = await takeSquare(video, size)
      if (!file) return
      batch.add([{ file, name: 'webcam' }])
      taken++
      if (!isOver) onTaken(taken)
    } catch (error) {
      collectStore.setState({ failure: error })
    } finally {
      isTaking = false
    }
  }
  const timer = setInterval(() => {
    if (collectStore.getState().failure === null) void take()
    else onEnd()
  }, 1000 / rate)
  void take()
  return {
    stop: () => {
      isOver = true
      clearInterval(timer)
    },
  }
}
