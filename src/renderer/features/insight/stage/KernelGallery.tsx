// All fixed kernels applied to one image in colour, side by side; each leads to its steps.
import { Button, Text } from '@mantine/core'
import { useMemo } from 'react'
import { fixedKernels, toFilter, type FixedKernel } from '../../../../shared/network/explanation/matrices'
import { convolve, placeStage, type FeatureMaps } from '../../../../shared/network/explanation/slidingWindow'
import classes from '../insight.module.css'
import { MapCanvas } from './MapCanvas'
import { rangeOf, type ValueRange } from './mapImage'
import { ImageChooser } from '../../../session/dataset/ImageChooser'
import { printValue } from './stage'
import { choose, chooseKernel, useStageStore } from './stageStore'

const pixelRange: ValueRange = [0, 255]
const tileSize = 250

/** A kernel on each channel of an image, without padding: the border of half a kernel is left out. */
export function filterImage(image: FeatureMaps, { matrix }: Pick<FixedKernel, 'matrix'>): FeatureMaps {
  const filter = toFilter(matrix)
  const placed = placeStage(image, {
    kernel: [filter.height, filter.width],
    stride: [1, 1],
    dilation: [1, 1],
    pads: [0, 0, 0, 0],
  })
  const { rows, columns } = placed
  const values = new Float32Array(image.channels * rows * columns)
  for (let channel = 0; channel < image.channels; channel++) {
    const { values: plane } = convolve(image, filter, placed, { firstChannel: channel })
    values.set(plane, channel * plane.length)
  }
  return { channels: image.channels, height: rows, width: columns, values }
}

function Tile({ image, kernel }: { readonly image: FeatureMaps; readonly kernel: FixedKernel }) {
  const maps = useMemo(() => filterImage(image, kernel), [image, kernel])
  // Differences are small: they are brightened up to the largest one.
  const isDifference = Math.abs(kernel.matrix.flat().reduce((sum, weight) => sum + weight, 0)) < 1e-9
  const range = useMemo<ValueRange>(
    () => (isDifference ? [0, rangeOf(maps.values)[1]] : pixelRange),
    [isDifference, maps],
  )
  return (
    <figure className={classes.tile}>
      <MapCanvas label={`${kernel.title} of the image`} maps={maps} channel="rgb" range={range} size={tileSize} />
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
              source: 'image',
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
  const image = useStageStore((state) => state.image)
  return (
    <div className={classes.stage}>
      <aside className={classes.side} aria-label="Image">
        <section className={classes.settings} aria-label="Input">
          <h3>Image</h3>
          <ImageChooser image={image} onChoose={(chosen) => choose({ image: chosen })} />
        </section>
        <p className={classes.note}>
          Each kernel slides over red, green and blue apart, without padding. Values outside 0 to 255 are cut off.
        </p>
      </aside>
      <div className={classes.tiles}>
        {image ? (
          <>
            <figure className={classes.tile}>
              <MapCanvas label="The image" maps={image.maps} channel="rgb" range={pixelRange} size={tileSize} />
              <figcaption>
                <strong>Image</strong>
                <span>
                  {image.name}, {image.maps.height}×{image.maps.width}
                </span>
              </figcaption>
            </figure>
            {fixedKernels.map((kernel) => (
              <Tile key={kernel.id} image={image.maps} kernel={kernel} />
            ))}
          </>
        ) : (
          <Text c="dimmed">Choose an image.</Text>
        )}
      </div>
    </div>
  )
}
