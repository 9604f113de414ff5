// Choosing an image: a file, one that is dropped or pasted, or one of the dataset in use; not what is done with it.
import { Alert, Button, Loader, UnstyledButton } from '@mantine/core'
import { IconPhotoUp } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState, type DragEvent } from 'react'
import { client, messageOf } from '../../kernel/core/client'
import { useDatasetStore } from './datasetStore'
import classes from './imageChooser.module.css'
import { largestSide, readBase64Image, readImage, type StageImage } from '../../kernel/images/imageValues'

/** Images of a dataset that are offered. */
const offeredImages = 12
/** Where no dataset is in use: shapes that need no download. */
const builtinShapes = { reference: 'builtin:shapes', options: {} }

type DatasetImage = Awaited<ReturnType<typeof client.datasets.images>>['images'][number]

/** The dataset in use, or the built-in shapes. */
function useReference() {
  return useDatasetStore(({ noted }) => noted) ?? builtinShapes
}

/** The first images of the dataset; null while they are fetched. */
function useDatasetImages(): { readonly images: readonly DatasetImage[] | null; readonly error: string | null } {
  const { reference, options } = useReference()
  const { data, error } = useQuery({
    queryKey: ['images offered', reference, options] as const,
    queryFn: async ({ signal }) => {
      const request = { reference, options, from: 0, count: offeredImages, size: largestSide }
      const test = await client.datasets.images({ ...request, split: 'test' }, { signal })
      return test.images.length > 0 ? test : client.datasets.images({ ...request, split: 'train' }, { signal })
    },
  })
  return error ? { images: [], error: messageOf(error) } : { images: data?.images ?? null, error: null }
}

export interface ImageChooserProps {
  readonly image: StageImage | null
  readonly onChoose: (image: StageImage) => void
}

function imageOf(data: DataTransfer | null): File | undefined {
  return Array.from(data?.files ?? []).find((file) => file.type.startsWith('image/'))
}

/** Takes an image that is pasted anywhere in the window. */
function usePaste(take: (file: File) => void): void {
  const latest = useRef(take)
  useEffect(() => {
    latest.current = take
  })
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const file = imageOf(event.clipboardData)
      if (!file) return
      event.preventDefault()
      latest.current(file)
    }
    window.addEventListener('paste', paste)
    return () => window.removeEventListener('paste', paste)
  }, [])
}

function FileField({ name, take }: { readonly name: string | undefined; readonly take: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  const drop = (event: DragEvent): void => {
    setOver(false)
    const file = imageOf(event.dataTransfer)
    if (!file) return
    event.preventDefault()
    event.stopPropagation()
    take(file)
  }
  return (
    <>
      <Button
        variant="default"
        fullWidth
        data-over={isOver || undefined}
        className={classes.drop}
        leftSection={<IconPhotoUp size={15} aria-hidden />}
        onClick={() => input.current?.click()}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        {name === undefined ? 'Choose, drop or paste' : name}
      </Button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        aria-label="Image"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? []
          event.currentTarget.value = ''
          if (file) take(file)
        }}
      />
    </>
  )
}

/** The chooser; where there is no image yet, the first one of the dataset is taken. */
export function ImageChooser({ image, onChoose }: ImageChooserProps) {
  const [error, setError] = useState<string | null>(null)
  const { images, error: datasetError } = useDatasetImages()
  const finish = (work: Promise<StageImage>): void => {
    work.then(
      (read) => {
        setError(null)
        onChoose(read)
      },
      (failure: unknown) => setError(messageOf(failure)),
    )
  }
  const take = (file: File): void => finish(readImage(file, file.name))
  const takeFromDataset = ({ png, name }: DatasetImage): void => {
    if (png !== null) finish(readBase64Image(png, name))
  }
  usePaste(take)
  const latest = useRef(takeFromDataset)
  useEffect(() => {
    latest.current = takeFromDataset
  })
  const hasImage = image !== null
  useEffect(() => {
    const first = images?.find(({ png }) => png !== null)
    if (!hasImage && first) latest.current(first)
  }, [hasImage, images])
  return (
    <div className={classes.chooser}>
      <FileField name={image?.name} take={take} />
      {(error ?? datasetError) !== null && (
        <Alert color="red" p={8}>
          {error ?? datasetError}
        </Alert>
      )}
      {images === null && <Loader size="xs" aria-label="Fetching images" />}
      {images !== null && (
        <fieldset className={classes.thumbnails} aria-label="Images of the dataset">
          {images.map((each) =>
            each.png === null ? null : (
              <UnstyledButton
                key={each.index}
                className={classes.thumbnail}
                aria-label={`Take ${each.name}`}
                aria-pressed={image?.base64 === each.png}
                onClick={() => takeFromDataset(each)}
              >
                <img src={`data:image/png;base64,${each.png}`} alt="" />
              </UnstyledButton>
            ),
          )}
        </fieldset>
      )}
    </div>
  )
}
