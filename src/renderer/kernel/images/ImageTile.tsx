// One small image with what is known of it; not where it stands (ImageGrid.tsx).
import { IconPhotoOff } from '@tabler/icons-react'
import styles from './imageTile.module.css'

/** One small image. */
export interface SmallImage {
  /** In its split. */
  readonly index: number
  readonly name: string
  readonly label: number
  /** Base64; null where the file could not be read. */
  readonly png: string | null
}

/** The source of a small image. */
export function imageUrl(png: string): string {
  return `data:image/png;base64,${png}`
}

export interface ImageViewProps {
  readonly image: SmallImage | undefined
  /** Side of the square it is shown in, in CSS pixels. */
  readonly side: number
}

/** The image itself, a plain field while it is on its way, or a sign that it cannot be read. */
export function ImageView({ image, side }: ImageViewProps) {
  if (!image) return <span className={styles.pending} style={{ width: side, height: side }} />
  if (image.png === null) {
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
      src={imageUrl(image.png)}
      alt=""
      draggable={false}
      onLoad={({ currentTarget }) => {
        // Small images are shown as the pixels they are, large ones smoothly.
        currentTarget.style.imageRendering = currentTarget.naturalWidth * 1.5 <= side ? 'pixelated' : 'auto'
      }}
    />
  )
}
