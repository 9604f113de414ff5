// One small picture with what is known of it; not where it stands (PictureGrid.tsx).
import { IconPhotoOff } from '@tabler/icons-react'
import type { SmallPicture } from './usePicturePages'
import styles from './data.module.css'

/** The source of a small picture. */
export function pictureUrl(png: string): string {
  return `data:image/png;base64,${png}`
}

export interface PictureImageProps {
  readonly picture: SmallPicture | undefined
  /** Side of the square it is shown in, in CSS pixels. */
  readonly side: number
}

/** The picture itself, a plain field while it is on its way, or a sign that it cannot be read. */
export function PictureImage({ picture, side }: PictureImageProps) {
  if (!picture) return <span className={styles.pending} style={{ width: side, height: side }} />
  if (picture.png === null) {
    return (
      <span className={styles.broken} style={{ width: side, height: side }}>
        <IconPhotoOff size={Math.min(28, side / 2)} stroke={1.5} aria-hidden />
        {side >= 80 && <span>Cannot be read</span>}
      </span>
    )
  }
  return (
    <img
      className={styles.image}
      style={{ width: side, height: side }}
      src={pictureUrl(picture.png)}
      alt=""
      draggable={false}
      onLoad={({ currentTarget }) => {
        // Small pictures are shown as the pixels they are, large ones smoothly.
        currentTarget.style.imageRendering = currentTarget.naturalWidth * 1.5 <= side ? 'pixelated' : 'auto'
      }}
    />
  )
}
