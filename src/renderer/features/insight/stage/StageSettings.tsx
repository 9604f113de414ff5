// The left side of the stage: what comes in, what happens below the window, and how the window moves.
import { NumberInput, SegmentedControl, Select, Textarea } from '@mantine/core'
import { fixedKernels, lectureExamples } from '../../../../shared/network/explanation/matrices'
import classes from '../insight.module.css'
import { ImageChooser } from '../../../session/dataset/ImageChooser'
import { planes } from '../../../kernel/images/imageValues'
import { choose, chooseExample, chooseKernel, chooseSource, useStageStore, type OperationName } from './stageStore'
import { TrainedSettings } from './TrainedSettings'
import { WindowSettings } from './WindowSettings'

const operations: readonly { readonly value: OperationName; readonly label: string }[] = [
  { value: 'kernel', label: 'Convolution with a kernel' },
  { value: 'max', label: 'Max pooling' },
  { value: 'average', label: 'Average pooling' },
  { value: 'trained', label: 'A layer of a trained network' },
]

const planeTitles = { grey: 'Grey', red: 'Red', green: 'Green', blue: 'Blue' } as const

function ImageSettings() {
  const image = useStageStore((state) => state.image)
  const plane = useStageStore((state) => state.plane)
  const isTrained = useStageStore((state) => state.operation === 'trained')
  return (
    <>
      <ImageChooser image={image} onChoose={(chosen) => choose({ image: chosen })} />
      {!isTrained && (
        <SegmentedControl
          fullWidth
          aria-label="Channel of the image"
          data={planes.map((value) => ({ value, label: planeTitles[value] }))}
          value={plane}
          onChange={(value) => choose({ plane: planes.find((each) => each === value) ?? 'grey' })}
        />
      )}
    </>
  )
}

function InputSettings() {
  const isTrained = useStageStore((state) => state.operation === 'trained')
  const source = useStageStore((state) => state.source)
  const text = useStageStore((state) => state.matrixText)
  if (isTrained) return <ImageSettings />
  return (
    <>
      <SegmentedControl
        fullWidth
        aria-label="Kind of input"
        data={[
          { value: 'matrix', label: 'Matrix' },
          { value: 'image', label: 'Image' },
        ]}
        value={source}
        onChange={(value) => chooseSource(value === 'image' ? 'image' : 'matrix')}
      />
      {source === 'image' ? (
        <ImageSettings />
      ) : (
        <Textarea
          label="Numbers, one row per line"
          autosize
          minRows={3}
          maxRows={10}
          classNames={{ input: classes.code }}
          value={text}
          onChange={(event) => choose({ matrixText: event.currentTarget.value })}
        />
      )}
    </>
  )
}

function KernelSettings() {
  const kernelId = useStageStore((state) => state.kernelId)
  const text = useStageStore((state) => state.kernelText)
  const bias = useStageStore((state) => state.bias)
  const doc = fixedKernels.find(({ id }) => id === kernelId)?.doc
  return (
    <>
      <Select
        label="Kernel"
        allowDeselect={false}
        data={[
          ...fixedKernels.map(({ id, title }) => ({ value: id, label: title })),
          { value: 'typed', label: 'Typed in' },
        ]}
        value={kernelId}
        onChange={(value) => chooseKernel(value ?? 'typed')}
      />
      {doc !== undefined && <p className={classes.note}>{doc}</p>}
      <Textarea
        label="Weights"
        description="Numbers or fractions, one row per line"
        autosize
        minRows={2}
        maxRows={8}
        classNames={{ input: classes.code }}
        value={text}
        onChange={(event) => choose({ kernelText: event.currentTarget.value, kernelId: 'typed' })}
      />
      <NumberInput
        label="Bias"
        value={bias}
        onChange={(value) => {
          if (typeof value === 'number') choose({ bias: value })
        }}
      />
    </>
  )
}

/** All choices. */
export function StageSettings() {
  const operation = useStageStore((state) => state.operation)
  return (
    <aside className={classes.side} aria-label="Choices">
      <Select
        label="Example of the lectures"
        placeholder="Take its numbers"
        data={lectureExamples.map(({ id, title }) => ({ value: id, label: title }))}
        value={null}
        onChange={(value) => value !== null && chooseExample(value)}
      />
      <section className={classes.settings} aria-label="Input">
        <h3>Input</h3>
        <InputSettings />
      </section>
      <section className={classes.settings} aria-label="Below the window">
        <h3>Below the window</h3>
        <Select
          aria-label="Operation"
          allowDeselect={false}
          data={[...operations]}
          value={operation}
          onChange={(value) =>
            choose({ operation: operations.find((each) => each.value === value)?.value ?? 'kernel' })
          }
        />
        {operation === 'kernel' && <KernelSettings />}
        {operation === 'trained' && <TrainedSettings />}
      </section>
      {operation !== 'trained' && (
        <section className={classes.settings} aria-label="Window">
          <h3>Window</h3>
          <WindowSettings />
        </section>
      )}
    </aside>
  )
}
