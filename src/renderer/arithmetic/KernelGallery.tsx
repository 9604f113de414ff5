// All fixed kernels applied to one picture in colour, side by side; each leads to its steps.
import { Button, Text } from '@mantine/core'
import { useMemo } from 'react'
import { fixedKernels, toFilter, type FixedKernel } from '../../shared/explain/matrices'
import { convolve, placeStage, type FeatureMaps } from '../../shared/explain/slidingWindow'
import classes from './arithmetic.module.css'
import { MapCanvas } from './MapCanvas'
import { rangeOf, type ValueRange } from './mapPicture'
import { PictureChooser } from './PictureChooser'
import { printValue } from './stage'
import { choose, chooseKernel, useStageStore } from './stageStore'

const pixelRange: ValueRange = [0, 255]
const tileSize = 250

/** A kernel on each channel of a picture, without padding: the border of half a kernel is left out. */
export function filterPicture(picture: FeatureMaps, { matrix }: Pick<FixedKernel, 'matrix'>): FeatureMaps {
  const filter = toFilter(matrix)
  const placed = placeStage(picture, {
    kernel: [filter.height, filter.width],
    stride: [1, 1],
    dilation: [1, 1],
    pads: [0, 0, 0, 0],
  })
  const { rows, columns } = placed
  const values = new Float32Array(picture.channels * rows * columns)
  for (let channel = 0; channel < picture.channels; channel++) {
    const { values: plane } = convolve(picture, filter, placed, { firstChannel: channel })
    values.set(plane, channel * plane.length)
  }
  return { channels: picture.channels, height: rows, width: columns, values }
}

function Tile({ picture, kernel }: { readonly picture: FeatureMaps; readonly kernel: FixedKernel }) {
  const maps = useMemo(() => filterPicture(picture, kernel), [picture, kernel])
  // Differences are small: they are brightened up to the largest one.
  const isDifference = Math.abs(kernel.matrix.flat().reduce((sum, weight) => sum + weight, 0)) < 1e-9
  const range = useMemo<ValueRange>(
    () => (isDifference ? [0, rangeOf(maps.values)[1]] : pixelRange),
    [isDifference, maps],
  )
  return (
    <figure className={classes.tile}>
      <MapCanvas label={`${kernel.title} of the picture`} maps={maps} channel="rgb" range={range} size={tileSize} />
      <figcaption>
        <strong>{kernel.title}</strong>
        <span>
          {kernel.doc}
          {isDifference && ` Shown from 0 to ${printValue(range[1])}.`}
        </span>
        <Button
          variant="default"
          size="compact-xs"
          onClick={() => {
            chooseKernel(kernel.id)
            choose({
              tab: 'step',
              source: 'picture',
              operation: 'kernel',
              stride: [1, 1],
              dilation: [1, 1],
              pads: [0, 0, 0, 0],
            })
          }}
        >
          Step through {kernel.title}
        </Button>
      </figcaption>
    </figure>
  )
}

/** The gallery. */
export function KernelGallery() {
  const picture = useStageStore((state) => state.picture)
  return (
    <div className={classes.stage}>
      <aside className={classes.side} aria-label="Picture">
        <section className={classes.settings} aria-label="Input">
          <h3>Picture</h3>
          <PictureChooser picture={picture} onChoose={(chosen) => choose({ picture: chosen })} />
        </section>
        <p className={classes.note}>
          Each kernel slides over red, green and blue apart, without padding. Values outside 0 to 255 are cut off.
        </p>
      </aside>
      <div className={classes.tiles}>
        {picture ? (
          <>
            <figure className={classes.tile}>
              <MapCanvas label="The picture" maps={picture.maps} channel="rgb" range={pixelRange} size={tileSize} />
              <figcaption>
                <strong>Picture</strong>
                <span>
                  {picture.name}, {picture.maps.height}×{picture.maps.width}
                </span>
              </figcaption>
            </figure>
            {fixedKernels.map((kernel) => (
              <Tile key={kernel.id} picture={picture.maps} kernel={kernel} />
            ))}
          </>
        ) : (
          <Text c="dimmed">Choose a picture.</Text>
        )}
      </div>
    </div>
  )
}
