// What a camera shows, mirrored and square as its images will be, with the choice among several; not taking images.
import { Button, Select } from '@mantine/core'
import { IconVideoOff } from '@tabler/icons-react'
import { useCallback } from 'react'
import type { Camera } from './useCamera'
import { useDelayed } from '../ui/useDelayed'
import styles from './cameraView.module.css'

/** The image, or why there is none with the way on. @param onVideo is given what shows it; the same function each time */
export function CameraView({
  camera: { stream, failure, tryAgain },
  onVideo,
}: {
  readonly camera: Camera
  readonly onVideo: (video: HTMLVideoElement | null) => void
}) {
  const show = useCallback(
    (video: HTMLVideoElement | null): void => {
      if (video) {
        video.srcObject = stream
        // A stream that ends while it begins to play is no failure.
        if (stream) video.play().catch(() => {})
      }
      onVideo(video)
    },
    [stream, onVideo],
  )
  const isSlow = useDelayed(stream === null && failure === null, 300)
  if (failure)
    return (
      <div className={styles.failure} role="alert">
        <IconVideoOff size={24} stroke={1.5} aria-hidden />
        <b>{failure.title}</b>
        <span>{failure.text}</span>
        <Button size="compact-xs" variant="default" onClick={tryAgain}>
          Try again
        </Button>
      </div>
    )
  return (
    <div className={styles.frame}>
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- a camera without sound */}
      <video
        ref={show}
        className={styles.video}
        muted
        playsInline
        autoPlay
        aria-label="What the camera shows, mirrored"
      />
      {isSlow && <span className={styles.waiting}>Waiting for the camera</span>}
    </div>
  )
}

/** The choice among cameras, where there are several. */
export function CameraSelect({ camera: { cameras, chosen, choose } }: { readonly camera: Camera }) {
  if (cameras.length < 2) return null
  return (
    <Select
      label="Camera"
      size="xs"
      allowDeselect={false}
      data={cameras.map((each) => ({ ...each }))}
      value={chosen}
      onChange={(camera) => camera !== null && choose(camera)}
    />
  )
}
